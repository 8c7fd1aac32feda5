/* gamebot/room.h
 * What the bots of one process know together about a room, so that they can check each other: who shares it, and which
 * hash everybody computed for a lockstep frame.
 *
 * Thread: one.
 */
#pragma once
#include "base/base.h"

enum { ROOM_HASHES = 1024 };

struct bot_room {
	struct bot_room *next;
	char id[24], key[64];
	uint64_t seed;
	uint32_t tag; /* stands in each message: who receives another room's is told */
	struct room_hash {
		uint32_t frame;
		uint64_t hash;
	} * hashes; /* of the last ROOM_HASHES frames; NULL: none yet */
};

struct rooms {
	struct bot_room **buckets;
	uint32_t count, mask;
};

/* Found by id and seed (a server that was started again gives ids anew), made when it is new. NULL: out of memory. */
struct bot_room *rooms_get(struct rooms *rooms, struct str id, uint64_t seed, struct str key,
			   bool *is_new);
void rooms_free(struct rooms *rooms);
/* Compares what one bot computed with what the others did: 0 it is the first, 1 the same, -1 another. */
int room_hash(struct bot_room *room, uint32_t frame, uint64_t hash);
