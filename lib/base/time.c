/* lib/base/time.c */
#include "base/time.h"

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

const char *time_text(int64_t wall_us, char out[TIME_TEXT])
{
	int64_t ms = wall_us / 1000 - (wall_us % 1000 < 0);
	time_t second = ms / 1000 - (ms % 1000 < 0);
	struct tm tm;
	size_t n;

	if (gmtime_r(&second, &tm) == NULL)
		memset(&tm, 0, sizeof(tm));
	n = strftime(out, TIME_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
	n += (size_t)snprintf(out + n, TIME_TEXT - n, ".%03uZ",
			      (unsigned)(ms - second * 1000) % 1000);
	out[n < TIME_TEXT ? n : TIME_TEXT - 1] = '\0';
	return out;
}
