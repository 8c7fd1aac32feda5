/* gamectl/suggest.c */
#include "suggest.h"

enum { WORD_MAX = 64 };

/* Edits between two short words: insert, drop, replace, swap neighbours (optimal string alignment).
 */
static size_t edits(struct str a, struct str b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *now = rows[2];

	for (size_t j = 0; j <= b.n; j++)
		last[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t cost = a.p[i - 1] != b.p[j - 1];
			size_t best = last[j - 1] + cost;

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
			    a.p[i - 2] == b.p[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		size_t *recycled = before;

		before = last;
		last = now;
		now = recycled;
	}
	return last[b.n];
}

void suggest_begin(struct suggest *s, struct str typed)
{
	*s = (struct suggest){.typed = typed};
	/* One slip in a short word, about one in three letters of a longer one. */
	s->distance = typed.n <= 3 ? 2 : typed.n / 3 + 2;
}

void suggest_try(struct suggest *s, struct str candidate)
{
	size_t distance;

	if (s->typed.n == 0 || s->typed.n > WORD_MAX || candidate.n > WORD_MAX)
		return;
	distance = edits(s->typed, candidate);
	/* The beginning of a longer word is a likely slip too. */
	if (s->typed.n >= 3 && str_starts(candidate, s->typed) && distance > 1)
		distance = 1;
	if (distance < s->distance) {
		s->distance = distance;
		s->best = candidate;
	}
}
