/* must be left out, because mode is "relay" */
#include "conf/rules/presence.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return !presence_written(call) || pairs_holding(call, arg) < pairs_count(arg);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	buf_add(out, STR("must be left out, because "));
	pairs_say(out, arg, "and");
}

const struct conf_rule rule_excluded_if = {
	.name = "excluded_if",
	.class = RULE_PRESENCE,
	.bases = RULE_ANY,
	.min_params = 2,
	.max_params = 255,
	.params = "field value …",
	.summary = "the key must be left out when all these fields hold these values; a default "
		   "does not count as written",
	.example = "turns: int `validate:\"excluded_if=mode relay\"`",
	.compile = pairs_compile,
	.passes = passes,
	.say = say,
};
