/* lib/conf/path.h
 * Paths behind Kind/name: waves[0].boss, loot.gold, loot["odd key"]. Written into a buf, read step by step.
 *
 * Thread: any; no state.
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

void path_add_field(struct buf *path, struct str name); /* "." in front unless the path is empty */
void path_add_index(struct buf *path, uint32_t index);
/* A map's key: .key, or ["odd key"] when it is not [A-Za-z0-9_-]+; escapes as in JSON. */
void path_add_key(struct buf *path, struct str key);

struct path_step {
	bool is_index;
	uint32_t index;
	struct str key; /* of a field or a map's entry */
};
/* Takes the next step off *rest. 1; 0: the path is at its end; -EINVAL: it is no path. Keys point into *rest,
 * or into `mem` where they had escapes. */
MUST_USE int path_next(struct str *rest, struct arena *mem, struct path_step *step);
