/* gamesrvd/net/crowd.h
 * The members of each room that have a live connection on this loop, so that a room's frames find them without a look-up
 * for each.
 *
 * Thread: its loop's. A crowd is there while it has members.
 */
#pragma once
#include "base/id.h"
#include "base/shared.h"

struct net;
struct session;

struct crowd {
	struct crowd *next;
	struct id room;
	uint32_t count, room_for;
	struct session **members;
};

struct crowds { /* all-zero: none */
	struct crowd **buckets;
	uint32_t mask, count;
};

void crowds_fini(struct crowds *c);
/* -ENOMEM. The session sits in one crowd at most. */
MUST_USE int crowd_join(struct crowds *c, struct id room, struct session *s);
void crowd_leave(struct crowds *c, struct session *s); /* in none is fine */
/* Frames of the room's stream to each of its members here: one write each. */
void crowd_cast(struct net *n, struct id room, struct shared *frames);
