/* Durations: whole numbers of microseconds. Fractions are computed in integers, so 1.5s is exact
 * and what no whole number of microseconds can say is an error. */
#include <inttypes.h>
#include <strings.h>

#include "conf/types.h"

static const struct {
	const char *name;
	int64_t us;
} units[] = {
	{"d", 86400000000}, {"h", 3600000000}, {"m", 60000000},
	{"s", 1000000},     {"ms", 1000},      {"us", 1},
};

/* Units people try, and what to say. */
static const struct {
	const char *name, *hint;
} strangers[] = {
	{"ns", "the smallest unit is us (a microsecond)"},
	{"sec", "write s for seconds"},
	{"secs", "write s for seconds"},
	{"second", "write s for seconds"},
	{"seconds", "write s for seconds"},
	{"msec", "write ms for milliseconds"},
	{"min", "write m for minutes"},
	{"mins", "write m for minutes"},
	{"minute", "write m for minutes"},
	{"minutes", "write m for minutes"},
	{"hr", "write h for hours"},
	{"hrs", "write h for hours"},
	{"hour", "write h for hours"},
	{"hours", "write h for hours"},
	{"day", "write d for days"},
	{"days", "write d for days"},
	{"w", "write 7d for a week"},
	{"week", "write 7d for a week"},
	{"weeks", "write 7d for a week"},
	{"y", "write 365d for a year"},
	{"\xC2\xB5s", "write us for microseconds"},
	{"\xCE\xBCs", "write us for microseconds"},
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct str unit_of(struct str *text)
{
	size_t i = 0;
	struct str unit;

	while (i < text->n && !is_digit(text->p[i]) && text->p[i] != '.')
		i++;
	unit = (struct str){text->p, i};
	*text = (struct str){text->p + i, text->n - i};
	return unit;
}

/* number x unit in microseconds. 0; -1: finer than a microsecond; -2: beyond all bounds. */
static int part_us(const struct type_decimal *number, int64_t unit, __int128 *out)
{
	__int128 n = 0, scale = 1;
	struct str fraction = number->fraction;

	while (fraction.n && fraction.p[fraction.n - 1] == '0')
		fraction.n--;
	for (size_t i = 0; i < number->whole.n; i++) {
		n = n * 10 + (number->whole.p[i] - '0');
		if (n > INT64_MAX)
			return -2;
	}
	*out = n * unit;
	/* A day is 2^13 x 3^3 x 5^8 us: no fraction of more than 13 digits is whole. */
	if (fraction.n > 13)
		return -1;
	n = 0;
	for (size_t i = 0; i < fraction.n; i++) {
		n = n * 10 + (fraction.p[i] - '0');
		scale *= 10;
	}
	if (n * unit % scale != 0)
		return -1;
	*out += n * unit / scale;
	return 0;
}

static bool refuse_form(struct str text, struct type_fail *why)
{
	type_refuse(why, "type", "%s is not a duration", type_quote(text).text);
	type_hint(why, "write a number and a unit, such as 500ms, 30s or 1m30s");
	return false;
}

static bool refuse_no_unit(struct str whole, struct str rest, struct type_fail *why)
{
	struct str number = {whole.p, whole.n - rest.n};

	if (number.p > whole.p + whole.n || number.n > 20)
		return refuse_form(whole, why);
	type_refuse(why, "type", "%s has no unit", type_quote(whole).text);
	if (number.n == 1 && number.p[0] == '0')
		type_hint(why, "write 0s");
	else
		type_hint(why, "write " STR_FMT "s or " STR_FMT "ms", STR_ARG(number),
			  STR_ARG(number));
	return false;
}

/* 1:30 -> 1m30s, 1:02:03 -> 1h2m3s */
static bool explain_clock(struct str whole, struct type_fail *why)
{
	struct str rest = whole, part[3];
	int n = 0;

	while (str_cut(&rest, ':', &part[n])) {
		while (part[n].n > 1 && part[n].p[0] == '0')
			part[n] = (struct str){part[n].p + 1, part[n].n - 1};
		if (part[n].n == 0 || part[n].n > 4 || !is_digit(part[n].p[0]))
			return refuse_form(whole, why);
		if (++n == 3)
			break;
	}
	refuse_form(whole, why);
	if (n == 2)
		type_hint(why, "write " STR_FMT "m" STR_FMT "s", STR_ARG(part[0]),
			  STR_ARG(part[1]));
	else if (n == 3)
		type_hint(why, "write " STR_FMT "h" STR_FMT "m" STR_FMT "s", STR_ARG(part[0]),
			  STR_ARG(part[1]), STR_ARG(part[2]));
	return false;
}

static bool refuse_unit(struct str whole, struct str unit, struct type_fail *why)
{
	struct str trimmed = str_trim(unit);

	if (unit.n && unit.p[0] == ':')
		return explain_clock(whole, why);
	type_refuse(why, "type", "%s is not a duration: unknown unit %s", type_quote(whole).text,
		    type_quote(trimmed).text);
	type_hint(why, "units are d h m s ms us");
	if (trimmed.n != unit.n) {
		type_refuse(why, "type", "%s has a space in it", type_quote(whole).text);
		type_hint(why, "write the number and the unit together, such as 1m30s");
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(strangers); i++) {
		if (str_is(unit, strangers[i].name))
			type_hint(why, "%s", strangers[i].hint);
	}
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (strlen(units[i].name) == unit.n &&
		    strncasecmp(units[i].name, unit.p, unit.n) == 0)
			type_hint(why, "units are lower-case: write %s", units[i].name);
	}
	return false;
}

