/* gamesrvd/drain/slices.h
 * Asking all loops about their rooms and sessions, a slice at a time, so that no loop is held and ticks stay on time.
 *
 * Thread: live. A listing is not a snapshot: what comes or goes meanwhile may be missing or seen.
 * Ownership: rows and their texts are good during the call of fn.
 */
#pragma once
#include "base/arena.h"
#include "gamesrvd/loop/loop.h"
#include "gamesrvd/net/net.h"
#include "gamesrvd/rooms/room.h"

/* False: that was enough. */
typedef bool slice_rooms_fn(void *ctx, struct loop *loop, const struct room_row *rows, size_t n);
typedef bool slice_sessions_fn(void *ctx, struct loop *loop, const struct session_row *rows,
			       size_t n);

/* 0 or -ENOMEM. */
MUST_USE int slices_rooms(struct loops *all, slice_rooms_fn *fn, void *ctx);
MUST_USE int slices_sessions(struct loops *all, slice_sessions_fn *fn, void *ctx);

/* One question to the loop an id names: fn runs there, inside arena_try(). -ENOENT: there is no such loop. */
int slices_ask(struct loops *all, struct id id, int (*fn)(struct loop *loop, void *ctx), void *ctx);
/* fn on every loop, one after the other. 0, or the first error. */
int slices_each(struct loops *all, int (*fn)(struct loop *loop, void *ctx), void *ctx);
/* Every loop has passed through a turn since the call. */
void slices_settle(struct loops *all);
