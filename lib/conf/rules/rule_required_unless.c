/* a value is required unless mode is "relay" */
#include "conf/rules/presence.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return presence_has(call) || pairs_holding(call, arg) > 0 || !pairs_known(call, arg);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	buf_add(out, STR("a value is required unless "));
	pairs_say(out, arg, "or");
}

const struct conf_rule rule_required_unless = {
	.name = "required_unless",
	.class = RULE_PRESENCE,
	.bases = RULE_ANY,
	.min_params = 2,
	.max_params = 255,
	.params = "field value …",
	.summary = "a value is required unless one of these fields holds its value",
	.example = "turns: int `validate:\"required_unless=mode relay\"`",
	.compile = pairs_compile,
	.passes = passes,
	.say = say,
	.hint = presence_hint,
};
