/* gamesrvd/net/outq.c */
#include "gamesrvd/net/outq.h"

#include <stdlib.h>

#include "gamesrvd/net/peek.h"
#include "wire/frame.h"
#include "wire/names.h"

enum { FIRST = 16, LATEST_MAX = 1024 };

void outq_fini(struct outq *q)
{
	while (!outq_is_empty(q))
		outq_pop(q);
	free(q->pieces);
	free(q->latest);
	*q = (struct outq){0};
}

static bool widen(struct outq *q)
{
	uint32_t room = q->room ? q->room * 2 : FIRST;
	struct outq_piece *wider = malloc(room * sizeof(*wider));

	if (wider == NULL)
		return false;
	for (uint32_t i = 0; i < q->count; i++)
		wider[i] = q->pieces[(q->head + i) & (q->room - 1)];
	free(q->pieces);
	q->pieces = wider;
	q->head = 0;
	q->room = room;
	return true;
}

bool outq_put(struct outq *q, struct shared *frames, uint32_t at, uint32_t n)
{
	struct outq_piece *last =
		q->count ? &q->pieces[(q->head + q->count - 1) & (q->room - 1)] : NULL;

	if (last != NULL && last->from == frames && last->at + last->n == at) {
		last->n += n;
		q->bytes += n;
		return true;
	}
	if (q->count == q->room && !widen(q))
		return false;
	q->pieces[(q->head + q->count++) & (q->room - 1)] =
		(struct outq_piece){shared_ref(frames), at, n};
	q->bytes += n;
	return true;
}

/* ---- Classes ---- */

struct relayed { /* what tells the class of a relayed frame */
	uint32_t seat, delivery, key;
};

static struct relayed read_relayed(struct str payload)
{
	return (struct relayed){(uint32_t)peek_number(payload, 1),
				(uint32_t)peek_number(payload, 3),
				(uint32_t)peek_number(payload, 4)};
}

static void put_latest(struct outq *q, const struct relayed *r, struct outq_piece piece,
		       uint64_t *dropped)
{
	struct outq_latest *l = q->latest;

	while (l < q->latest + q->latest_count && (l->seat != r->seat || l->key != r->key))
		l++;
	if (l < q->latest + q->latest_count) {
		(*dropped)++;
		q->bytes -= l->piece.n;
		shared_unref(l->piece.from);
	} else if (q->latest_count < q->latest_room) {
		l = &q->latest[q->latest_count++];
	} else {
		uint32_t room = q->latest_room ? q->latest_room * 2 : FIRST;
		struct outq_latest *wider =
			room <= LATEST_MAX ? realloc(q->latest, room * sizeof(*wider)) : NULL;

		if (wider ==
		    NULL) { /* what is newest matters little to whom it reaches this late */
			(*dropped)++;
			return;
		}
		q->latest = wider;
		q->latest_room = room;
		l = &q->latest[q->latest_count++];
	}
	*l = (struct outq_latest){piece, r->seat, r->key};
	shared_ref(piece.from);
	q->bytes += piece.n;
}

bool outq_put_thin(struct outq *q, struct shared *plain, struct shared *frames, uint64_t *dropped)
{
	struct str all = {(const char *)frames->bytes, frames->n},
		   same = {(const char *)plain->bytes, plain->n};
	uint32_t walk = 0, walk_plain = 0;
	struct str whole, frame, whole_plain, frame_plain;

	while (wire_ws_next(all, &walk, &whole, &frame) &&
	       wire_ws_next(same, &walk_plain, &whole_plain, &frame_plain)) {
		struct outq_piece piece = {frames, (uint32_t)(whole.p - all.p), (uint32_t)whole.n};
		uint8_t flags = (uint8_t)frame_plain.p[5];
		uint16_t type =
			(uint16_t)((uint8_t)frame_plain.p[6] << 8 | (uint8_t)frame_plain.p[7]);
		struct relayed r = {0};

		if ((flags & WIRE_UNORDERED) && type == FRAME_RELAYED)
			r = read_relayed((struct str){frame_plain.p + WIRE_HEADER,
						      frame_plain.n - WIRE_HEADER});
		if (r.delivery == DELIVERY_COSMETIC)
			(*dropped)++;
		else if (r.delivery == DELIVERY_LATEST)
			put_latest(q, &r, piece, dropped);
		else if (!outq_put(q, frames, piece.at, piece.n))
			return false;
	}
	return true;
}

/* ---- Out ---- */

static const struct outq_piece *front(const struct outq *q)
{
	return q->count ? &q->pieces[q->head] : q->latest_count ? &q->latest[0].piece : NULL;
}

bool outq_front(const struct outq *q, struct str *frames)
{
	const struct outq_piece *piece = front(q);

	if (piece != NULL)
		*frames = (struct str){(const char *)piece->from->bytes + piece->at, piece->n};
	return piece != NULL;
}

void outq_pop(struct outq *q)
{
	struct outq_piece piece = *front(q);

	if (q->count > 0) {
		q->head = (q->head + 1) & (q->room - 1);
		q->count--;
	} else {
		q->latest[0] = q->latest[--q->latest_count];
	}
	q->bytes -= piece.n;
	shared_unref(piece.from);
}
