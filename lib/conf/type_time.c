/* Points in time: RFC 3339 in, microseconds since 1970 in UTC inside, UTC out. */
#include <inttypes.h>

#include "conf/types.h"

static bool number(struct str text, size_t at, size_t digits, int *out)
{
	*out = 0;
	if (at + digits > text.n)
		return false;
	for (size_t i = at; i < at + digits; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		*out = *out * 10 + (text.p[i] - '0');
	}
	return true;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar: years of 400 begin on March 1st. */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_of(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097,
		of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;

	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

static bool refuse(struct str text, const char *what, const char *hint, struct type_fail *why)
{
	type_refuse(why, "type", "%s is not a time: %s", type_quote(text).text, what);
	type_hint(why, "%s", hint);
	return false;
}

static const char form[] = "write it as 2026-03-01T12:00:00Z";

static bool refuse_form(struct str text, struct type_fail *why)
{
	int unused;
	bool date = number(text, 0, 4, &unused) && number(text, 5, 2, &unused) &&
		    number(text, 8, 2, &unused) && text.p[4] == '-' && text.p[7] == '-';

	type_refuse(why, "type", "%s is not a time", type_quote(text).text);
	type_hint(why, "%s", form);
	if (date && text.n == 10) {
		type_refuse(why, "type", "%s is a date, not a time", type_quote(text).text);
		type_hint(why, "write " STR_FMT "T00:00:00Z", STR_ARG(text));
	} else if (date && text.n > 18 && text.n < 40 && text.p[10] == ' ') {
		type_hint(why,
			  "write a T in place of the space, and the zone: " STR_FMT "T" STR_FMT "Z",
			  10, text.p, 8, text.p + 11);
	}
	return false;
}

/* The zone at the end: Z or +hh:mm. */
static bool read_zone(struct str text, size_t at, int64_t *offset_s)
{
	int hours, minutes;

	if (at + 1 == text.n && (text.p[at] | 0x20) == 'z') {
		*offset_s = 0;
		return true;
	}
	if (at + 6 != text.n || (text.p[at] != '+' && text.p[at] != '-') ||
	    !number(text, at + 1, 2, &hours) || text.p[at + 3] != ':' ||
	    !number(text, at + 4, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*offset_s = (hours * 3600 + minutes * 60) * (text.p[at] == '-' ? -1 : 1);
	return true;
}

static bool parse(const struct conf_type *t, struct str text, bool quoted, void *value,
		  struct type_fail *why)
{
	int year, month, day, hour, minute, second;
	int64_t offset, us = 0, step = 1000000;
	size_t at = 19;

	if (!number(text, 0, 4, &year) || !number(text, 5, 2, &month) ||
	    !number(text, 8, 2, &day) || !number(text, 11, 2, &hour) ||
	    !number(text, 14, 2, &minute) || !number(text, 17, 2, &second) || text.p[4] != '-' ||
	    text.p[7] != '-' || (text.p[10] | 0x20) != 't' || text.p[13] != ':' ||
	    text.p[16] != ':')
		return refuse_form(text, why);
	if (month < 1 || month > 12)
		return refuse(text, "months go from 01 to 12", form, why);
	if (day < 1 || day > days_in_month(year, month))
		return refuse(text, "that month has no such day", form, why);
	if (hour > 23 || minute > 59)
		return refuse(text, "the last minute of a day is 23:59", form, why);
	if (second > 59)
		return refuse(text, "seconds go from 00 to 59",
			      "leap seconds have no place: write 59", why);
	if (at < text.n && text.p[at] == '.') {
		size_t digits = 0;

		for (at++; at < text.n && text.p[at] >= '0' && text.p[at] <= '9'; at++, digits++) {
			step /= 10;
			if (step == 0 && text.p[at] != '0')
				return refuse(text, "finer than a microsecond",
					      "leave out the digits behind the sixth", why);
			us += (text.p[at] - '0') * step;
		}
		if (digits == 0)
			return refuse_form(text, why);
	}
	if (at == text.n)
		return refuse(text, "the zone is missing", "put Z for UTC, or +02:00, at the end",
			      why);
	if (!read_zone(text, at, &offset))
		return refuse(text, "the zone is not Z or +hh:mm", form, why);
	((struct conf_time *)value)->us =
		((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60000000 +
		(second - offset) * 1000000 + us;
	return true;
}

static void text(struct buf *out, const struct conf_type *t, const void *value)
{
	int64_t us = ((const struct conf_time *)value)->us;
	int64_t seconds = us / 1000000 - (us % 1000000 < 0), fraction = us - seconds * 1000000;
	int64_t days = seconds / 86400 - (seconds % 86400 < 0), of_day = seconds - days * 86400;
	int year, month, day;

	date_of(days, &year, &month, &day);
	buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day, (int)(of_day / 3600),
		   (int)(of_day / 60 % 60), (int)(of_day % 60));
	if (fraction) {
		int digits = 6;

		while (fraction % 10 == 0) {
			fraction /= 10;
			digits--;
		}
		buf_printf(out, ".%0*" PRId64, digits, fraction);
	}
	buf_addc(out, 'Z');
}

const struct conf_base_type conf_type_time = {
	.name = "time",
	.wanted = "a time such as 2026-03-01T12:00:00Z",
	.summary = "A point in time after RFC 3339, with zone, down to the microsecond",
	.example = "2026-03-01T12:00:00Z  2026-03-01T14:00:00.5+02:00",
	.parse = parse,
	.text = text,
};
