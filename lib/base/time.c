/* lib/base/time.c */
#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static int64_t clock_us(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t time_mono_us(void)
{
	return clock_us(CLOCK_BOOTTIME);
}

int64_t time_wall_us(void)
{
	return clock_us(CLOCK_REALTIME);
}

/* Days since 1970 to a date in the proleptic Gregorian calendar; years begin in March so that the
 * leap day is the last of its year. */
static void date_of(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t era, y;
	unsigned in_era, in_year, shifted;

	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	in_era = (unsigned)(days - era * 146097);
	y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	in_year = in_era - (unsigned)(365 * y + y / 4 - y / 100);
	shifted = (5 * in_year + 2) / 153;
	*day = (int)(in_year - (153 * shifted + 2) / 5 + 1);
	*month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
	*year = y + era * 400 + (*month <= 2);
}

const char *time_text(int64_t wall_us, char out[TIME_TEXT])
{
	int64_t ms = wall_us / 1000 - (wall_us % 1000 < 0), day_ms, year;
	int64_t days = ms / 86400000 - (ms % 86400000 < 0);
	int month, day;

	day_ms = ms - days * 86400000;
	date_of(days, &year, &month, &day);
	snprintf(out, TIME_TEXT, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02d.%03dZ", year, month, day,
		 (int)(day_ms / 3600000), (int)(day_ms / 60000 % 60), (int)(day_ms / 1000 % 60),
		 (int)(day_ms % 1000));
	return out;
}
