/* gamesrvd/net/turn_away.h
 * The last words to who finds no place: an answer in HTTP on a port for WebSockets, a BYE frame on one for plain TCP. Both say when to
 * come back.
 *
 * Thread: the loop of `all`, which owns the descriptor from here on.
 */
#pragma once
#include "gamesrvd/net/entrance.h"

/* `address_full`: others would be let in. */
void turn_away(struct entrances *all, struct arrival *from, bool tcp, bool address_full);
