/* must be left out unless mode is "lockstep" */
#include "conf/rules/presence.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return !presence_written(call) || pairs_holding(call, arg) == pairs_count(arg) ||
	       !pairs_known(call, arg);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	buf_add(out, STR("must be left out unless "));
	pairs_say(out, arg, "and");
}

const struct conf_rule rule_excluded_unless = {
	.name = "excluded_unless",
	.class = RULE_PRESENCE,
	.bases = RULE_ANY,
	.min_params = 2,
	.max_params = 255,
	.params = "field value …",
	.summary = "the key must be left out unless all these fields hold these values",
	.example = "turns: int `validate:\"excluded_unless=mode lockstep\"`",
	.compile = pairs_compile,
	.passes = passes,
	.say = say,
};
