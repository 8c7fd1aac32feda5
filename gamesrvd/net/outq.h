/* gamesrvd/net/outq.h
 * What waits for a receiver whose socket takes no more: references to frames that others share, in order, and bounded by
 * who fills it. Nothing is copied.
 *
 * Thread: its loop's. Classes of frames: ordered ones are never merged or dropped; of relayed DELIVERY_LATEST a thin
 * queue keeps the newest of each (seat, key), to go out behind what is ordered; DELIVERY_COSMETIC a thin queue drops.
 */
#pragma once
#include "base/shared.h"

struct outq_piece {
	struct shared *from;
	uint32_t at, n;
};

struct outq_latest {
	struct outq_piece piece;
	uint32_t seat, key;
};

struct outq {                       /* all-zero: empty */
	struct outq_piece *pieces;  /* a ring */
	uint32_t head, count, room; /* room: a power of two */
	uint32_t bytes;             /* in both */
	struct outq_latest *latest;
	uint32_t latest_count, latest_room;
};

static inline bool outq_is_empty(const struct outq *q)
{
	return q->count == 0 && q->latest_count == 0;
}
void outq_fini(struct outq *q);

/* `n` bytes of frames, in order behind the others; takes a reference. False: out of memory. */
MUST_USE bool outq_put(struct outq *q, struct shared *frames, uint32_t at, uint32_t n);
/* As outq_put(), frame by frame: keeps, replaces or drops by class. `plain` are the same frames as `frames` before they
 * were compressed for this receiver, or `frames` itself. *dropped counts those that will not arrive. */
MUST_USE bool outq_put_thin(struct outq *q, struct shared *plain, struct shared *frames,
			    uint64_t *dropped);
/* What goes out next; false: nothing. Then outq_pop(). */
bool outq_front(const struct outq *q, struct str *frames);
void outq_pop(struct outq *q);
