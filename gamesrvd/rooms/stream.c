/* gamesrvd/rooms/stream.c
 * A room's frames are laid down ready for the wire in one shared buffer, which leaves as a whole: with each frame, once a
 * turn, or with the tick. The batches that left are kept in a ring, bounded in frames and bytes, for members who come back.
 */
#include <errno.h>
#include <stdlib.h>

#include "gamesrvd/rooms/parts.h"

/* `a` is after `b`; numbers run around. */
static bool after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

static struct shared **begin(struct room *room)
{
	if (room->out == NULL)
		room->out = shared_new(room->home->loop->pool,
				       room->out_room > 200 ? room->out_room : 200);
	room->out_mark = room->out ? room->out->n : 0;
	return room->out ? &room->out : NULL;
}

static void mark_dirty(struct room *room)
{
	if (room->dirty || room->flush == FLUSH_TICK)
		return;
	room->dirty = true;
	room->dirty_next = room->home->dirty;
	room->home->dirty = room;
}

static void show_mode(struct room *room, uint16_t type)
{
	struct str bytes = {(const char *)room->out->bytes + room->out_mark,
			    room->out->n - room->out_mark},
		   whole, frame;
	uint32_t at = 0;

	if (wire_ws_next(bytes, &at, &whole, &frame))
		room->mode->put(room, type, frame);
}

static void end(struct room *room, uint16_t type, bool put, bool ordered)
{
	if (!put) {
		room_fault(room, "out of memory");
		return;
	}
	room->seq += ordered;
	room->out_count += ordered;
	if (ordered && room->mode->put != NULL)
		show_mode(room, type);
	if (room->flush == FLUSH_IMMEDIATE || room->out->n >= ROOM_BATCH)
		stream_flush(room);
	else
		mark_dirty(room);
}

void stream_relayed(struct room *room, uint8_t flags, uint32_t seat, const struct wire_relay *relay)
{
	bool ordered = !(flags & WIRE_UNORDERED);
	struct shared **out = begin(room);

	end(room, FRAME_RELAYED,
	    out && wire_put_relayed(out, FRAME_RELAYED, flags, room->seq + ordered, seat,
				    relay->data, relay->delivery, relay->key),
	    ordered);
}

void stream_bundle(struct room *room, uint32_t frame, const struct wire_seat_input *inputs,
		   uint32_t count)
{
	struct shared **out = begin(room);

	end(room, FRAME_BUNDLE, out && wire_put_bundle(out, room->seq + 1, frame, inputs, count),
	    true);
}

void stream_empty(struct room *room, uint32_t frame, uint32_t count)
{
	struct shared **out = begin(room);

	end(room, FRAME_EMPTY, out && wire_put_empty(out, room->seq + 1, frame, count), true);
}

void stream_payload(struct room *room, uint16_t type, struct str payload)
{
	struct shared **out;

	if (room->mode->settle != NULL)
		room->mode->settle(room);
	out = begin(room);
	end(room, type,
	    out && wire_frame_put(NULL, out, NULL, type, 0, room->seq + 1, payload, true), true);
}

void stream_message(struct room *room, uint16_t type, const ProtobufCMessage *message)
{
	struct str payload = rooms_pack(room->home, message);

	if (payload.p == NULL)
		room_fault(room, "out of memory");
	else
		stream_payload(room, type, payload);
}

/* ---- The ring ---- */

static struct batch *ring_at(const struct ring *ring, uint32_t i)
{
	return &ring->batches[(ring->first + i) & (ring->room - 1)];
}

static void ring_drop(struct ring *ring)
{
	struct batch *oldest = ring_at(ring, 0);

	ring->frames -= oldest->count;
	ring->bytes -= oldest->frames->n;
	shared_unref(oldest->frames);
	ring->first = (ring->first + 1) & (ring->room - 1);
	ring->count--;
}

