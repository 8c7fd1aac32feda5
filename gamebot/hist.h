/* gamebot/hist.h
 * How long things took: a histogram whose buckets grow with the value, 64 to each doubling, so that any quantile is
 * true to 1.6 % from a microsecond to a day (as HdrHistogram's of two digits).
 *
 * Thread: one. Values are microseconds. A latency is counted from when its cause was due, not from when the bot came to
 * it: a stall of the server (or of gamebot) then shows in all that waited for it (Tene's "coordinated omission").
 */
#pragma once
#include "base/base.h"

enum { HIST_STEPS = 64, HIST_BUCKETS = HIST_STEPS * 32 };

struct hist {
	uint64_t count, max, min;
	double sum;
	uint64_t buckets[HIST_BUCKETS];
};

void hist_add(struct hist *h, int64_t us); /* below 0 counts as 0 */
/* The value that `part` (0 to 1) of all values do not exceed; 0 when there are none. */
uint64_t hist_quantile(const struct hist *h, double part);
double hist_mean(const struct hist *h);
