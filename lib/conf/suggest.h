/* lib/conf/suggest.h
 * "Did you mean": the candidate closest to a mistyped word.
 *
 *	struct suggest s = suggest_for(word);
 *	for (...) suggest_add(&s, candidate);
 *	if (s.best.n) hint("did you mean " STR_FMT "?", STR_ARG(s.best));
 *
 * Thread: any; no state outside the struct, no allocation. Of equals the first one offered wins.
 */
#pragma once
#include "base/base.h"

struct suggest {
	struct str word;
	struct str best; /* empty: nothing is close enough */
	unsigned cost;   /* of best, in edits */
};

struct suggest suggest_for(struct str word);
void suggest_add(struct suggest *s, struct str candidate);

/* A long text of mistakes must not be compared with a long list of names: *left is how many candidates its
 * reader may still look at. */
static inline bool suggest_within(uint32_t *left, size_t candidates)
{
	bool within = *left > 0;

	*left -= (uint32_t)(candidates < *left ? candidates : *left);
	return within;
}
