/* gamesrvd/rooms/relay.h
 * RELAY frames, which other modes pass on too. Thread: the room's loop.
 */
#pragma once
#include "gamesrvd/rooms/parts.h"

void relay_message(struct room *room, struct seat *seat, uint32_t client_seq, struct str payload);
