/* gamesrvd/control/target.h
 * The path and query of a request, decoded: segments and name=value pairs.
 *
 * Thread: any; pure, results in the arena given. Escapes are undone once, after splitting, so an escaped
 * slash is data. What comes out is valid UTF-8 without control characters, and no segment is ".", ".." or empty.
 */
#pragma once
#include "gamesrvd/control/op.h"

enum { TARGET_SEGMENTS_MAX = 16, TARGET_QUERY_MAX = 32 };

struct target {
	struct str segments[TARGET_SEGMENTS_MAX];
	size_t segment_count;
	struct op_value query[TARGET_QUERY_MAX];
	size_t query_count;
};

/* `text` begins with '/'. NULL: fine; else what is wrong (static). */
const char *target_read(struct arena *mem, struct str text, struct target *out);
