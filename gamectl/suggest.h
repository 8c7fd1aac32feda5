/* gamectl/suggest.h
 * "Did you mean": the nearest of some words to one that was mistyped. Thread: any.
 */
#pragma once
#include "base/base.h"

struct suggest {
	struct str typed;
	struct str best; /* empty: nothing near enough */
	size_t distance;
};

void suggest_begin(struct suggest *s, struct str typed);
void suggest_try(struct suggest *s, struct str candidate);
