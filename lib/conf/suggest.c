/* lib/conf/suggest.c
 * Edit distance with transpositions (optimal string alignment). Case and the choice between - and _ cost
 * nothing: such slips are more likely than another word. A third of the letters may be wrong.
 */
#include "conf/suggest.h"

enum { LONGEST = 63 };

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

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static unsigned distance(struct str a, struct str b)
{
	unsigned rows[3][LONGEST + 1], *older = rows[0], *old = rows[1], *now = rows[2];

	for (unsigned j = 0; j <= b.n; j++)
		old[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned *spare = older;

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= b.n; j++) {
			unsigned cost = old[j - 1] + (plain(a.p[i - 1]) != plain(b.p[j - 1]));

			cost = least(cost, least(old[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				cost = least(cost, older[j - 2] + 1);
			now[j] = cost;
		}
		older = old;
		old = now;
		now = spare;
	}
	return old[b.n];
}

void suggest_add(struct suggest *s, struct str candidate)
{
	size_t apart = s->word.n > candidate.n ? s->word.n - candidate.n : candidate.n - s->word.n;
	unsigned most, cost;

	if (candidate.n == 0 || candidate.n > LONGEST || s->word.n == 0 || s->word.n > LONGEST)
		return;
	most = (unsigned)(s->word.n > candidate.n ? s->word.n : candidate.n) / 3;
	if (apart > most)
		return;
	cost = distance(s->word, candidate);
	if (cost <= most && (s->best.n == 0 || cost < s->cost)) {
		s->best = candidate;
		s->cost = cost;
	}
}
