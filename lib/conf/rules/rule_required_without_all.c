/* a value is required, because a and b are not set */
#include "conf/rules/presence.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return presence_has(call) || fields_present(call, arg) > 0;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	buf_add(out, STR("a value is required, because "));
	fields_say(out, call, arg, false);
	buf_add(out, STR(" not set"));
}

const struct conf_rule rule_required_without_all = {
	.name = "required_without_all",
	.class = RULE_PRESENCE,
	.bases = RULE_ANY,
	.min_params = 1,
	.max_params = 255,
	.params = "field …",
	.summary = "a value is required when none of these fields has one",
	.example = "fallback: string `validate:\"required_without_all=primary secondary\"`",
	.compile = fields_compile,
	.passes = passes,
	.say = say,
	.hint = presence_hint,
};
