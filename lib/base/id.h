/* lib/base/id.h
 * A name for a thing that some loop owns: which loop, which slot of its slab, which tenant of the slot. What others
 * keep instead of a pointer; a stale id finds nothing.
 *
 * Thread: any; a value. Text: a letter for the kind, then base 32 without i, l, o and u: "r-2000ck".
 */
#pragma once
#include "base/base.h"

struct id {
	uint64_t v; /* 0: none; bits 0-5 loop, 6-25 slot, 26-63 generation (from 1) */
};

enum { ID_LOOPS_MAX = 64, ID_SLOTS_MAX = 1 << 20, ID_TEXT = 20 };

#define ID_NONE ((struct id){0})

static inline struct id id_make(unsigned loop, uint32_t slot, uint64_t generation)
{
	return (struct id){(uint64_t)loop | (uint64_t)slot << 6 | generation << 26};
}
static inline unsigned id_loop(struct id id)
{
	return id.v & 63;
}
static inline uint32_t id_slot(struct id id)
{
	return (uint32_t)(id.v >> 6) & (ID_SLOTS_MAX - 1);
}
static inline uint64_t id_generation(struct id id)
{
	return id.v >> 26;
}
static inline bool id_eq(struct id a, struct id b)
{
	return a.v == b.v;
}
static inline bool id_is(struct id id)
{
	return id.v != 0;
}

/* "r-2000ck"; "-" for ID_NONE. Gives back `out`. */
const char *id_text(char kind, struct id id, char out[ID_TEXT]);
/* False: not an id of that kind. Upper case is read too. */
bool id_parse(char kind, struct str text, struct id *out);
