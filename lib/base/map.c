/* lib/base/map.c
 * Open addressing, linear probing, at most half full. The hash folds eight bytes at a time through a wide
 * multiplication with two random words: quick for short keys, and whoever does not know the words cannot
 * compute colliding keys ahead of time, as one can for FNV however it is finished.
 */
#include "base/map.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/random.h>

static uint64_t seeds[2];
static pthread_once_t seeded = PTHREAD_ONCE_INIT;

static void draw_seeds(void)
{
	if (getrandom(seeds, sizeof(seeds), GRND_NONBLOCK) != sizeof(seeds)) {
		seeds[0] = (uint64_t)(uintptr_t)&seeds * 0x9e3779b97f4a7c15u;
		seeds[1] = (uint64_t)(uintptr_t)&getrandom * 0xd6e8feb86659fd93u;
	}
	seeds[0] |= 1;
	seeds[1] |= 1;
}

static uint64_t fold(uint64_t a, uint64_t b)
{
	__uint128_t product = (__uint128_t)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint32_t slot_hash(struct str key)
{
	const char *p = key.p;
	size_t left = key.n;
	uint64_t h = seeds[0] ^ key.n, w;

	for (; left >= 8; left -= 8, p += 8) {
		memcpy(&w, p, 8);
		h = fold(h ^ w, seeds[1]) + seeds[0];
	}
	w = 0;
	if (left)
		memcpy(&w, p, left);
	h = fold(h ^ w, seeds[1]);
	return (uint32_t)(h ^ (h >> 32));
}

static uint32_t find(const struct map *m, struct str key)
{
	uint32_t i = slot_hash(key) & m->mask;

	while (m->slots[i] != 0 && !str_eq(m->entries[m->slots[i] - 1].key, key))
		i = (i + 1) & m->mask;
	return i;
}

static void resize(struct arena *mem, struct map *m, uint32_t room)
{
	struct map_entry *entries = arena_alloc(mem, room * sizeof(*entries));

	pthread_once(&seeded, draw_seeds);
	if (m->count)
		memcpy(entries, m->entries, m->count * sizeof(*entries));
	m->entries = entries;
	m->room = room;
	m->mask = room * 2 - 1;
	m->slots = arena_zalloc(mem, (size_t)room * 2 * sizeof(*m->slots));
	for (uint32_t e = 0; e < m->count; e++)
		m->slots[find(m, entries[e].key)] = e + 1;
}

void map_reserve(struct arena *mem, struct map *m, size_t count)
{
	uint32_t room = 8;

	while (room < count && room < UINT32_MAX / 4)
		room *= 2;
	if (room > m->room)
		resize(mem, m, room);
}

struct map_entry *map_put(struct arena *mem, struct map *m, struct str key, void *value,
			  bool *was_there)
{
	uint32_t at;

	if (m->count == m->room)
		resize(mem, m, m->room ? m->room * 2 : 8);
	at = find(m, key);
	if (was_there != NULL)
		*was_there = m->slots[at] != 0;
	if (m->slots[at] == 0) {
		m->entries[m->count] = (struct map_entry){key, value};
		m->slots[at] = ++m->count;
	}
	return &m->entries[m->slots[at] - 1];
}

void *map_get(const struct map *m, struct str key)
{
	uint32_t at;

	if (m->count == 0)
		return NULL;
	at = find(m, key);
	return m->slots[at] ? m->entries[m->slots[at] - 1].value : NULL;
}
