/* gamesrvd/rooms/state.c
 * The life of a room. Every change has an actor and a reason, which the members hear and operators see.
 */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "gamesrvd/obs/metrics.h"
#include "gamesrvd/rooms/parts.h"

static const struct room_mode *const modes[] = {&mode_relay, &mode_lockstep};

const struct room_mode *mode_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		if (str_is(name, modes[i]->name))
			return modes[i];
	}
	return NULL;
}

const struct conf_room_type *room_live(const struct room *room)
{
	const struct conf_room_type *live = room->type->here[room->home->loop->index].live;

	return live ? live : room->next;
}

/* ---- Changes ---- */

void room_announce(struct room *room)
{
	Gamesrv__V1__Room frame = GAMESRV__V1__ROOM__INIT;

	if (room->players + room->spectators == 0)
		return;
	frame.state = room->state;
	frame.actor = room->actor;
	frame.reason = room->why;
	frame.paused = room->paused;
	frame.locked = room->mode->locked && room->mode->locked(room);
	frame.draining = room->draining;
	frame.degraded = room->degraded > 0;
	stream_message(room, FRAME_ROOM, &frame.base);
}

void room_note(struct room *room, const char *actor, const char *why)
{
	static const char *const names[] = {"none",    "creating", "open",
					    "running", "ending",   "closed"};
	bool by_operator = strncmp(actor, "operator/", 9) == 0;
	char id[ID_TEXT];

	snprintf(room->actor, sizeof(room->actor), "%s", actor);
	snprintf(room->why, sizeof(room->why), "%s", why);
	log_at(by_operator ? LOG_AT_INFO : LOG_AT_DEBUG, "room %s (%s) is %s%s: %s: %s",
	       id_text('r', room->id, id), room->type->text, names[room->state],
	       room->paused ? " (paused)" : "", actor, why);
}

static void change(struct room *room, Gamesrv__V1__RoomState state, const char *actor,
		   const char *why)
{
	room->state = state;
	room_note(room, actor, why);
	room_announce(room);
}

/* ---- The joinable ---- */

static bool is_joinable(const struct room *room)
{
	return (room->state == ROOM_OPEN || room->state == ROOM_RUNNING) && room->key == NULL &&
	       !room->cordoned && !room->draining && !seats_full(room, false) &&
	       !(room->mode->locked && room->mode->locked(room));
}

static void list_add(struct room *room)
{
	unsigned loop = room->home->loop->index;

	room->list_next = NULL;
	room->list_before = room->type->here[loop].last;
	if (room->list_before != NULL)
		room->list_before->list_next = room;
	else
		room->type->here[loop].first = room;
	room->type->here[loop].last = room;
	atomic_fetch_add_explicit(&room->type->joinable[loop], 1, memory_order_relaxed);
}

static void list_remove(struct room *room)
{
	unsigned loop = room->home->loop->index;

	if (room->list_before != NULL)
		room->list_before->list_next = room->list_next;
	else
		room->type->here[loop].first = room->list_next;
	if (room->list_next != NULL)
		room->list_next->list_before = room->list_before;
	else
		room->type->here[loop].last = room->list_before;
	atomic_fetch_sub_explicit(&room->type->joinable[loop], 1, memory_order_relaxed);
}

void room_list_update(struct room *room)
{
	bool joinable = is_joinable(room);

	if (joinable == room->listed)
		return;
	room->listed = joinable;
	if (joinable)
		list_add(room);
	else
		list_remove(room);
}

/* ---- Opening ---- */

static void on_empty(struct wheel_timer *timer)
{
	room_close(CONTAINER_OF(timer, struct room, empty), REASON_ROOM_CLOSED, "room",
		   "it was empty");
}

static void on_start(struct wheel_timer *timer)
{
	room_start(CONTAINER_OF(timer, struct room, start), "room", "enough players are there");
}

