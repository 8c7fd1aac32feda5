/* bench/live/histogram.c */
#include "histogram.h"

static uint64_t bucket_ns(unsigned bucket)
{
	unsigned power = bucket / HISTOGRAM_STEPS + 5;

	if (bucket < HISTOGRAM_STEPS)
		return bucket;
	return (uint64_t)(HISTOGRAM_STEPS + bucket % HISTOGRAM_STEPS) << (power - 6);
}

double histogram_us(const struct histogram *h, double quantile)
{
	uint64_t wanted = (uint64_t)(quantile * (double)h->count), seen = 0;

	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += h->buckets[i];
		if (seen > wanted)
			return (double)bucket_ns(i) / 1e3;
	}
	return (double)h->max / 1e3;
}
