/* 5 is not at least min_hp (10) */
#include "conf/rules/sibling.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	int order;

	return !sibling_order(call, arg, &order) || order >= 0;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	sibling_say(out, call, arg, "at least");
}

const struct conf_rule rule_gtefield = {
	.name = "gtefield",
	.class = RULE_VALUE,
	.bases = SIBLING_ORDERED,
	.min_params = 1,
	.max_params = 1,
	.params = "field",
	.summary = "the value is at least the other field's",
	.example = "max_hp: int `validate:\"gtefield=min_hp\"`",
	.compile = sibling_compile,
	.passes = passes,
	.say = say,
};
