/* a value is required, because mode is "lockstep" */
#include "conf/rules/presence.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return presence_has(call) || pairs_holding(call, arg) < pairs_count(arg);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	buf_add(out, STR("a value is required, because "));
	pairs_say(out, arg, "and");
}

const struct conf_rule rule_required_if = {
	.name = "required_if",
	.class = RULE_PRESENCE,
	.bases = RULE_ANY,
	.min_params = 2,
	.max_params = 255,
	.params = "field value …",
	.summary = "a value is required when all these fields hold these values",
	.example = "turns: int `validate:\"required_if=mode lockstep\"`",
	.compile = pairs_compile,
	.passes = passes,
	.say = say,
	.hint = presence_hint,
};
