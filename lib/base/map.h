/* lib/base/map.h
 * Hash map from string views to pointers, in an arena; keys are not copied. No removal.
 * Seeded per process, so hostile keys cannot aim at one bucket. Iteration order is insertion order.
 *
 * Thread: as its arena; reading a map that nobody changes any more is safe from any thread.
 */
#pragma once
#include "base/arena.h"

struct map_entry {
	struct str key;
	void *value;
};

struct map {
	struct map_entry *entries; /* in insertion order */
	uint32_t count, room;
	uint32_t *slots; /* entry index + 1; 0 = free */
	uint32_t mask;
};

/* All-zero is an empty map. Puts nothing and gives the entry already there when the key is known
 * (*was_there = true); otherwise adds it. */
struct map_entry *map_put(struct arena *mem, struct map *m, struct str key, void *value,
			  bool *was_there);
void *map_get(const struct map *m, struct str key); /* NULL: not there */
void map_reserve(struct arena *mem, struct map *m, size_t count);

#define MAP_EACH(m, it)                                                                            \
	for ((it) = (m)->entries; (it) != NULL && (it) < (m)->entries + (m)->count; (it)++)
