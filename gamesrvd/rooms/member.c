/* gamesrvd/rooms/member.c
 * Coming and going. The order matters: what was gathered leaves first, then the newcomer has its answer (from then on its loop
 * writes the room's frames to it), and only then do the others hear of it: so nobody receives a frame twice or misses one.
 */
#include <errno.h>
#include <stdio.h>

#include "gamesrvd/rooms/parts.h"

enum { ALIGNED = 16 };

static void announce(struct seat *seat, Gamesrv__V1__MemberEvent event, Gamesrv__V1__Reason reason)
{
	Gamesrv__V1__Member member = GAMESRV__V1__MEMBER__INIT;
	Gamesrv__V1__Seat who;

	joined_seat(seat, &who);
	member.seat = &who;
	member.event = event;
	member.reason = reason;
	stream_message(seat->room, FRAME_MEMBER, &member.base);
}

void member_tell(const struct seat *seat, uint16_t type, const ProtobufCMessage *message)
{
	struct rooms *r = seat->room->home;
	struct str payload = rooms_pack(r, message);

	if (payload.p != NULL)
		r->sink.tell(r->sink.ctx, seat->session, type, payload);
}

void member_error(const struct seat *seat, uint32_t client_seq, const char *code, const char *text)
{
	Gamesrv__V1__Error error = GAMESRV__V1__ERROR__INIT;

	error.client_seq = client_seq;
	error.code = (char *)(uintptr_t)code;
	error.text = (char *)(uintptr_t)text;
	member_tell(seat, FRAME_ERROR, &error.base);
}

/* ---- Joining ---- */

static enum room_error may_join(const struct room *room, const struct room_request *q)
{
	if (directory_cordons(room->type) || room->cordoned || room->draining)
		return ROOM_CORDONED;
	if (room->state != ROOM_OPEN && room->state != ROOM_RUNNING)
		return ROOM_ENDED;
	if (seat_find(room, q->session) != NULL)
		return ROOM_SEATED;
	if (seats_full(room, q->spectate))
		return ROOM_FULL;
	/* A room that cannot keep up has sent its spectators away. */
	if (q->spectate && room->degraded > 1)
		return ROOM_LOCKED;
	return room->mode->locked && room->mode->locked(room) ? ROOM_LOCKED : ROOM_OK;
}

/* Room for `batches` pointers and `joined` behind them, in one piece that lives until the answer was read. */
static bool hold(struct room *room, struct room_request *q, uint32_t batches, struct str joined)
{
	size_t size = batches * sizeof(struct shared *);
	uint8_t *at;

	q->held = shared_new(room->home->loop->pool, (uint32_t)(ALIGNED + size + joined.n));
	if (q->held == NULL)
		return false;
	at = (uint8_t *)(((uintptr_t)q->held->bytes + ALIGNED - 1) & ~(uintptr_t)(ALIGNED - 1));
	q->replay = (struct shared **)at;
	if (joined.n > 0)
		memcpy(at + size, joined.p, joined.n);
	q->joined = (struct str){(const char *)at + size, joined.n};
	return true;
}

static bool hold_joined(struct seat *seat, struct room_request *q, bool resync)
{
	struct room *room = seat->room;
	struct str packed = joined_pack(room, seat, room->sent, resync);

	seat->joined_at = room->sent;
	return packed.p != NULL && hold(room, q, 0, packed);
}

static void on_expiry(struct wheel_timer *timer)
{
	struct seat *seat = CONTAINER_OF(timer, struct seat, expiry);

	member_remove(seat, REASON_RESUME_EXPIRED,
		      "the seat was kept for resume.window, and nobody came back");
}

static struct seat *seat_for(struct room *room, const struct room_request *q)
{
	struct seat *seat = seat_take(room, q->session, q->spectate);

	if (seat == NULL)
		return NULL;
	seat->expiry.fire = on_expiry;
	snprintf(seat->player, sizeof(seat->player), STR_FMT, STR_ARG(q->player));
	return seat;
}

/* Its own next frame is the room's next: all before has left. */
static void settle(struct room *room)
{
	if (room->mode->settle != NULL)
		room->mode->settle(room);
	stream_flush(room);
}

/* The answer may have brought about anything: is it still the same member that sits there? */
static bool still_there(const struct room *room, const struct seat *seat, uint64_t since)
{
	return !room_is_over(room) && seat->taken && seat->since == since;
}

