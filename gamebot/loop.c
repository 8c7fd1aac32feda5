/* gamebot/loop.c */
#include "loop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/time.h"

enum { EVENTS = 512 };

struct loop {
	int epoll;
	bool stop;
	int64_t now;
	struct timer **heap; /* the soonest first; each parent before its four children */
	uint32_t count, room;
	struct epoll_event *events; /* of this turn, those before `event_at` are done */
	int event_at, event_count;
};

struct loop *loop_new(void)
{
	struct loop *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->events = calloc(EVENTS, sizeof(*l->events));
	if (l->epoll < 0 || l->events == NULL) {
		loop_free(l);
		return NULL;
	}
	l->now = time_mono_us();
	return l;
}

void loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	if (l->epoll >= 0)
		close(l->epoll);
	free(l->events);
	free(l->heap);
	free(l);
}

int64_t loop_now(const struct loop *l)
{
	return l->now;
}

void loop_stop(struct loop *l)
{
	l->stop = true;
}

uint32_t loop_timers(const struct loop *l)
{
	return l->count;
}

/* Events of this turn that wait for a watch which is going away must not find it. */
static void forget(struct loop *l, const struct watch *watch)
{
	for (int i = l->event_at; i < l->event_count; i++)
		if (l->events[i].data.ptr == watch)
			l->events[i].data.ptr = NULL;
}

void watch_set(struct loop *l, struct watch *watch, uint32_t events)
{
	struct epoll_event ev = {.events = events, .data.ptr = watch};
	int op = watch->events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;

	if (events == watch->events)
		return;
	if (events == 0) {
		op = EPOLL_CTL_DEL;
		forget(l, watch);
	}
	if (epoll_ctl(l->epoll, op, watch->fd, &ev) < 0) {
		fprintf(stderr, "gamebot: epoll_ctl: %s\n", strerror(errno));
		abort(); /* a descriptor that is not what it should be: nothing after this would be true */
	}
	watch->events = events;
}

static void put_at(struct loop *l, uint32_t at, struct timer *timer)
{
	l->heap[at] = timer;
	timer->heap_at = at + 1;
}

static void sift_up(struct loop *l, uint32_t at, struct timer *timer)
{
	while (at > 0) {
		uint32_t parent = (at - 1) / 4;

		if (l->heap[parent]->at_us <= timer->at_us)
			break;
		put_at(l, at, l->heap[parent]);
		at = parent;
	}
	put_at(l, at, timer);
}

static void sift_down(struct loop *l, uint32_t at, struct timer *timer)
{
	for (;;) {
		uint32_t first = at * 4 + 1, best = first;

		if (first >= l->count)
			break;
		for (uint32_t i = first + 1; i < first + 4 && i < l->count; i++)
			if (l->heap[i]->at_us < l->heap[best]->at_us)
				best = i;
		if (timer->at_us <= l->heap[best]->at_us)
			break;
		put_at(l, at, l->heap[best]);
		at = best;
	}
	put_at(l, at, timer);
}

void timer_set(struct loop *l, struct timer *timer, int64_t at_us)
{
	timer_cancel(l, timer);
	if (l->count == l->room) {
		uint32_t room = l->room ? l->room * 2 : 1024;
		struct timer **heap = reallocarray(l->heap, room, sizeof(struct timer *));

		if (heap == NULL) {
			fprintf(stderr, "gamebot: out of memory for timers\n");
			abort();
		}
		l->heap = heap;
		l->room = room;
	}
	timer->at_us = at_us;
	sift_up(l, l->count++, timer);
}

void timer_in(struct loop *l, struct timer *timer, int64_t after_us)
{
	timer_set(l, timer, l->now + after_us);
}

void timer_cancel(struct loop *l, struct timer *timer)
{
	uint32_t at = timer->heap_at - 1;
	struct timer *last;

	if (timer->heap_at == 0)
		return;
	timer->heap_at = 0;
	last = l->heap[--l->count];
	if (last == timer)
		return;
	if (at > 0 && l->heap[(at - 1) / 4]->at_us > last->at_us)
		sift_up(l, at, last);
	else
		sift_down(l, at, last);
}

static void run_timers(struct loop *l)
{
	/* What is set during this turn waits for the next, so that sockets get theirs. */
	int64_t until = l->now;

	for (uint32_t left = l->count; left > 0 && l->count > 0 && !l->stop; left--) {
		struct timer *t = l->heap[0];

		if (t->at_us > until)
			return;
		timer_cancel(l, t);
		t->fire(t);
	}
}

static void wait_for_events(struct loop *l)
{
	int64_t wait = l->count == 0 ? 1000000 : l->heap[0]->at_us - time_mono_us();
	struct timespec ts;

	if (wait < 0)
		wait = 0;
	ts = (struct timespec){.tv_sec = wait / 1000000, .tv_nsec = wait % 1000000 * 1000};
	l->event_at = 0;
	l->event_count = epoll_pwait2(l->epoll, l->events, EVENTS, &ts, NULL);
	if (l->event_count < 0 && errno == ENOSYS)
		l->event_count =
			epoll_wait(l->epoll, l->events, EVENTS, (int)((wait + 999) / 1000));
}

void loop_run(struct loop *l)
{
	l->stop = false;
	while (!l->stop) {
		wait_for_events(l);
		l->now = time_mono_us();
		while (l->event_at < l->event_count && !l->stop) {
			struct epoll_event ev = l->events[l->event_at++];
			struct watch *watch = ev.data.ptr;

			if (watch)
				watch->ready(watch, ev.events);
		}
		l->event_at = l->event_count = 0;
		l->now = time_mono_us();
		run_timers(l);
	}
}
