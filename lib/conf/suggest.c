/* lib/conf/suggest.c
 * Edit distance with transpositions (optimal string alignment). Case and the choice between - and _
 * cost half an edit: such slips are more likely than another word. A word may be wrong in a third
 * of its letters.
 */
#include "conf/suggest.h"

enum { LONGEST = 63, EDIT = 2, SLIP = 1 };

struct suggest suggest_for(struct str word)
{
	return (struct suggest){.word = word};
}

static char plain(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '_' ? '-' : c;
}

static unsigned replace_cost(char a, char b)
{
	if (a == b)
		return 0;
	return plain(a) == plain(b) ? SLIP : EDIT;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned distance(struct str a, struct str b)
{
	unsigned rows[3][LONGEST + 1], *older = rows[0], *old = rows[1], *now = rows[2];

	for (unsigned j = 0; j <= b.n; j++)
		old[j] = j * EDIT;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned *spare = older;

		now[0] = (unsigned)i * EDIT;
		for (size_t j = 1; j <= b.n; j++) {
			unsigned cost = old[j - 1] + replace_cost(a.p[i - 1], b.p[j - 1]);

			cost = least(cost, least(old[j], now[j - 1]) + EDIT);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				cost = least(cost, older[j - 2] + EDIT);
			now[j] = cost;
		}
		older = old;
		old = now;
		now = spare;
	}
	return old[b.n];
}

/* One letter of three may be wrong, but never all of a short word. */
static unsigned bearable(struct str a, struct str b)
{
	size_t longer = a.n > b.n ? a.n : b.n;

	return longer <= 2 ? SLIP * (unsigned)longer : (unsigned)(longer / 3) * EDIT;
}

void suggest_add(struct suggest *s, struct str candidate)
{
	size_t apart = s->word.n > candidate.n ? s->word.n - candidate.n : candidate.n - s->word.n;
	unsigned most, cost;

	if (candidate.n == 0 || candidate.n > LONGEST || s->word.n == 0 || s->word.n > LONGEST)
		return;
	most = bearable(s->word, candidate);
	if (apart * EDIT > most)
		return;
	cost = distance(s->word, candidate);
	if (cost <= most && (s->best.n == 0 || cost < s->cost)) {
		s->best = candidate;
		s->cost = cost;
	}
}
