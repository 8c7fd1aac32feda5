/* gamesrvd/net/resume_ring.h
 * The last frames of a session's own stream, to be sent again to a client that comes back. Bounded in frames and bytes: the
 * oldest fall out, and whoever missed more than is here starts afresh (RESYNC), so there is never a gap.
 *
 * Thread: its loop's.
 */
#pragma once
#include "base/shared.h"

enum { RESUME_RING_FRAMES = 256, RESUME_RING_BYTES = 64 * 1024 };

struct resume_ring {            /* all-zero: empty, and takes no memory */
	struct shared **frames; /* each one whole frame; a ring */
	uint32_t head, count, room;
	uint32_t bytes;
	uint32_t last; /* number of the newest; it was numbered even if it is not kept */
};

/* Takes a reference. Without memory for it nothing is kept: a resume will say RESYNC. */
void resume_ring_put(struct resume_ring *ring, struct shared *frame, uint32_t seq);
/* Forgets what arrived: frames up to `seq`. */
void resume_ring_trim(struct resume_ring *ring, uint32_t seq);
/* Forgets all; the stream begins again behind `last`. */
void resume_ring_clear(struct resume_ring *ring, uint32_t last);
/* How many frames follow `seq`; -1: not all of them are here, or `seq` was never sent. */
int32_t resume_ring_after(const struct resume_ring *ring, uint32_t seq);
/* The i-th of the newest `n`. */
struct shared *resume_ring_at(const struct resume_ring *ring, uint32_t n, uint32_t i);
