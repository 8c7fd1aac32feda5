/* gamebot/rng.h
 * Chance that comes out the same for the same seed: one stream for each bot and purpose, so that what the server
 * does first never changes what a bot does. SplitMix64 (Steele, Lea and Flood 2014).
 *
 * Thread: any; a value.
 */
#pragma once
#include <math.h>

#include "base/base.h"

struct rng {
	uint64_t state;
};

static inline uint64_t rng_mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

static inline uint64_t rng_next(struct rng *r)
{
	return rng_mix(r->state += 0x9e3779b97f4a7c15ull);
}

static inline struct rng rng_of(uint64_t seed, uint64_t who, uint64_t purpose)
{
	return (struct rng){rng_mix(seed + rng_mix(who + rng_mix(purpose)))};
}

/* 0 up to, but not, `bound`; 0 for 0. */
static inline uint32_t rng_below(struct rng *r, uint32_t bound)
{
	return (uint32_t)((rng_next(r) >> 32) * bound >> 32);
}

/* 0.0 up to, but not, 1.0 */
static inline double rng_part(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1p-53;
}

/* "About so long" of a program of play: half to one and a half. */
static inline int64_t rng_about(struct rng *r, int64_t us)
{
	return us / 2 + (int64_t)(rng_part(r) * (double)us);
}

/* "Once in about so long" of what strikes at any moment: exponential, so that the past does not matter. */
static inline int64_t rng_until_next(struct rng *r, int64_t mean_us)
{
	return 1 + (int64_t)(-log(1.0 - rng_part(r)) * (double)mean_us);
}
