/* gamesrvd/rooms/config_parts.h
 * Cuts what goes to clients as Config into payloads of at most CONFIG_PART bytes and CONFIG_PART_ELEMENTS elements. Private to room_config.c.
 *
 * Thread: one. Everything lies in the arena given; out of memory takes the arena's way out.
 */
#pragma once
#include "base/vec.h"

enum {
	CONFIG_PART = 48 * 1024,
	CONFIG_PART_ELEMENTS =
		200, /* each has up to 4 of the WIRE_ELEMENTS that a client may read at once */
};

struct config_place { /* of one document's element; bytes == 0: nowhere */
	uint32_t part, at, bytes;
};

struct config_parts {
	struct arena *mem;
	uint64_t revision, pinned;
	bool complete;
	struct buf now;    /* the part being written */
	size_t empty;      /* how long it is with nothing in it */
	uint32_t elements; /* in it */
	VEC(struct str) done;
	uint32_t left_out; /* documents larger than a part */
};

void config_parts_init(struct config_parts *p, struct arena *mem, uint64_t revision,
		       uint64_t pinned, bool complete);
/* One `documents` element of a Config, or `removed`: already encoded. Nowhere when it is larger than a part. */
struct config_place config_parts_add(struct config_parts *p, struct str element);
/* Where such an element lies, once config_parts_end() was called. */
static inline struct str config_parts_at(const struct config_parts *p, struct config_place at)
{
	return (struct str){at.bytes ? p->done.items[at.part].p + at.at : NULL, at.bytes};
}
/* The last part; without any element it is one that says so, if the whole is complete, else none. */
void config_parts_end(struct config_parts *p);
