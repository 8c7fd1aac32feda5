/* lib/conf/rules/ere.h
 * POSIX extended regular expressions over code points, in any locale and without surprises: matching takes
 * time and memory bounded by text x pattern (no backtracking, no growing state tables), needs no lock, and a
 * bad pattern is told in words. Back-references and collating elements are refused.
 *
 * Thread: a compiled expression is immutable and lives in its arena.
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

enum {
	ERE_TEXT_MAX = 1024, /* bytes of a pattern */
	ERE_SIZE_MAX = 2000, /* instructions, repetitions written out */
};

struct ere;

/* NULL: *why says what is wrong with it (in the arena). */
struct ere *ere_compile(struct arena *mem, struct str pattern, struct str *why);
/* The whole text, from end to end. */
bool ere_matches(const struct ere *re, struct str text);
/* The same expression for JavaScript with the flag u, with ^ and $ around. */
void ere_to_javascript(struct buf *out, const struct ere *re);