void member_join(struct room *room, struct room_request *q)
{
	struct rooms *r = room->home;
	struct seat *seat = NULL;
	uint64_t since;

	q->error = may_join(room, q);
	q->room = room->id;
	if (q->error == ROOM_OK) {
		settle(room);
		seat = room_is_over(room) ? NULL : seat_for(room, q);
		q->error = seat ? ROOM_OK : ROOM_NO_MEMORY;
	}
	if (seat != NULL && !hold_joined(seat, q, false)) {
		seat_give(seat);
		q->error = ROOM_NO_MEMORY;
	}
	if (q->error != ROOM_OK) {
		room_players_changed(room); /* one that was opened for him is empty */
		request_answer(r, q);
		return;
	}
	q->seat = seat->number;
	q->resume_us = room_live(room)->resume.window.us;
	since = seat->since;
	seat_set_live(seat, true);
	request_answer(r, q);
	if (!still_there(room, seat, since))
		return;
	announce(seat, MEMBER_JOINED, REASON_NONE);
	live_tell(seat);
	if (still_there(room, seat, since) && room->mode->joined != NULL)
		room->mode->joined(room, seat);
	room_players_changed(room);
}

/* ---- Leaving ---- */

static void depart(struct seat *seat, Gamesrv__V1__Reason reason)
{
	struct room *room = seat->room;

	seat_set_live(seat, false);
	announce(seat, MEMBER_LEFT, reason);
	if (room_is_over(room))
		return;
	if (room->mode->away != NULL)
		room->mode->away(room, seat, true);
	seat_give(seat);
	room_players_changed(room);
}

void member_leave(struct room *room, struct room_request *q)
{
	struct seat *seat = seat_find(room, q->session);

	q->error = seat ? ROOM_OK : ROOM_NO_SEAT;
	if (seat != NULL)
		depart(seat, q->reason);
	request_answer(room->home, q);
}

void member_remove(struct seat *seat, Gamesrv__V1__Reason reason, const char *text)
{
	struct room *room = seat->room;
	struct id session = seat->session;

	depart(seat, reason);
	if (!room_is_over(room))
		stream_flush(room);
	room->home->sink.left(room->home->sink.ctx, session, room->id, reason, str_of(text));
}

/* ---- Away and back ---- */

void member_suspend(struct room *room, struct room_request *q)
{
	struct seat *seat = seat_find(room, q->session);

	q->error = seat ? ROOM_OK : ROOM_NO_SEAT;
	if (seat == NULL) {
		request_answer(room->home, q);
		return;
	}
	q->resume_us = room_live(room)->resume.window.us;
	if (!seat->suspended) {
		seat_set_live(seat, false);
		announce(seat, MEMBER_SUSPENDED, REASON_NONE);
		if (!room_is_over(room) && room->mode->away != NULL)
			room->mode->away(room, seat, false);
	}
	if (!room_is_over(room)) {
		if (q->resume_us > 0)
			wheel_in(room->home->loop->wheel, &seat->expiry, q->resume_us);
		else
			member_remove(seat, REASON_RESUME_EXPIRED,
				      "rooms of this type keep no seats");
	}
	if (!room_is_over(room))
		room_tick_update(room);
	request_answer(room->home, q);
}

/* What it missed, or why not. */
static int answer_resume(struct seat *seat, struct room_request *q)
{
	struct room *room = seat->room;
	uint32_t batches = stream_kept(room) + 1;
	int rc = hold(room, q, batches, (struct str){NULL, 0}) ? 0 : -ENOMEM;

	if (rc == 0)
		rc = stream_since(room, q->room_seq, q->replay, batches, &q->replay_count,
				  &q->replay_frames);
	if (rc != -ENODATA)
		return rc;
	shared_unref(q->held);
	q->held = NULL;
	q->resync = true;
	return hold_joined(seat, q, true) ? 0 : -ENOMEM;
}

void member_resume(struct room *room, struct room_request *q)
{
	struct rooms *r = room->home;
	struct seat *seat = seat_find(room, q->session);
	uint32_t from = q->room_seq;
	bool was_suspended, resync;
	uint64_t since;

	q->resync = false;
	settle(room);
	q->error = seat && seat->taken && !room_is_over(room) ? ROOM_OK : ROOM_NO_SEAT;
	if (q->error == ROOM_OK && answer_resume(seat, q) < 0)
		q->error = ROOM_NO_MEMORY;
	if (q->error != ROOM_OK) {
		request_answer(r, q);
		return;
	}
	q->seat = seat->number;
	q->resume_us = room_live(room)->resume.window.us;
	was_suspended = seat->suspended;
	resync = q->resync;
	since = seat->since;
	wheel_cancel(&seat->expiry);
	seat_set_live(seat, true);
	request_answer(r, q);
	if (!still_there(room, seat, since))
		return;
	if (was_suspended)
		announce(seat, MEMBER_RESUMED, REASON_NONE);
	if (resync)
		live_tell(seat);
	if (still_there(room, seat, since) && room->mode->back != NULL)
		room->mode->back(room, seat, resync, from);
	if (!room_is_over(room))
		room_tick_update(room);
}
