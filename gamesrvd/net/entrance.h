/* gamesrvd/net/entrance.h
 * A connection before it is one: reads the request head under a deadline and a cap, then hands it to its loop's transport, or
 * answers in HTTP and waits a moment so that the answer is read.
 *
 * Thread: its loop's. Owns the descriptor until it is handed on. Memory: 200 bytes, and what the client has sent so far.
 */
#pragma once
#include "gamesrvd/net/transport.h"

struct entrances; /* of one loop */

struct entrances *entrances_open(struct loop *loop); /* NULL: out of memory */
void entrances_close(struct entrances *all);         /* ends them; NULL is fine */

/* A WebSocket client, or a stranger. */
void entrance_begin(struct entrances *all, const struct arrival *from);
/* Not even asked what it wants: these are the last words to it. `from->counted` is NULL: it was not let in. */
void entrance_turn_away(struct entrances *all, const struct arrival *from, struct str words);
