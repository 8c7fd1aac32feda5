/* "Europe/Brelin" is not a time zone; did you mean Europe/Berlin?
 * Against a built-in list: the answer must be the same on the designer's machine and on the server. */
#include <stdlib.h>

#include "conf/rules/text.h"
#include "conf/suggest.h"

static const char *const zones[] = {
#include "conf/rules/timezones.def"
};

static int compare(const void *key, const void *zone)
{
	return str_cmp(*(const struct str *)key, str_of(*(const char *const *)zone));
}

static bool passes(const struct rule_call *call, const void *arg)
{
	struct str s = text_of(call);

	return bsearch(&s, zones, ARRAY_LEN(zones), sizeof(zones[0]), compare) != NULL;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "a time zone such as Europe/Berlin or UTC");
}

static void hint(struct buf *out, const struct rule_call *call, const void *arg)
{
	struct suggest near = suggest_for(text_of(call));

	for (size_t i = 0; i < ARRAY_LEN(zones); i++)
		suggest_add(&near, str_of(zones[i]));
	if (near.best.n && !(call->field && call->field->secret))
		buf_printf(out, "did you mean " STR_FMT "?", STR_ARG(near.best));
}

const struct conf_rule rule_timezone = {
	.name = "timezone",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "the name of a time zone in the IANA list",
	.example = "daily_reset_in: string `validate:\"timezone\"`",
	.passes = passes,
	.say = say,
	.hint = hint,
};
