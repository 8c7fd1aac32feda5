/* lib/base/slab.h
 * Things of one size that come and go, found by id: slot plus generation, so that an id of a former tenant finds
 * nothing. Slots are reused last-freed first; chunks are taken as it grows and never move, so a pointer is good
 * until its slab_give().
 *
 * Thread: its owner's only.
 */
#pragma once
#include "base/id.h"

struct slab {
	void **chunks;
	uint32_t *generations; /* of each slot's present or next tenant */
	uint32_t *next_free;   /* chain of free slots; UINT32_MAX ends it */
	uint8_t *live;
	uint32_t slots, free_head, count, max;
	uint32_t size; /* of one thing */
	unsigned loop;
};

/* `max` things at most (up to ID_SLOTS_MAX); takes no memory yet. */
void slab_init(struct slab *s, size_t size, unsigned loop, uint32_t max);
void slab_fini(struct slab *s); /* whatever is still in it goes away without ceremony */
/* A zeroed thing and its id. NULL: `max` reached or out of memory. */
void *slab_take(struct slab *s, struct id *id);
void *slab_find(const struct slab *s, struct id id); /* NULL: gone, or another loop's */
void slab_give(struct slab *s, struct id id);
/* Each in order of slots: start with *slot = 0; NULL at the end. Taking and giving in between is fine. */
void *slab_next(const struct slab *s, uint32_t *slot, struct id *id);
