/* bench/live/histogram.h
 * Latencies from nanoseconds to days within 1.6 %: 64 steps per power of two.
 *
 * Thread: one. A plain value; all-zero is empty.
 */
#pragma once
#include "base/base.h"

enum { HISTOGRAM_STEPS = 64, HISTOGRAM_BUCKETS = HISTOGRAM_STEPS * 48 };

struct histogram {
	uint64_t buckets[HISTOGRAM_BUCKETS];
	uint64_t count, max;
};

static inline void histogram_add(struct histogram *h, uint64_t ns)
{
	unsigned bucket = (unsigned)ns;

	if (ns >= HISTOGRAM_STEPS) {
		unsigned power = 63 - (unsigned)__builtin_clzll(ns);

		bucket = (power - 5) * HISTOGRAM_STEPS +
			 (unsigned)(ns >> (power - 6)) % HISTOGRAM_STEPS;
	}
	if (bucket >= HISTOGRAM_BUCKETS)
		bucket = HISTOGRAM_BUCKETS - 1;
	h->buckets[bucket]++;
	h->count++;
	if (ns > h->max)
		h->max = ns;
}

double histogram_us(const struct histogram *h, double quantile); /* 0 when it is empty */
