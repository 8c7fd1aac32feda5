/* lib/base/slab.c */
#include "base/slab.h"

#include <stdlib.h>

enum { CHUNK = 64, NOTHING = UINT32_MAX };

void slab_init(struct slab *s, size_t size, unsigned loop, uint32_t max)
{
	size_t align = _Alignof(max_align_t);

	*s = (struct slab){
		.free_head = NOTHING,
		.max = max < ID_SLOTS_MAX ? max : ID_SLOTS_MAX,
		.size = (uint32_t)((size + align - 1) / align * align),
		.loop = loop,
	};
}

void slab_fini(struct slab *s)
{
	for (uint32_t i = 0; i < s->slots / CHUNK; i++)
		free(s->chunks[i]);
	free(s->chunks);
	free(s->generations);
	free(s->next_free);
	free(s->live);
	slab_init(s, s->size, s->loop, s->max);
}

static void *thing_at(const struct slab *s, uint32_t slot)
{
	return (char *)s->chunks[slot / CHUNK] + (size_t)(slot % CHUNK) * s->size;
}

static bool regrow(void *array_of, size_t count, size_t size)
{
	void **array = array_of;
	void *bigger = realloc(*array, count * size);

	if (bigger == NULL)
		return false;
	*array = bigger;
	return true;
}

/* The tables double, so that a slab of a million things has moved each row of them about once. */
static bool grow_tables(struct slab *s)
{
	uint32_t room = s->slots ? s->slots * 2 : CHUNK;

	if (s->slots & (s->slots - 1))
		return true; /* tables have room up to the next power of two */
	return regrow(&s->chunks, room / CHUNK, sizeof(*s->chunks)) &&
	       regrow(&s->generations, room, sizeof(*s->generations)) &&
	       regrow(&s->next_free, room, sizeof(*s->next_free)) &&
	       regrow(&s->live, room, sizeof(*s->live));
}

static bool grow(struct slab *s)
{
	void *chunk = grow_tables(s) ? malloc((size_t)CHUNK * s->size) : NULL;

	if (chunk == NULL)
		return false;
	s->chunks[s->slots / CHUNK] = chunk;
	for (uint32_t i = CHUNK; i-- > 0;) { /* lowest slot on top */
		s->generations[s->slots + i] = 1;
		s->live[s->slots + i] = 0;
		s->next_free[s->slots + i] = s->free_head;
		s->free_head = s->slots + i;
	}
	s->slots += CHUNK;
	return true;
}

void *slab_take(struct slab *s, struct id *id)
{
	uint32_t slot;
	void *thing;

	if (s->count == s->max || (s->free_head == NOTHING && !grow(s)))
		return NULL;
	slot = s->free_head;
	s->free_head = s->next_free[slot];
	s->live[slot] = 1;
	s->count++;
	*id = id_make(s->loop, slot, s->generations[slot]);
	thing = thing_at(s, slot);
	return memset(thing, 0, s->size);
}

void *slab_find(const struct slab *s, struct id id)
{
	uint32_t slot = id_slot(id);

	if (id_loop(id) != s->loop || slot >= s->slots || !s->live[slot] ||
	    s->generations[slot] != id_generation(id))
		return NULL;
	return thing_at(s, slot);
}

void slab_give(struct slab *s, struct id id)
{
	uint32_t slot = id_slot(id);

	if (slab_find(s, id) == NULL)
		return;
	s->live[slot] = 0;
	if (++s->generations[slot] == 0) /* after four thousand million tenants */
		s->generations[slot] = 1;
	s->next_free[slot] = s->free_head;
	s->free_head = slot;
	s->count--;
}

void *slab_next(const struct slab *s, uint32_t *slot, struct id *id)
{
	for (uint32_t i = *slot; i < s->slots; i++) {
		if (!s->live[i])
			continue;
		*slot = i + 1;
		*id = id_make(s->loop, i, s->generations[i]);
		return thing_at(s, i);
	}
	*slot = s->slots;
	return NULL;
}
