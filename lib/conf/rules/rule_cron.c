/* "61 * * * *" is not a cron line: 61 is above 59 in the field minute
 * Five fields, or six with seconds in front, or seven with the year behind; @daily and its kin; @every 1h30m. */
#include <strings.h>

#include "conf/rules/text.h"
#include "conf/types.h"

struct part {
	const char *name;
	unsigned low, high;
	const char *const *words; /* names of the numbers from `low` on */
};

static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul",
				     "aug", "sep", "oct", "nov", "dec", NULL};
static const char *const days[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};

static const struct part parts[] = {
	{"second", 0, 59, NULL},    {"minute", 0, 59, NULL},  {"hour", 0, 23, NULL},
	{"day", 1, 31, NULL},       {"month", 1, 12, months}, {"weekday", 0, 7, days},
	{"year", 1970, 2199, NULL},
};

/* What is wrong, for say(); the hot path does not look at it. */
struct why {
	const struct part *part;
	struct str text;
};

static bool read_number(struct str s, const struct part *part, unsigned *out)
{
	*out = 0;
	if (text_all(s, char_is_digit) && s.n <= 4) {
		for (size_t i = 0; i < s.n; i++)
			*out = *out * 10 + (unsigned)(s.p[i] - '0');
		return *out >= part->low && *out <= part->high;
	}
	for (unsigned i = 0; part->words && part->words[i] && s.n == 3; i++) {
		if (strncasecmp(part->words[i], s.p, 3) == 0) {
			*out = part->low + i;
			return true;
		}
	}
	return false;
}

/* A step: above 0, and no larger than the field. */
static bool read_step(struct str s, const struct part *part)
{
	unsigned n = 0;

	if (!text_all(s, char_is_digit) || s.n > 4)
		return false;
	for (size_t i = 0; i < s.n; i++)
		n = n * 10 + (unsigned)(s.p[i] - '0');
	return n >= 1 && n <= part->high;
}

/* One of a comma list: * or ?, n, n-m, each with /step. */
static bool item(struct str s, const struct part *part)
{
	struct str step = s, to;
	unsigned from_n, to_n;

	str_cut(&step, '/', &s);
	if (step.p && !read_step(step, part))
		return false;
	if (str_is(s, "*") || (str_is(s, "?") && (part == &parts[3] || part == &parts[5])))
		return true;
	to = s;
	str_cut(&to, '-', &s);
	if (!read_number(s, part, &from_n))
		return false;
	return !to.p || (read_number(to, part, &to_n) && from_n <= to_n);
}

static bool every(struct str s)
{
	static const struct conf_type duration = {.base = CONF_DURATION};
	struct type_fail unused;
	struct dur dur;

	return conf_text_parse(&duration, s, true, &dur, &unused) && dur.us > 0;
}

static bool macro(struct str s)
{
	static const char *const names[] = {"@annually", "@yearly", "@monthly", "@weekly",
					    "@daily",    "@hourly", "@reboot"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (str_is(s, names[i]))
			return true;
	}
	return str_starts(s, STR("@every ")) && every((struct str){s.p + 7, s.n - 7});
}

static bool check(struct str s, struct why *why)
{
	struct str fields[8], field;
	size_t n = 0;

	*why = (struct why){0};
	if (s.n && s.p[0] == '@')
		return macro(s);
	while (str_cut(&s, ' ', &field)) {
		if (field.n == 0)
			continue;
		if (n == 7)
			return false;
		fields[n++] = field;
	}
	if (n < 5)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct part *part = &parts[n == 5 ? i + 1 : i];
		struct str one;

		while (str_cut(&fields[i], ',', &one)) {
			if (!item(one, part)) {
				*why = (struct why){part, one};
				return false;
			}
		}
	}
	return true;
}

static bool passes(const struct rule_call *call, const void *arg)
{
	struct why why;

	return check(text_of(call), &why);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	struct why why;

	text_say(out, call, "a cron line");
	if (!check(text_of(call), &why) && why.part && !(call->field && call->field->secret))
		buf_printf(out, ": %s does not fit the field %s (%u to %u)",
			   type_quote(why.text).text, why.part->name, why.part->low,
			   why.part->high);
}

static void hint(struct buf *out, const struct rule_call *call, const void *arg)
{
	struct why why;

	if (!check(text_of(call), &why) && !why.part)
		buf_add(out, STR("five fields: minute hour day month weekday, such as 0 4 * * *; "
				 "or @daily, @every "
				 "1h30m"));
}

const struct conf_rule rule_cron = {
	.name = "cron",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "a cron line of 5 fields (6 with seconds in front, 7 with the year behind), "
		   "`@daily` and its "
		   "kin, or `@every 1h`",
	.example = "reset: string `validate:\"cron\"`",
	.passes = passes,
	.say = say,
	.hint = hint,
};