static void on_duration(struct wheel_timer *timer)
{
	room_finish(CONTAINER_OF(timer, struct room, duration), "room", "max_duration is over");
}

static void on_end(struct wheel_timer *timer)
{
	room_close(CONTAINER_OF(timer, struct room, end), REASON_ROOM_CLOSED, "room",
		   "the match is over");
}

static enum room_flush flush_of(const struct conf_room_type *conf)
{
	if (str_is(conf->flush, "immediate"))
		return FLUSH_IMMEDIATE;
	return str_is(conf->flush, "tick") ? FLUSH_TICK : FLUSH_TURN;
}

static void fill(struct room *room, struct str key)
{
	const struct conf_snapshot *now = room->home->loop->config.now;

	room->pinned = conf_set_ref(now->set);
	room->pinned_revision = now->revision;
	room->flush = flush_of(room->next);
	room->opened_us = time_mono_us();
	room->empty.fire = on_empty;
	room->start.fire = on_start;
	room->duration.fire = on_duration;
	room->end.fire = on_end;
	if (key.n > 0)
		memcpy(room->key_text, key.p, key.n);
	randombytes_buf(&room->seed, sizeof(room->seed));
}

static enum room_error give_up(struct room *room, struct room_key *claim)
{
	struct rooms *r = room->home;

	directory_key_drop(room->type, claim);
	if (room->mode->close != NULL)
		room->mode->close(room);
	seats_fini(room);
	conf_set_unref(room->pinned);
	slab_give(&r->slab, room->id);
	return ROOM_NO_MEMORY;
}

static enum room_error set_up(struct rooms *r, struct room_type *type,
			      const struct conf_room_type *conf, const struct room_mode *mode,
			      struct str key, struct room_key *claim, struct room **out)
{
	struct id id;
	struct room *room = slab_take(&r->slab, &id);

	if (room == NULL) {
		directory_key_drop(type, claim);
		return ROOM_NO_MEMORY;
	}
	room->id = id;
	room->home = r;
	room->type = type;
	room->mode = mode;
	room->next = conf;
	room->state = ROOM_CREATING;
	fill(room, key);
	if (seats_init(room) < 0 || (mode->open != NULL && mode->open(room) < 0))
		return give_up(room, claim);
	room->key = claim;
	if (claim != NULL)
		directory_key_bind(type, claim, id);
	live_room_opened(room);
	directory_room_opened(type);
	change(room, ROOM_OPEN, "room", "somebody wanted to join");
	room_list_update(room);
	*out = room;
	return ROOM_OK;
}

enum room_error room_open(struct rooms *r, struct room_type *type, struct str key,
			  struct room_key *claim, struct room **out)
{
	const struct conf_room_type *conf =
		conf_room_type_find(r->loop->config.now->set, type->name);
	const struct room_mode *mode = conf ? mode_find(conf->mode) : NULL;

	if (mode == NULL) {
		directory_key_drop(type, claim);
		return conf ? ROOM_NO_MODE : ROOM_NO_TYPE;
	}
	return set_up(r, type, conf, mode, key, claim, out);
}

/* ---- Verbs ---- */

void room_start(struct room *room, const char *actor, const char *why)
{
	if (room->state != ROOM_OPEN)
		return;
	wheel_cancel(&room->start);
	change(room, ROOM_RUNNING, actor, why);
	if (room_is_over(room))
		return;
	if (room->next->state_of.max_duration >= CONF_DEFAULTED)
		wheel_in(room->home->loop->wheel, &room->duration, room->next->max_duration.us);
	room_list_update(room);
	room_tick_update(room);
}

void room_finish(struct room *room, const char *actor, const char *why)
{
	if (room->state != ROOM_OPEN && room->state != ROOM_RUNNING)
		return;
	wheel_cancel(&room->start);
	wheel_cancel(&room->duration);
	room->paused = false;
	change(room, ROOM_ENDING, actor, why);
	if (room_is_over(room))
		return;
	/* Who shares the key plays the next match in another room. */
	directory_key_drop(room->type, room->key);
	room->key = NULL;
	room_list_update(room);
	room_tick_update(room);
	wheel_in(room->home->loop->wheel, &room->end, room->next->end_delay.us);
	room_players_changed(room);
}

