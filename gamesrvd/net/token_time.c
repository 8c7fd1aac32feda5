/* gamesrvd/net/token_time.c: times as tokens have them, RFC 3339. */
#include "gamesrvd/net/token.h"

static bool digits(struct str text, size_t at, size_t n, int *out)
{
	*out = 0;
	if (at + n > text.n)
		return false;
	for (size_t i = at; i < at + n; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		*out = *out * 10 + (text.p[i] - '0');
	}
	return true;
}

static bool sign_at(struct str text, size_t at, char c)
{
	return at < text.n && text.p[at] == c;
}

/* "Z", "+01:00", "-05:30": seconds east. */
static bool zone(struct str text, size_t at, int64_t *east_s)
{
	int hours, minutes;

	*east_s = 0;
	if (at + 1 == text.n)
		return text.p[at] == 'Z' || text.p[at] == 'z';
	if (at + 6 != text.n || (text.p[at] != '+' && text.p[at] != '-') ||
	    !sign_at(text, at + 3, ':') || !digits(text, at + 1, 2, &hours) ||
	    !digits(text, at + 4, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*east_s = (hours * 60 + minutes) * 60 * (text.p[at] == '-' ? -1 : 1);
	return true;
}

/* Days since 1970-01-01 in the Gregorian calendar, years from 1 on. */
static int64_t days(int year, int month, int day)
{
	int64_t y = year - (month <= 2),
		era_day = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return y * 365 + y / 4 - y / 100 + y / 400 + era_day - 719468;
}

bool token_time(struct str text, int64_t *wall_us)
{
	int year, month, day, hour, minute, second;
	int64_t east_s;
	size_t at = 19;

	if (!digits(text, 0, 4, &year) || !sign_at(text, 4, '-') || !digits(text, 5, 2, &month) ||
	    !sign_at(text, 7, '-') || !digits(text, 8, 2, &day) ||
	    (!sign_at(text, 10, 'T') && !sign_at(text, 10, 't')) || !digits(text, 11, 2, &hour) ||
	    !sign_at(text, 13, ':') || !digits(text, 14, 2, &minute) || !sign_at(text, 16, ':') ||
	    !digits(text, 17, 2, &second))
		return false;
	if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
	    minute > 59 || second > 60)
		return false;
	if (sign_at(text, at, '.')) {
		do
			at++;
		while (at < text.n && text.p[at] >= '0' && text.p[at] <= '9');
		if (at == 20)
			return false;
	}
	if (!zone(text, at, &east_s))
		return false;
	*wall_us = (((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second - east_s) *
		   1000000;
	return true;
}
