/* gamesrvd/loop/wheel.h
 * Timers of one loop by the ten thousands: O(1) to set, move and cancel; none of them costs a wake-up of its own. For
 * heartbeats, deadlines and time-to-live, where 10 ms sooner or later do not matter (never sooner: a timer fires at or
 * after its time). Ticks have loop/ticker.h.
 *
 * Thread: its loop's. A timer is embedded in its owner and must be cancelled before that goes away. Times are those
 * of time_mono_us(). Hierarchical timing wheel (Varghese and Lauck 1987, scheme 7).
 */
#pragma once
#include <ev.h>

#include "base/base.h"

struct wheel;

struct wheel_timer { /* all-zero: not set */
	struct wheel_timer *next, **link;
	int64_t at_us;
	void (*fire)(struct wheel_timer *timer); /* it is no longer set then; may set it again */
};

struct wheel *wheel_new(struct ev_loop *loop); /* NULL: out of memory */
void wheel_free(struct wheel *w);              /* NULL is fine; no timer fires any more */
void wheel_set(struct wheel *w, struct wheel_timer *timer,
	       int64_t at_us); /* moves it if it was set */
void wheel_in(struct wheel *w, struct wheel_timer *timer, int64_t after_us);
void wheel_cancel(struct wheel_timer *timer); /* not set is fine */
static inline bool wheel_is_set(const struct wheel_timer *timer)
{
	return timer->link != NULL;
}
uint32_t
wheel_count(const struct wheel *w); /* walks all: for tests, whether it returns to where it began */
/* Fires what is due at `now_us`. The wheel's own alarm calls it; tests do, with times of their own. */
void wheel_advance(struct wheel *w, int64_t now_us);
