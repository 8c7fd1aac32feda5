/* gamesrvd/rooms/tick.c
 * Ticks of a room: only while it has something to do with them. What takes longer than its budget for too long lowers the
 * room's rate step by step, never ends it; after four times as long within the budget a step is taken back.
 */
#include "base/log.h"
#include "gamesrvd/obs/metrics.h"
#include "gamesrvd/rooms/parts.h"

enum { STEPS = 2, PATIENCE = 4 };

/* Step 1: a relay room that flushes with the tick sends with every second one. Step 2: spectators are sent away. */
static void set_degraded(struct room *room, uint8_t step, const char *why)
{
	struct seat *seat;
	char id[ID_TEXT];

	log_warn("room %s (%s): %s: step %u of %u", id_text('r', room->id, id), room->type->text,
		 why, step, STEPS);
	if (step > room->degraded)
		metric_add(METRIC_rooms_degraded_total, 1);
	room->degraded = step;
	room->over = room->under = 0;
	room_announce(room);
	for (uint32_t number = room->players_max;
	     step == STEPS && !room_is_over(room) && (seat = seat_next(room, &number)) != NULL;)
		member_remove(seat, REASON_TOO_SLOW,
			      "the room cannot keep up and sent its spectators away");
}

/* Of a halved rate: above the budget is what would be too much for two periods, within it what one would do for. */
static void watch_budget(struct room *room, int64_t cost_us, bool halved)
{
	const struct conf_room_type *live = room_live(room);
	double share = (double)cost_us * 100 / (double)room->tick.period_us;

	room->tick_cost_us += (cost_us - room->tick_cost_us) / 16;
	if (cost_us > room->tick_cost_max_us)
		room->tick_cost_max_us = cost_us;
	if (share > live->tick_budget)
		room->under = 0;
	if (share <= live->tick_budget * (halved ? 2 : 1))
		room->over = 0;
	else if (++room->over >= (uint32_t)live->degrade_after && room->degraded < STEPS)
		set_degraded(room, room->degraded + 1, "its ticks take longer than tick_budget");
	if (share <= live->tick_budget && room->degraded > 0 &&
	    ++room->under >= PATIENCE * (uint32_t)live->degrade_after)
		set_degraded(room, room->degraded - 1, "its ticks are within tick_budget again");
}

static void count(struct room *room, uint32_t skipped, int64_t late_us)
{
	room->ticks++;
	room->home->ticks++;
	if (late_us >= room->tick.period_us) {
		room->late_ticks++;
		metric_add(METRIC_room_ticks_late_total, 1);
	}
	if (skipped > 0) {
		room->skipped_ticks += skipped;
		metric_add(METRIC_room_ticks_skipped_total, skipped);
	}
}

static void on_tick(struct tick *tick, uint32_t skipped, int64_t late_us)
{
	struct room *room = CONTAINER_OF(tick, struct room, tick);
	bool halved = room->degraded > 0 && room->mode->tick == NULL;
	int64_t begin = time_mono_us();

	count(room, skipped, late_us);
	if (room->mode->tick != NULL)
		room->mode->tick(room);
	if (room_is_over(room) || (halved && (room->ticks & 1)))
		return;
	stream_flush(room);
	if (!room_is_over(room))
		watch_budget(room, time_mono_us() - begin, halved);
}

void room_tick_update(struct room *room)
{
	struct ticker *ticker = room->home->loop->ticker;
	bool wanted = (room->mode->wants_ticks && room->mode->wants_ticks(room)) ||
		      (room->flush == FLUSH_TICK && room->live > 0);

	if (wanted == (room->tick.heap_at != 0))
		return;
	room->tick.run = on_tick;
	if (!wanted)
		tick_stop(ticker, &room->tick);
	else if (tick_start(ticker, &room->tick, room->next->tick.us,
			    (uint32_t)room->next->max_catchup) < 0)
		room_fault(room, "no memory for its tick");
}
