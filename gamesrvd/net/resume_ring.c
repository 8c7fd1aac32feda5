/* gamesrvd/net/resume_ring.c */
#include "gamesrvd/net/resume_ring.h"

#include <stdlib.h>

enum { FIRST = 8 };

static void drop_oldest(struct resume_ring *ring)
{
	struct shared *frame = ring->frames[ring->head];

	ring->head = (ring->head + 1) & (ring->room - 1);
	ring->count--;
	ring->bytes -= frame->n;
	shared_unref(frame);
}

static void drop_all(struct resume_ring *ring)
{
	while (ring->count > 0)
		drop_oldest(ring);
	free(ring->frames);
	*ring = (struct resume_ring){.last = ring->last};
}

static bool widen(struct resume_ring *ring)
{
	uint32_t room = ring->room ? ring->room * 2 : FIRST;
	struct shared **wider = malloc(room * sizeof(struct shared *));

	if (wider == NULL)
		return false;
	for (uint32_t i = 0; i < ring->count; i++)
		wider[i] = ring->frames[(ring->head + i) & (ring->room - 1)];
	free(ring->frames);
	ring->frames = wider;
	ring->head = 0;
	ring->room = room;
	return true;
}

void resume_ring_put(struct resume_ring *ring, struct shared *frame, uint32_t seq)
{
	ring->last = seq;
	while (ring->count > 0 &&
	       (ring->count == RESUME_RING_FRAMES || ring->bytes + frame->n > RESUME_RING_BYTES))
		drop_oldest(ring);
	if (frame->n > RESUME_RING_BYTES || (ring->count == ring->room && !widen(ring))) {
		drop_all(ring);
		return;
	}
	ring->frames[(ring->head + ring->count++) & (ring->room - 1)] = shared_ref(frame);
	ring->bytes += frame->n;
}

void resume_ring_trim(struct resume_ring *ring, uint32_t seq)
{
	int32_t after = resume_ring_after(ring, seq);

	while (after >= 0 && ring->count > (uint32_t)after)
		drop_oldest(ring);
	if (ring->count == 0 && ring->room > FIRST) /* a small one waits for the next frame */
		drop_all(ring);
}

void resume_ring_clear(struct resume_ring *ring, uint32_t last)
{
	drop_all(ring);
	ring->last = last;
}

int32_t resume_ring_after(const struct resume_ring *ring, uint32_t seq)
{
	uint32_t missing = ring->last - seq;

	return missing <= ring->count ? (int32_t)missing : -1;
}

struct shared *resume_ring_at(const struct resume_ring *ring, uint32_t n, uint32_t i)
{
	return ring->frames[(ring->head + ring->count - n + i) & (ring->room - 1)];
}
