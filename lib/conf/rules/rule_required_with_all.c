/* a value is required, because gold and wood are set */
#include "conf/rules/presence.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return presence_has(call) || fields_present(call, arg) < fields_count(arg);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	buf_add(out, STR("a value is required, because "));
	fields_say(out, call, arg, true);
	buf_add(out, STR(" set"));
}

const struct conf_rule rule_required_with_all = {
	.name = "required_with_all",
	.class = RULE_PRESENCE,
	.bases = RULE_ANY,
	.min_params = 1,
	.max_params = 255,
	.params = "field …",
	.summary = "a value is required when all these fields have one",
	.example = "total: int `validate:\"required_with_all=gold wood\"`",
	.compile = fields_compile,
	.passes = passes,
	.say = say,
	.hint = presence_hint,
};
