/* gamebot/room.c */
#include "room.h"

#include <stdio.h>
#include <stdlib.h>

static bool grow(struct rooms *r)
{
	uint32_t room = r->mask ? (r->mask + 1) * 2 : 64;
	struct bot_room **buckets = calloc(room, sizeof(struct bot_room *));

	if (buckets == NULL)
		return false;
	for (uint32_t i = 0; r->buckets && i <= r->mask; i++) {
		for (struct bot_room *it = r->buckets[i], *next; it; it = next) {
			uint32_t at = (uint32_t)str_hash(str_of(it->id)) & (room - 1);

			next = it->next;
			it->next = buckets[at];
			buckets[at] = it;
		}
	}
	free(r->buckets);
	r->buckets = buckets;
	r->mask = room - 1;
	return true;
}

struct bot_room *rooms_get(struct rooms *r, struct str id, uint64_t seed, struct str key,
			   bool *is_new)
{
	uint64_t hash = str_hash(id);
	struct bot_room *it;

	*is_new = false;
	for (it = r->buckets ? r->buckets[hash & r->mask] : NULL; it; it = it->next)
		if (it->seed == seed && str_is(id, it->id))
			return it;
	if ((r->buckets == NULL || r->count > r->mask) && !grow(r))
		return NULL;
	it = calloc(1, sizeof(*it));
	if (it == NULL)
		return NULL;
	snprintf(it->id, sizeof(it->id), STR_FMT, STR_ARG(id));
	snprintf(it->key, sizeof(it->key), STR_FMT, STR_ARG(key));
	it->seed = seed;
	it->tag = (uint32_t)((hash ^ seed) >> 16);
	it->next = r->buckets[hash & r->mask];
	r->buckets[hash & r->mask] = it;
	r->count++;
	*is_new = true;
	return it;
}

void rooms_free(struct rooms *r)
{
	for (uint32_t i = 0; r->buckets && i <= r->mask; i++) {
		for (struct bot_room *it = r->buckets[i], *next; it; it = next) {
			next = it->next;
			free(it->hashes);
			free(it);
		}
	}
	free(r->buckets);
	*r = (struct rooms){0};
}

int room_hash(struct bot_room *room, uint32_t frame, uint64_t hash)
{
	struct room_hash *h;

	if (room->hashes == NULL)
		room->hashes = calloc(ROOM_HASHES, sizeof(*room->hashes));
	if (room->hashes == NULL)
		return 0;
	h = &room->hashes[frame % ROOM_HASHES];
	if (h->frame == frame + 1)
		return h->hash == hash ? 1 : -1;
	if (h->frame > frame + 1)
		return 0; /* a bot far behind: the others have forgotten that frame */
	*h = (struct room_hash){frame + 1, hash};
	return 0;
}
