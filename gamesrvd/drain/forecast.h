/* gamesrvd/drain/forecast.h
 * How long rooms will take to end by themselves, by how long rooms of their type took before.
 *
 * Thread: any; pure.
 */
#pragma once
#include "base/vec.h"
#include "gamesrvd/drain/run.h"

struct drain_room {
	struct id id;
	struct str type, key, state; /* "running" */
	uint32_t players, suspended; /* seats taken; of them without a connection */
	int64_t age_us, usual_us;    /* usual: 0 = none of this type ended yet */
	int64_t left_us;             /* by forecast; -1: nobody knows */
};
typedef VEC(struct drain_room) drain_rooms;

/* Fills in left_us and puts those that take longest first; who has no forecast before all. */
void drain_forecast(drain_rooms *rooms);
/* Until everything is over; -1: nobody knows, but the deadline holds. Rooms are forecast already. */
int64_t drain_eta_us(const struct drain_run *run, const drain_rooms *rooms, int64_t now_us);
/* What is waited for, as a word for programs: "empty" "suspended" "open" "running" "ending". */
const char *drain_why(const struct drain_room *room);
