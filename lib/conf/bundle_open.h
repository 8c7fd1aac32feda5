/* lib/conf/bundle_open.h
 * Opening what lies beneath a bundle's root and nothing else: every step is openat() with
 * O_NOFOLLOW, and symbolic links are resolved here, as text, against the root.
 *
 * Thread: any; no state. Only bundle*.c includes this.
 */
#pragma once
#include "base/arena.h"

struct bundle_root {
	int fd;
	struct str real;   /* absolute, without links */
	struct str pinned; /* what ..data pointed to when the reading began; p == NULL: there is
			      none */
};

/* Reads where ..data points, once, so that everything beneath it comes from one directory even if
 * it is swapped meanwhile. */
void bundle_root_pin(struct bundle_root *root, struct arena *mem);
/* The path without links, relative to the root, of `path` (relative to the root too; its last part
 * may be a link). 0; -EXDEV: leads out of the root; -ELOOP; -errno of readlinkat(). */
MUST_USE int bundle_resolve(const struct bundle_root *root, struct arena *mem, struct str path,
			    struct str *real);
/* Opens a path given by bundle_resolve(). A descriptor, or -errno; a link on the way (somebody
 * changed the tree since) is -ELOOP or -ENOTDIR. Never blocks and never opens a terminal. */
MUST_USE int bundle_open(const struct bundle_root *root, struct str real, int flags);
struct str bundle_join(struct arena *mem, struct str dir, struct str name); /* NUL behind it */
