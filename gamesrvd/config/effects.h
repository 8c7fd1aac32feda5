/* gamesrvd/config/effects.h
 * Which rooms and sessions a change touches: what members see at the next tick, and what rooms keep until their match
 * ends.
 *
 * Thread: work. A room is touched by a change of its RoomType and by one of a document whose kind that type shows, in
 * the set that is left or in the one that comes.
 */
#pragma once
#include <jansson.h>

struct config_change;

/* Of ch->diff, from what is in force to ch->next: the `effects` object of docs/admin-api.md. New reference; NULL: out of
 * memory. */
json_t *effects_json(struct config_change *ch);
