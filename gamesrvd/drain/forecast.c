/* gamesrvd/drain/forecast.c */
#include "gamesrvd/drain/forecast.h"

#include <stdlib.h>

/* A room that outlived the usual says little: a tenth of the usual is as good a guess as any. */
static int64_t left_of(const struct drain_room *room)
{
	int64_t tenth = room->usual_us / 10;

	if (room->players == 0)
		return 0;
	if (room->usual_us == 0)
		return -1;
	return room->usual_us - room->age_us > tenth ? room->usual_us - room->age_us : tenth;
}

static int by_time_left(const void *a, const void *b)
{
	const struct drain_room *x = a, *y = b;
	uint64_t left_x = (uint64_t)x->left_us, left_y = (uint64_t)y->left_us; /* -1 is the most */

	if (left_x != left_y)
		return left_x > left_y ? -1 : 1;
	return x->age_us > y->age_us ? -1 : x->age_us < y->age_us;
}

void drain_forecast(drain_rooms *rooms)
{
	struct drain_room *room;

	VEC_EACH (rooms, room)
		room->left_us = left_of(room);
	if (rooms->count > 1)
		qsort(rooms->items, rooms->count, sizeof(*rooms->items), by_time_left);
}

static int64_t sending_away_us(const struct drain_run *run)
{
	return run->how.rate ? (int64_t)run->left.sessions * 1000000 / run->how.rate : 0;
}

int64_t drain_eta_us(const struct drain_run *run, const drain_rooms *rooms, int64_t now_us)
{
	int64_t end = drain_run_deadline_us(run) - now_us, eta;

	if (drain_run_is_over(run))
		return 0;
	if (run->how.policy == DRAIN_KICK) {
		int64_t starts = run->acts_us > now_us ? run->acts_us - now_us : 0;

		eta = starts + sending_away_us(run);
	} else {
		if (rooms->count > 0 && rooms->items[0].left_us < 0)
			return -1;
		eta = rooms->count > 0 ? rooms->items[0].left_us : 0;
		if (run->target.kind == DRAIN_SERVER && sending_away_us(run) > eta)
			eta = sending_away_us(run);
	}
	if (run->phase <= DRAIN_LB_WAIT && run->begun_us + run->how.lb_wait_us - now_us > eta)
		eta = run->begun_us + run->how.lb_wait_us - now_us;
	if (end < 0)
		end = 0;
	return eta < end ? eta : end;
}

const char *drain_why(const struct drain_room *room)
{
	if (room->players == 0)
		return "empty";
	if (room->players == room->suspended)
		return "suspended";
	if (str_is(room->state, "running") || str_is(room->state, "ending"))
		return str_is(room->state, "running") ? "running" : "ending";
	return "open";
}
