/* lib/conf/fold.h
 * Text without case and with accents in one encoding (decomposed), to find keys that look alike. A help for
 * warnings, not for deciding anything: several marks on one letter are compared in the order written.
 *
 * Thread: any; no state.
 */
#pragma once
#include "base/arena.h"

bool fold_is_ascii(struct str s);
bool fold_equal(struct str a, struct str b);
/* The folded text, a copy. */
struct str fold_text(struct arena *mem, struct str s);
