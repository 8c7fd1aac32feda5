/* gamebot/loop.h
 * The one thread's loop: sockets by epoll, timers in a heap. Bots by the ten thousand set a few timers each.
 *
 * Thread: one. A watch and a timer are embedded in their owners, and must be unset before those go away; either may go
 * away from within any callback of the loop.
 */
#pragma once
#include "base/base.h"

struct loop;

struct watch { /* all-zero but for fd: not watched */
	int fd;
	uint32_t events; /* EPOLL... that are asked for; 0: not watched */
	void (*ready)(struct watch *watch, uint32_t events);
};

struct timer { /* all-zero: not set */
	int64_t at_us;
	uint32_t heap_at;                  /* place in the heap + 1 */
	void (*fire)(struct timer *timer); /* it is no longer set then */
};

struct loop *loop_new(void);    /* NULL: errno */
void loop_free(struct loop *l); /* NULL is fine */
/* Until loop_stop(). */
void loop_run(struct loop *l);
void loop_stop(struct loop *l);
/* Time of this turn: time_mono_us() as the loop saw it last. */
int64_t loop_now(const struct loop *l);

void watch_set(struct loop *l, struct watch *watch, uint32_t events); /* 0: watch it no more */
void timer_set(struct loop *l, struct timer *timer, int64_t at_us);   /* moves it if it was set */
void timer_in(struct loop *l, struct timer *timer, int64_t after_us);
void timer_cancel(struct loop *l, struct timer *timer); /* not set is fine */
static inline bool timer_is_set(const struct timer *timer)
{
	return timer->heap_at != 0;
}
uint32_t loop_timers(const struct loop *l); /* set now */
