/* gamesrvd/drain/players.h
 * The world of a drain as it is: rooms and sessions of all loops.
 *
 * Thread: live.
 */
#pragma once
#include "gamesrvd/drain/drain.h"

struct loops;
struct net_all;
struct room_directory;

struct players { /* outlives the drain */
	struct loops *loops;
	struct room_directory *rooms;
	struct net_all *net;
	struct config *config;
	/* Where the server's drain looks next, loop by loop. */
	uint32_t rooms_next[ID_LOOPS_MAX], sessions_next[ID_LOOPS_MAX];
};

struct drain_world players_world(struct players *p);
void players_rooms(void *players, struct arena *mem, const struct drain_target *t,
		   drain_rooms *out);
bool players_exists(void *players, const struct drain_target *t);
