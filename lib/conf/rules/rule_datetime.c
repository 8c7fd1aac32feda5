/* "2026-02-30" does not fit %Y-%m-%d
 * The format is strftime's; the text must be what strftime would print, so 2026-2-3 does not pass for
 * %m. Names of months and days are English in any locale. */
#include <locale.h>
#include <time.h>

#include "conf/rules/text.h"
#include "conf/types.h"

enum { TEXT_MAX = 256 };

static const struct conf_type time_type = {.base = CONF_TIME};

static void compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		    void **arg)
{
	struct str format;

	if (count == 0)
		return;
	format = arena_str(b->mem, params[0]);
	if (format.n == 0 || format.n >= TEXT_MAX / 4 || memchr(format.p, '\0', format.n)) {
		rule_build_error(b, "schema-param", "a format has 1 to %d characters",
				 TEXT_MAX / 4 - 1);
		return;
	}
	for (size_t i = 0; i < format.n; i++) {
		if (format.p[i] != '%')
			continue;
		i++;
		if (i == format.n || !strchr("YmdHMSyBbAajIpeTFDRz%", format.p[i])) {
			rule_build_error(b, "schema-param",
					 "the format knows %%Y %%m %%d %%H %%M %%S %%y %%B %%b %%A "
					 "%%a %%j %%I "
					 "%%p %%e %%T %%F %%D %%R %%z and %%%%");
			return;
		}
	}
	*arg = (void *)(uintptr_t)format.p;
}

static bool fits(const char *text, const char *format, locale_t c)
{
	struct tm read = {.tm_year = 100, .tm_mday = 1}, there;
	char again[TEXT_MAX];
	const char *end = strptime_l(text, format, &read, c);

	if (!end || *end)
		return false;
	/* The 30th of February comes back as the 1st of March. */
	there = read;
	if (timegm(&there) == -1 && there.tm_year != 69)
		return false;
	return there.tm_mday == read.tm_mday && there.tm_mon == read.tm_mon &&
	       strftime_l(again, sizeof(again), format, &read, c) > 0 && strcmp(again, text) == 0;
}

static bool passes(const struct rule_call *call, const void *arg)
{
	struct str s = text_of(call);
	char text[TEXT_MAX];
	struct type_fail unused;
	struct conf_time at;
	locale_t c;
	bool good;

	if (!arg)
		return conf_text_parse(&time_type, s, true, &at, &unused);
	if (s.n >= sizeof(text) || memchr(s.p, '\0', s.n))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	c = newlocale(LC_ALL_MASK, "C", (locale_t)0); /* glibc's own object: nothing is allocated */
	good = fits(text, arg, c);
	freelocale(c);
	return good;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	struct type_fail why;
	struct conf_time at;

	if (arg) {
		rule_say_value(out, call);
		buf_printf(out, " does not fit %s", (const char *)arg);
	} else if (call->field && call->field->secret) {
		text_say(out, call, "a time such as 2026-03-01T12:00:00Z");
	} else if (!conf_text_parse(&time_type, text_of(call), true, &at, &why)) {
		buf_add(out, str_of(why.message));
	}
}

static void hint(struct buf *out, const struct rule_call *call, const void *arg)
{
	struct type_fail why;
	struct conf_time at;

	if (!arg && !(call->field && call->field->secret) &&
	    !conf_text_parse(&time_type, text_of(call), true, &at, &why))
		buf_add(out, str_of(why.hint));
}

const struct conf_rule rule_datetime = {
	.name = "datetime",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.min_params = 0,
	.max_params = 1,
	.params = "'format'",
	.summary = "a date or time in this format of strftime; without a format, RFC 3339",
	.example = "season_end: string `validate:\"datetime='%Y-%m-%d'\"`",
	.compile = compile,
	.passes = passes,
	.say = say,
	.hint = hint,
};
