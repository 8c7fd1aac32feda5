/* gamesrvd/rooms/mode_lockstep.c
 * Mode lockstep: frames close on time, with or without anybody's input; all clients compute the same from them.
 */
#include <errno.h>
#include <stdlib.h>

#include "gamesrvd/rooms/lockstep.h"
#include "gamesrvd/rooms/relay.h"

struct lock_seat *lock_of(struct seat *seat)
{
	if (seat->lock == NULL)
		seat->lock = calloc(1, sizeof(*seat->lock));
	if (seat->lock == NULL)
		room_fault(seat->room, "out of memory");
	return seat->lock;
}

static int lock_open(struct room *room)
{
	const struct conf_room_type *conf = room->next;
	size_t inputs = room->players_max * sizeof(struct wire_seat_input);
	struct lockstep *ls = calloc(1, sizeof(*ls) + inputs);

	if (ls == NULL)
		return -ENOMEM;
	ls->room = room;
	ls->delay = ls->first_delay = (uint32_t)room_live(room)->lockstep.input_delay;
	ls->hash_every = (uint32_t)conf->lockstep.hash_every;
	ls->repeats = str_is(conf->lockstep.missing, "repeat");
	ls->log.bound = conf->log;
	room->lockstep = ls;
	catchup_init(room);
	return 0;
}

static void lock_close(struct room *room)
{
	if (room->lockstep == NULL)
		return;
	catchup_fini(room);
	for (uint32_t i = 0; room->seats && i < room->seats_max; i++) {
		if (room->seats[i] == NULL)
			continue;
		input_forget(room->seats[i]);
		free(room->seats[i]->lock);
		room->seats[i]->lock = NULL;
	}
	log_fini(&room->lockstep->log);
	free(room->lockstep);
	room->lockstep = NULL;
}

static void message(struct room *room, struct seat *seat, uint16_t type, uint32_t client_seq,
		    struct str payload)
{
	switch (type) {
	case FRAME_INPUT: input_message(room, seat, client_seq, payload); break;
	case FRAME_HASH: vote_message(room, seat, client_seq, payload); break;
	case FRAME_SNAPSHOT: catchup_snapshot(room, seat, client_seq, payload); break;
	case FRAME_RELAY: relay_message(room, seat, client_seq, payload); break;
	case FRAME_CONTROL: room_control(room, seat, client_seq, payload); break;
	default:
		member_error(
			seat, client_seq, "wrong-mode",
			"rooms of mode lockstep take INPUT, HASH, SNAPSHOT, RELAY and CONTROL");
	}
}

/* ---- Frames ---- */

static bool wants_ticks(const struct room *room)
{
	return room->state == ROOM_RUNNING;
}

static void tell_quiet(struct room *room)
{
	struct lockstep *ls = room->lockstep;
	uint32_t quiet = ls->quiet;

	ls->quiet = 0;
	if (quiet > 0)
		stream_empty(room, ls->next - quiet, quiet);
}

/* As long as a client that plays input_delay frames behind does not run dry. */
static uint32_t quiet_bound(const struct lockstep *ls)
{
	if (ls->delay == 0)
		return 1;
	return ls->delay < LOCK_QUIET ? ls->delay : LOCK_QUIET;
}

static void close_frame(struct room *room)
{
	struct lockstep *ls = room->lockstep;
	uint32_t count = input_collect(room);

	if (count > 0) {
		tell_quiet(room);
		stream_bundle(room, ls->next++, ls->inputs, count);
	} else {
		ls->quiet++;
		ls->next++;
		if (ls->quiet >= quiet_bound(ls))
			tell_quiet(room);
	}
	ls->full = false;
}

static void tick(struct room *room)
{
	if (wants_ticks(room) && !room->paused) /* flush: tick ticks before the match, too */
		close_frame(room);
	if (!room_is_over(room))
		catchup_tick(room);
}

/* All that a simulation may depend on, in its place. */
static void put(struct room *room, uint16_t type, struct str frame)
{
	if (type != FRAME_RELAYED)
		log_add(&room->lockstep->log, room->seq, frame);
}

/* ---- Members and configuration ---- */

static void joined(struct room *room, struct seat *seat)
{
	catchup_joined(seat);
}

static void back(struct room *room, struct seat *seat, bool resync, uint32_t room_seq)
{
	catchup_back(seat, resync, room_seq);
}

static void away(struct room *room, struct seat *seat, bool gone)
{
	if (gone) {
		input_forget(seat);
		vote_forget(seat);
	}
	catchup_away(seat, gone);
	vote_again(room);
}

static void config(struct room *room)
{
	struct lockstep *ls = room->lockstep;
	uint32_t delay = (uint32_t)room_live(room)->lockstep.input_delay;
	Gamesrv__V1__Delay message_ = GAMESRV__V1__DELAY__INIT;

	if (delay == ls->delay)
		return;
	ls->delay = delay;
	message_.frame = ls->next;
	message_.input_delay = delay;
	stream_message(room, FRAME_DELAY, &message_.base);
}

static void fill(const struct room *room, Gamesrv__V1__Lockstep *out)
{
	const struct lockstep *ls = room->lockstep;

	out->frame = ls->next;
	out->input_delay = ls->delay;
	out->hash_every = ls->hash_every;
	out->missing_repeats = ls->repeats;
}

const struct room_mode mode_lockstep = {
	.name = "lockstep",
	.number = MODE_LOCKSTEP,
	.open = lock_open,
	.close = lock_close,
	.message = message,
	.wants_ticks = wants_ticks,
	.tick = tick,
	.settle = tell_quiet,
	.put = put,
	.locked = catchup_locked,
	.joined = joined,
	.back = back,
	.away = away,
	.config = config,
	.fill = fill,
};
