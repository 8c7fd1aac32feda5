/* a value is required */
#include "conf/rules/presence.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return presence_has(call);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	buf_add(out, call->state == CONF_NULL ? STR("a value is required, and null is none")
					      : STR("a value is required"));
}

const struct conf_rule rule_required = {
	.name = "required",
	.class = RULE_PRESENCE,
	.bases = RULE_ANY,
	.params = "",
	.summary = "there is a value after defaults; `false`, `0` and `\"\"` are values",
	.example = "player_hp: int `validate:\"required\"`",
	.passes = passes,
	.say = say,
	.hint = presence_hint,
};
