/* gamesrvd/count_rooms.h
 * How many rooms of each type and pinned revision are open, asked of all loops at once.
 *
 * Thread: work or live, never a loop. A loop that does not answer in time is left out, for a change of the
 * configuration must be possible while one hangs: it may be the way out.
 */
#pragma once
#include "gamesrvd/config/config.h"

struct loops;

enum { COUNT_ROOMS_PATIENCE_MS = 500 };

/* Rows in `mem`, one or more for each type and revision; gives how many. */
size_t count_rooms(struct loops *loops, struct arena *mem, struct config_rooms **out);
