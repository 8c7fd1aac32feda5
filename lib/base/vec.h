/* lib/base/vec.h
 * A growing array in an arena. Thread: as its arena. Growth leaves the old array in the arena
 * (at most as much again), so pointers to old elements stay readable but no longer current.
 */
#pragma once
#include "base/arena.h"

#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *items;                                                                       \
		size_t count, room;                                                                \
	}

/* Gives the new slot, which is not initialized. */
#define vec_push(mem, v)      (vec_grow_((mem), (v)), &(v)->items[(v)->count++])
#define vec_add(mem, v, item) (*vec_push((mem), (v)) = (item))
/* An empty one has no items that even 0 could be added to. */
#define VEC_EACH(v, it)                                                                            \
	for ((it) = (v)->items; (it) != NULL && (it) < (v)->items + (v)->count; (it)++)

#define vec_grow_(mem, v)                                                                          \
	((v)->count < (v)->room                                                                    \
		 ? (void)0                                                                         \
		 : (void)((v)->items = vec_regrow((mem), (v)->items, (v)->count, &(v)->room,       \
						  sizeof(*(v)->items))))

void *vec_regrow(struct arena *mem, const void *items, size_t count, size_t *room, size_t size);
