/* gamebot/hist.c */
#include "hist.h"

#include <math.h>

static unsigned bucket_of(uint64_t v)
{
	unsigned octave, at;

	if (v < HIST_STEPS)
		return (unsigned)v;
	octave = 63 - (unsigned)__builtin_clzll(v); /* 6 and more */
	at = (octave - 5) * HIST_STEPS + (unsigned)(v >> (octave - 6) & (HIST_STEPS - 1));
	return at < HIST_BUCKETS ? at : HIST_BUCKETS - 1;
}

/* The largest value that falls into a bucket. */
static uint64_t top_of(unsigned bucket)
{
	unsigned octave = bucket / HIST_STEPS + 5;
	uint64_t width;

	if (bucket < HIST_STEPS)
		return bucket;
	width = 1ull << (octave - 6);
	return (HIST_STEPS + bucket % HIST_STEPS) * width + width - 1;
}

void hist_add(struct hist *h, int64_t us)
{
	uint64_t v = us > 0 ? (uint64_t)us : 0;

	if (h->count == 0 || v < h->min)
		h->min = v;
	if (v > h->max)
		h->max = v;
	h->count++;
	h->sum += (double)v;
	h->buckets[bucket_of(v)]++;
}

uint64_t hist_quantile(const struct hist *h, double part)
{
	uint64_t wanted = (uint64_t)ceil(part * (double)h->count), seen = 0;

	if (h->count == 0)
		return 0;
	for (unsigned i = 0; i < HIST_BUCKETS; i++) {
		seen += h->buckets[i];
		if (seen >= wanted && seen > 0)
			return top_of(i) < h->max ? top_of(i) : h->max;
	}
	return h->max;
}

double hist_mean(const struct hist *h)
{
	return h->count ? h->sum / (double)h->count : 0;
}