static bool ring_grow(struct ring *ring)
{
	uint32_t room = ring->room ? ring->room * 2 : 8;
	struct batch *batches = calloc(room, sizeof(*batches));

	if (batches == NULL)
		return false;
	for (uint32_t i = 0; i < ring->count; i++)
		batches[i] = *ring_at(ring, i);
	free(ring->batches);
	ring->batches = batches;
	ring->room = room;
	ring->first = 0;
	return true;
}

/* Without memory for it the ring is shorter than asked for: who comes back gets a fresh state instead. */
static void ring_keep(struct room *room, struct shared *frames, uint32_t count)
{
	const struct conf_room_type_resume *bound = &room_live(room)->resume;
	struct ring *ring = &room->ring;

	while (ring->count > 0 && (ring->frames + count > (uint32_t)bound->messages ||
				   (uint64_t)ring->bytes + frames->n > bound->bytes))
		ring_drop(ring);
	if (count > (uint32_t)bound->messages || frames->n > bound->bytes)
		return;
	if (ring->count == ring->room && !ring_grow(ring)) {
		if (ring->count == 0)
			return;
		ring_drop(ring);
	}
	*ring_at(ring, ring->count++) = (struct batch){shared_ref(frames), room->seq, count};
	ring->frames += count;
	ring->bytes += frames->n;
}

void stream_flush(struct room *room)
{
	struct shared *out = room->out;

	if (out == NULL)
		return;
	/* What the sink brings about may put frames again: they go into the next batch. */
	room->out = NULL;
	if (room->out_count > 0)
		ring_keep(room, out, room->out_count);
	room->out_count = 0;
	room->sent = room->seq;
	room->out_room = out->n;
	room->bytes_out += (uint64_t)out->n * room->live;
	room->home->bytes += (uint64_t)out->n * room->live;
	if (room->loops != 0)
		room->home->sink.broadcast(room->home->sink.ctx, room->id, room->loops, out);
	shared_unref(out);
}

void stream_fini(struct room *room)
{
	shared_unref(room->out);
	room->out = NULL;
	while (room->ring.count > 0)
		ring_drop(&room->ring);
	free(room->ring.batches);
	room->ring = (struct ring){0};
}

/* ---- What a member missed ---- */

uint32_t stream_kept(const struct room *room)
{
	return room->ring.count;
}

/* The batch without what stands before `seq`. */
static struct shared *tail_of(struct room *room, struct shared *batch, uint32_t seq)
{
	struct str bytes = {(const char *)batch->bytes, batch->n}, whole, frame;
	struct wire_header head;
	uint32_t at = 0, total;
	struct shared *tail;

	while (wire_ws_next(bytes, &at, &whole, &frame)) {
		if (wire_header_read((const uint8_t *)frame.p, UINT32_MAX, &head, &total) !=
		    WIRE_OK)
			break;
		if (!after(head.seq, seq))
			continue;
		bytes = (struct str){whole.p, (size_t)(bytes.p + bytes.n - whole.p)};
		tail = shared_new(room->home->loop->pool, (uint32_t)bytes.n);
		if (tail != NULL) {
			memcpy(tail->bytes, bytes.p, bytes.n);
			tail->n = (uint32_t)bytes.n;
		}
		return tail;
	}
	return NULL;
}

int stream_since(struct room *room, uint32_t seq, struct shared **batches, uint32_t room_for,
		 uint32_t *count, uint32_t *frames)
{
	const struct ring *ring = &room->ring;
	uint32_t missed = room->sent - seq, i = 0;

	*count = *frames = 0;
	if (missed == 0)
		return 0;
	if (after(seq, room->sent) || missed > ring->frames)
		return -ENODATA;
	while (i < ring->count && !after(ring_at(ring, i)->last, seq))
		i++;
	for (; i < ring->count && *count < room_for; i++) {
		const struct batch *batch = ring_at(ring, i);
		bool whole = !after(seq, batch->last - batch->count);
		struct shared *s =
			whole ? shared_ref(batch->frames) : tail_of(room, batch->frames, seq);

		if (s == NULL)
			return -ENOMEM;
		batches[(*count)++] = s;
	}
	*frames = missed;
	return 0;
}
