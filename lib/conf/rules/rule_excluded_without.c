/* must be left out, because cert is not set */
#include "conf/rules/presence.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return !presence_written(call) || fields_present(call, arg) == fields_count(arg);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	buf_add(out, STR("must be left out, because "));
	fields_say(out, call, arg, false);
	buf_add(out, STR(" not set"));
}

const struct conf_rule rule_excluded_without = {
	.name = "excluded_without",
	.class = RULE_PRESENCE,
	.bases = RULE_ANY,
	.min_params = 1,
	.max_params = 255,
	.params = "field …",
	.summary = "the key must be left out when any of these fields has no value",
	.example = "key: string `validate:\"excluded_without=cert\"`",
	.compile = fields_compile,
	.passes = passes,
	.say = say,
};
