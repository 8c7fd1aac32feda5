/* gamesrvd/rooms/operate.c
 * What operators do with a room.
 */
#include <stdio.h>

#include "gamesrvd/rooms/lockstep.h"
#include "wire/replay.h"

struct texts {
	char actor[ROOM_ACTOR], why[ROOM_WHY];
};

static struct texts texts_of(struct str actor, struct str why)
{
	struct texts t;

	snprintf(t.actor, sizeof(t.actor), STR_FMT, STR_ARG(actor));
	snprintf(t.why, sizeof(t.why), STR_FMT, STR_ARG(why));
	return t;
}

enum room_error rooms_close(struct rooms *r, struct id id, Gamesrv__V1__Reason reason,
			    struct str actor, struct str why)
{
	struct room *room = rooms_find(r, id);
	struct texts t = texts_of(actor, why);

	loop_assert(r->loop);
	if (room == NULL)
		return ROOM_NOT_FOUND;
	room_close(room, reason, t.actor, t.why);
	return ROOM_OK;
}

enum room_error rooms_finish(struct rooms *r, struct id id, struct str actor, struct str why)
{
	struct room *room = rooms_find(r, id);
	struct texts t = texts_of(actor, why);

	loop_assert(r->loop);
	if (room == NULL)
		return ROOM_NOT_FOUND;
	room_finish(room, t.actor, t.why);
	return ROOM_OK;
}

enum room_error rooms_set_cordon(struct rooms *r, struct id id, bool on, struct str actor)
{
	struct room *room = rooms_find(r, id);
	struct texts t = texts_of(actor, on ? STR("nobody may join any more")
					    : STR("players may join again"));

	loop_assert(r->loop);
	if (room == NULL)
		return ROOM_NOT_FOUND;
	if (room->cordoned == on)
		return ROOM_OK;
	room->cordoned = on;
	room_note(room, t.actor, t.why);
	room_list_update(room);
	return ROOM_OK;
}

enum room_error rooms_set_draining(struct rooms *r, struct id id, bool on, struct str actor)
{
	struct room *room = rooms_find(r, id);
	struct texts t =
		texts_of(actor, on ? STR("the room is drained") : STR("the drain was called off"));

	loop_assert(r->loop);
	if (room == NULL)
		return ROOM_NOT_FOUND;
	if (room->draining == on)
		return ROOM_OK;
	room->draining = on;
	room_note(room, t.actor, t.why);
	room_announce(room);
	if (!room_is_over(room))
		room_list_update(room);
	return ROOM_OK;
}

enum room_error rooms_say(struct rooms *r, struct id id, struct str kind, struct str text,
			  uint32_t in_ms)
{
	struct room *room = rooms_find(r, id);
	struct texts k = texts_of(kind, STR(""));
	CLEANUP(buf_free) struct buf words = {0};
	Gamesrv__V1__Notice notice = GAMESRV__V1__NOTICE__INIT;
	struct seat *seat;

	loop_assert(r->loop);
	if (room == NULL)
		return ROOM_NOT_FOUND;
	buf_add(&words, text);
	buf_addc(&words, '\0');
	if (words.failed)
		return ROOM_NO_MEMORY;
	notice.kind = k.actor;
	notice.text = words.p;
	notice.in_ms = in_ms;
	for (uint32_t number = 0; !room_is_over(room) && (seat = seat_next(room, &number)) != NULL;)
		member_tell(seat, FRAME_NOTICE, &notice.base);
	return ROOM_OK;
}

/* Field 1 of BUNDLE and EMPTY; left out when it is 0. */
static uint32_t frame_number(struct str payload)
{
	uint32_t v = 0;

	if (payload.n == 0 || payload.p[0] != 0x08)
		return 0;
	for (size_t i = 1; i < payload.n && i <= 5; i++) {
		v |= (uint32_t)(payload.p[i] & 0x7f) << (7 * (i - 1));
		if (!(payload.p[i] & 0x80))
			break;
	}
	return v;
}

/* The first frame whose inputs the log still has. */
static uint32_t first_frame(const struct lockstep *ls)
{
	struct log_place place;
	struct wire_header head;
	struct str frame;
	uint32_t total;
	bool lost;

	if (log_begin(&ls->log, &place))
		return 0;
	while ((frame = log_next(&ls->log, &place, &lost)).p != NULL) {
		(void)wire_header_read((const uint8_t *)frame.p, UINT32_MAX, &head, &total);
		if (head.type == FRAME_BUNDLE || head.type == FRAME_EMPTY)
			return frame_number(
				(struct str){frame.p + WIRE_HEADER, frame.n - WIRE_HEADER});
	}
	return ls->next;
}

/* What a client that sits down before the first frame of the log would read. */
static bool put_joined(struct room *room, struct buf *out)
{
	struct lockstep *ls = room->lockstep;
	uint32_t next = ls->next, delay = ls->delay;
	CLEANUP(buf_free) struct buf frame = {0};
	uint8_t bytes[WIRE_HEADER];
	struct str packed;

	ls->next = first_frame(ls);
	ls->delay = ls->log.lost ? delay : ls->first_delay;
	packed = joined_pack(room, NULL, ls->log.lost ? ls->log.lost_seq : 0, ls->log.lost);
	ls->next = next;
	ls->delay = delay;
	if (packed.p == NULL)
		return false;
	wire_header_write(
		bytes, &(struct wire_header){.type = FRAME_JOINED, .length = (uint32_t)packed.n});
	buf_add(&frame, (struct str){(const char *)bytes, sizeof(bytes)});
	buf_add(&frame, packed);
	replay_put_block(out, buf_str(&frame));
	return !frame.failed;
}

enum room_error rooms_replay(struct rooms *r, struct id id, struct buf *out)
{
	struct room *room = rooms_find(r, id);

	loop_assert(r->loop);
	if (room == NULL)
		return ROOM_NOT_FOUND;
	if (room->lockstep == NULL)
		return ROOM_NO_MODE;
	room->mode->settle(room);
	if (room_is_over(room))
		return ROOM_NOT_FOUND;
	replay_put_head(out);
	if (!put_joined(room, out))
		return ROOM_NO_MEMORY;
	log_blocks(&room->lockstep->log, out);
	return out->failed ? ROOM_NO_MEMORY : ROOM_OK;
}
