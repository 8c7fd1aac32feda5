/* gamesrvd/loop/ticker.h
 * Things that happen at k = t0 + n * period, without drift: one timerfd per loop set to the next absolute deadline, a heap
 * of who is due when. (libev's repeating timers re-arm themselves from "now" and lose ticks.)
 *
 * Thread: its loop's. A tick is embedded in its owner. Starts of different ticks are staggered over the period, on whole
 * milliseconds where the period allows, so that rooms neither tick all at once nor each with a wake-up of its own.
 * Late: up to `max_catchup` missed ticks run back to back; beyond that the tick skips to now and says how many it left out.
 */
#pragma once
#include <ev.h>

#include "base/base.h"

struct ticker;

struct tick { /* all-zero: stopped */
	int64_t due_us, period_us;
	uint32_t max_catchup;
	uint32_t heap_at; /* place in the heap + 1 */
	/* `skipped`: ticks left out before this one, 0 nearly always. `late_us`: how late this one is. May stop or
	 * restart its own tick or another's. */
	void (*run)(struct tick *tick, uint32_t skipped, int64_t late_us);
};

struct ticker *ticker_new(struct ev_loop *loop); /* NULL: errno */
void ticker_free(struct ticker *t);              /* NULL is fine */
/* Starts (or restarts with another period). -ENOMEM. */
MUST_USE int tick_start(struct ticker *t, struct tick *tick, int64_t period_us,
			uint32_t max_catchup);
void tick_stop(struct ticker *t, struct tick *tick); /* stopped is fine */
uint32_t ticker_count(const struct ticker *t);
/* Runs what is due at `now_us`. The timerfd calls it; tests do, with times of their own. */
void ticker_advance(struct ticker *t, int64_t now_us);