static bool refuse_range(struct str text, struct type_fail *why)
{
	return type_refuse(why, "range",
			   "%s is beyond what a duration can hold (about 292,000 years)",
			   type_quote(text).text);
}

static bool parse(const struct conf_type *t, struct str text, bool quoted, void *value,
		  struct type_fail *why)
{
	struct str rest = text;
	bool minus = false;
	__int128 total = 0;
	size_t next = 0; /* units go from large to small */

	if (rest.n && (rest.p[0] == '-' || rest.p[0] == '+')) {
		minus = rest.p[0] == '-';
		rest = (struct str){rest.p + 1, rest.n - 1};
	}
	if (rest.n == 0)
		return refuse_form(text, why);
	while (rest.n) {
		struct type_decimal number;
		struct str unit;
		__int128 us;
		size_t i = 0;
		int failed;

		if (!type_decimal_read(&rest, &number))
			return refuse_form(text, why);
		if (rest.n == 0 && next == 0)
			return refuse_no_unit(text, rest, why);
		unit = unit_of(&rest);
		while (i < ARRAY_LEN(units) && !str_is(unit, units[i].name))
			i++;
		if (i == ARRAY_LEN(units))
			return refuse_unit(text, unit, why);
		if (i < next) {
			refuse_form(text, why);
			type_hint(why, "write units from large to small, each once: 1h30m");
			return false;
		}
		next = i + 1;
		failed = part_us(&number, units[i].us, &us);
		if (failed == -1) {
			type_refuse(why, "type", "%s is finer than a microsecond",
				    type_quote(text).text);
			type_hint(why, "durations are whole numbers of us");
			return false;
		}
		total += us;
		if (failed || total > INT64_MAX)
			return refuse_range(text, why);
	}
	if (minus && total > 0 && !t->negative) {
		type_refuse(why, "type", "%s is negative", type_quote(text).text);
		type_hint(why,
			  "a duration is negative only where a rule such as min=-10s allows it");
		return false;
	}
	((struct dur *)value)->us = (int64_t)(minus ? -total : total);
	return true;
}

static void add_fraction(struct buf *out, uint64_t n, uint64_t one)
{
	buf_printf(out, "%" PRIu64, n / one);
	if (n % one == 0)
		return;
	buf_addc(out, '.');
	for (n %= one; n; n %= one) {
		one /= 10;
		buf_addc(out, (char)('0' + n / one));
	}
}

static void text(struct buf *out, const struct conf_type *t, const void *value)
{
	int64_t us = ((const struct dur *)value)->us;
	uint64_t n = us < 0 ? -(uint64_t)us : (uint64_t)us;

	if (us < 0)
		buf_addc(out, '-');
	if (n == 0) {
		buf_add(out, STR("0s"));
	} else if (n < 1000) {
		buf_printf(out, "%" PRIu64 "us", n);
	} else if (n < 1000000) {
		add_fraction(out, n, 1000);
		buf_add(out, STR("ms"));
	} else {
		for (size_t i = 0; i < 3; i++) {
			uint64_t unit = (uint64_t)units[i].us;

			if (n >= unit)
				buf_printf(out, "%" PRIu64 "%s", n / unit, units[i].name);
			n %= unit;
		}
		if (n) {
			add_fraction(out, n, 1000000);
			buf_addc(out, 's');
		}
	}
}

const struct conf_base_type conf_type_duration = {
	.name = "duration",
	.wanted = "a duration such as 1m30s",
	.summary = "A number with `us`, `ms`, `s`, `m`, `h` or `d`, several from large to small, "
		   "with exact "
		   "fractions down to 1us. Negative only where a rule allows it; quotes make no "
		   "difference",
	.example = "250ms  1m30s  1.5h",
	.parse = parse,
	.text = text,
};
