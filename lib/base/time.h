/* lib/base/time.h
 * Two clocks that are never mixed: monotonic for how long, wall for when. Thread: any; no state.
 */
#pragma once
#include "base/base.h"

int64_t time_mono_us(void); /* does not stand still in suspend (CLOCK_BOOTTIME), never jumps */
int64_t time_wall_us(void); /* since 1970-01-01T00:00:00Z; may jump */

#define TIME_TEXT 96 /* room for any int64_t, as the compiler sees it */
/* RFC 3339 UTC with milliseconds: 2026-02-03T04:05:06.789Z. Gives back `out`. */
const char *time_text(int64_t wall_us, char out[TIME_TEXT]);