void room_pause(struct room *room, bool on, const char *actor, const char *why)
{
	if (room->state != ROOM_RUNNING || room->paused == on)
		return;
	room->paused = on;
	change(room, ROOM_RUNNING, actor, why);
}

/* ---- Closing ---- */

static void let_all_go(struct room *room, Gamesrv__V1__Reason reason, const char *why)
{
	struct seat *seat;

	for (uint32_t number = 0; (seat = seat_next(room, &number)) != NULL;) {
		struct id session = seat->session;

		seat_give(seat);
		room->home->sink.left(room->home->sink.ctx, session, room->id, reason, str_of(why));
	}
}

static void stop_timers(struct room *room)
{
	wheel_cancel(&room->empty);
	wheel_cancel(&room->start);
	wheel_cancel(&room->duration);
	wheel_cancel(&room->end);
	tick_stop(room->home->loop->ticker, &room->tick);
}

void room_close(struct room *room, Gamesrv__V1__Reason reason, const char *actor, const char *why)
{
	struct rooms *r = room->home;

	if (room_is_over(room))
		return;
	change(room, ROOM_CLOSED, actor, why);
	stream_flush(room);
	stop_timers(room);
	directory_key_drop(room->type, room->key);
	room->key = NULL;
	room_list_update(room);
	let_all_go(room, reason, room->why);
	directory_room_closed(room->type, time_mono_us() - room->opened_us);
	/* Callers further up may still look at it: it is buried when the turn ends. */
	room->dead_next = r->dead;
	r->dead = room;
}

void room_free(struct room *room)
{
	struct rooms *r = room->home;
	struct room **at;

	for (at = &r->dirty; room->dirty && *at != room; at = &(*at)->dirty_next)
		;
	if (room->dirty)
		*at = room->dirty_next;
	if (room->mode->close != NULL)
		room->mode->close(room);
	stream_fini(room);
	seats_fini(room);
	conf_set_unref(room->pinned);
	slab_give(&r->slab, room->id);
}

void room_fault(struct room *room, const char *why)
{
	char id[ID_TEXT];

	if (room_is_over(room))
		return;
	log_error("room %s (%s) cannot go on and is closed: %s", id_text('r', room->id, id),
		  room->type->text, why);
	metric_add(METRIC_rooms_failed_total, 1);
	room_close(room, REASON_SERVER_FAULT, "server", why);
}

/* ---- What hangs on the players ---- */

static void wait_for_start(struct room *room)
{
	bool enough = room->players >= (uint32_t)room->next->min_players;
	int64_t delay = room->next->start_delay.us;

	if (room->state != ROOM_OPEN)
		return;
	if (!enough)
		wheel_cancel(&room->start);
	else if (delay == 0)
		room_start(room, "room", "enough players are there");
	else if (!wheel_is_set(&room->start))
		wheel_in(room->home->loop->wheel, &room->start, delay);
}

void room_players_changed(struct room *room)
{
	int64_t ttl = room_live(room)->empty_ttl.us;

	if (room_is_over(room))
		return;
	if (room->players > 0) {
		wheel_cancel(&room->empty);
		wait_for_start(room);
	} else if (room->state == ROOM_ENDING || ttl == 0) {
		room_close(room, REASON_ROOM_CLOSED, "room", "everybody left");
		return;
	} else {
		wheel_cancel(&room->start);
		if (!wheel_is_set(&room->empty))
			wheel_in(room->home->loop->wheel, &room->empty, ttl);
	}
	if (room_is_over(room))
		return;
	room_list_update(room);
	room_tick_update(room);
}
