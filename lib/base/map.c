/* lib/base/map.c
 * Open addressing, linear probing, at most half full. The hash is seeded FNV with a final mix:
 * quick for short keys; the seed keeps a hostile bundle from computing collisions ahead of time.
 */
#include "base/map.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/random.h>

static uint64_t seed(void)
{
	static _Atomic uint64_t cached;
	uint64_t s = atomic_load_explicit(&cached, memory_order_relaxed);

	if (s == 0) {
		uint64_t fresh = 0, none = 0;

		if (getrandom(&fresh, sizeof(fresh), GRND_NONBLOCK) != sizeof(fresh))
			fresh = (uint64_t)(uintptr_t)&cached * 0x9e3779b97f4a7c15u;
		fresh |= 1;
		s = atomic_compare_exchange_strong(&cached, &none, fresh) ? fresh : none;
	}
	return s;
}

static uint32_t slot_hash(struct str key)
{
	uint64_t h = str_hash(key) ^ seed();

	h = (h ^ (h >> 32)) * 0xd6e8feb86659fd93u;
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

	while (room < count)
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
