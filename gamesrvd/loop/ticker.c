/* gamesrvd/loop/ticker.c
 * A binary heap of ticks by deadline, and one timerfd set to the first. Deadlines only ever grow by whole periods, so
 * nothing that is late moves what comes after it.
 */
#include "gamesrvd/loop/ticker.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/time.h"

enum { HEAP_FIRST = 64, WHOLE_MS = 1000 };

struct ticker {
	struct ev_loop *loop;
	ev_io readable;
	int64_t alarm_us; /* what the timerfd is set for; 0: nothing */
	bool advancing;
	struct tick **heap;
	uint32_t count, room;
	uint32_t starts; /* for the stagger */
};

static void put(struct ticker *t, uint32_t at, struct tick *tick)
{
	t->heap[at] = tick;
	tick->heap_at = at + 1;
}

static uint32_t sift_up(struct ticker *t, uint32_t at)
{
	struct tick *tick = t->heap[at];

	while (at > 0 && tick->due_us < t->heap[(at - 1) / 2]->due_us) {
		put(t, at, t->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	put(t, at, tick);
	return at;
}

static void sift_down(struct ticker *t, uint32_t at)
{
	struct tick *tick = t->heap[at];

	for (;;) {
		uint32_t child = 2 * at + 1;

		if (child + 1 < t->count && t->heap[child + 1]->due_us < t->heap[child]->due_us)
			child++;
		if (child >= t->count || tick->due_us <= t->heap[child]->due_us)
			break;
		put(t, at, t->heap[child]);
		at = child;
	}
	put(t, at, tick);
}

/* Setting it also takes back that it is readable, so it is never read. */
static void set_alarm(struct ticker *t)
{
	int64_t first = t->count ? t->heap[0]->due_us : 0;
	struct itimerspec at = {.it_value = {first / 1000000, first % 1000000 * 1000}};

	if (t->advancing || first == t->alarm_us)
		return;
	t->alarm_us = first;
	timerfd_settime(t->readable.fd, TFD_TIMER_ABSTIME, &at, NULL);
}

/* Its deadline passed: one run for it, then the next period; one for all that were missed when they are too many. */
static void run_first(struct ticker *t, int64_t now_us)
{
	struct tick *tick = t->heap[0];
	int64_t missed = (now_us - tick->due_us) / tick->period_us;
	uint32_t skipped = 0;
	int64_t due;

	if (missed > tick->max_catchup) {
		skipped = missed < UINT32_MAX ? (uint32_t)missed : UINT32_MAX;
		tick->due_us += missed * tick->period_us;
	}
	due = tick->due_us;
	tick->due_us += tick->period_us;
	sift_down(t, 0);
	tick->run(tick, skipped, now_us - due);
}

void ticker_advance(struct ticker *t, int64_t now_us)
{
	t->advancing = true;
	while (t->count > 0 && t->heap[0]->due_us <= now_us)
		run_first(t, now_us);
	t->advancing = false;
	t->alarm_us = 0;
	set_alarm(t);
}

static void on_readable(struct ev_loop *loop, struct ev_io *io, int revents)
{
	ticker_advance(io->data, time_mono_us());
}

struct ticker *ticker_new(struct ev_loop *loop)
{
	struct ticker *t = calloc(1, sizeof(*t));
	int fd = t ? timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC) : -1;

	if (fd < 0) {
		free(t);
		return NULL;
	}
	t->loop = loop;
	ev_io_init(&t->readable, on_readable, fd, EV_READ);
	ev_set_priority(&t->readable, EV_MAXPRI - 1); /* before messages of the same turn */
	t->readable.data = t;
	ev_io_start(loop, &t->readable);
	return t;
}

void ticker_free(struct ticker *t)
{
	if (t == NULL)
		return;
	while (t->count > 0)
		tick_stop(t, t->heap[0]);
	ev_io_stop(t->loop, &t->readable);
	close(t->readable.fd);
	free(t->heap);
	free(t);
}

/* Golden ratio steps: however many ticks start, their first deadlines stay evenly spread over the period. Whole
 * milliseconds let ticks share a wake-up. */
static int64_t stagger(struct ticker *t, int64_t period_us)
{
	uint64_t fraction = (uint32_t)(++t->starts * 2654435769u);
	int64_t offset = 1 + (int64_t)((uint64_t)(period_us - 1) * fraction >> 32);

	return offset;
}

static int64_t first_deadline(struct ticker *t, int64_t period_us)
{
	int64_t due = time_mono_us() + stagger(t, period_us);

	if (period_us >= 2 * WHOLE_MS)
		due += WHOLE_MS - due % WHOLE_MS;
	return due;
}

static bool heap_grow(struct ticker *t)
{
	uint32_t room = t->room ? t->room * 2 : HEAP_FIRST;
	struct tick **heap = realloc(t->heap, room * sizeof(struct tick *));

	if (heap == NULL)
		return false;
	t->heap = heap;
	t->room = room;
	return true;
}

int tick_start(struct ticker *t, struct tick *tick, int64_t period_us, uint32_t max_catchup)
{
	if (tick->heap_at == 0 && t->count == t->room && !heap_grow(t))
		return -ENOMEM;
	tick_stop(t, tick);
	tick->period_us = period_us > 0 ? period_us : 1;
	tick->max_catchup = max_catchup;
	tick->due_us = first_deadline(t, tick->period_us);
	put(t, t->count, tick);
	sift_up(t, t->count++);
	set_alarm(t);
	return 0;
}

void tick_stop(struct ticker *t, struct tick *tick)
{
	uint32_t at = tick->heap_at;

	if (at-- == 0)
		return;
	tick->heap_at = 0;
	if (at != --t->count) {
		put(t, at, t->heap[t->count]);
		sift_down(t, sift_up(t, at));
	}
	set_alarm(t);
}
