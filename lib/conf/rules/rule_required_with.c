/* a value is required, because cert is set */
#include "conf/rules/presence.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return presence_has(call) || fields_present(call, arg) == 0;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	buf_add(out, STR("a value is required, because "));
	fields_say(out, call, arg, true);
	buf_add(out, STR(" set"));
}

const struct conf_rule rule_required_with = {
	.name = "required_with",
	.class = RULE_PRESENCE,
	.bases = RULE_ANY,
	.min_params = 1,
	.max_params = 255,
	.params = "field …",
	.summary = "a value is required when any of these fields has one",
	.example = "key: string `validate:\"required_with=cert\"`",
	.compile = fields_compile,
	.passes = passes,
	.say = say,
	.hint = presence_hint,
};
