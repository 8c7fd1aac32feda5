/* gamesrvd/net/bucket.h
 * A token bucket: so many messages a second on average, so many at once. And how often it was empty within a minute.
 *
 * Thread: its owner's. Counts in whole microseconds: a rate above 10000/s is kept to a few per cent.
 */
#pragma once
#include "base/base.h"

struct bucket {          /* all-zero: full at the first look */
	int64_t full_us; /* when it will be full again; in the past: it is */
	int64_t minute_us;
	uint32_t strikes; /* since minute_us */
};

/* Takes one message's worth. False: there is none; *wait_us (may be NULL) is how long until there is. */
static inline bool bucket_take(struct bucket *b, int64_t now_us, int32_t rate, int32_t burst,
			       int64_t *wait_us)
{
	int64_t cost = 1000000 / rate, room = cost * burst;
	int64_t full = b->full_us > now_us ? b->full_us : now_us;

	if (UNLIKELY(full + cost - now_us > room)) {
		if (wait_us != NULL)
			*wait_us = full + cost - now_us - room;
		return false;
	}
	b->full_us = full + cost;
	return true;
}

/* Counts one message above the rate; gives how many there were within this minute. */
static inline uint32_t bucket_strike(struct bucket *b, int64_t now_us)
{
	if (now_us - b->minute_us >= 60 * 1000000LL) {
		b->minute_us = now_us;
		b->strikes = 0;
	}
	return ++b->strikes;
}
