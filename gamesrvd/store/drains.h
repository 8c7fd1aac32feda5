/* gamesrvd/store/drains.h
 * Cordons and drains as they are kept over a restart: rows, and nothing of what they mean.
 *
 * Thread: store; every function runs inside a store_fn. Results live in the arena given.
 * Errors: 0 or a negative errno with the text in store_problem().
 */
#pragma once
#include "base/vec.h"
#include "gamesrvd/store/store.h"

struct cordon_row {
	struct str target; /* "server" "roomtype/duel" */
	int64_t time_us, uid;
	struct str actor, message;
};
typedef VEC(struct cordon_row) cordon_rows;

struct drain_row {
	struct str target, phase, policy;
	int64_t uid;
	struct str actor, message;
	int64_t wall_us, boottime_us; /* the beginning, on both clocks */
	struct str boot_id;
	int64_t deadline_us, lb_wait_us, rate; /* times count from the beginning */
	struct str notices;
	int64_t rooms, sessions;
};
typedef VEC(struct drain_row) drain_rows;

/* Writes the row of its target anew. */
MUST_USE int drains_put(struct store_db *db, const struct drain_row *row);
MUST_USE int drains_remove(struct store_db *db, struct str target); /* none is fine */
MUST_USE int drains_put_cordon(struct store_db *db, const struct cordon_row *row);
MUST_USE int drains_remove_cordon(struct store_db *db, struct str target); /* none is fine */
MUST_USE int drains_read(struct store_db *db, struct arena *mem, cordon_rows *cordons,
			 drain_rows *drains);
