/* 10 is not below max_hp (5) */
#include "conf/rules/sibling.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	int order;

	return !sibling_order(call, arg, &order) || order < 0;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	sibling_say(out, call, arg, "below");
}

const struct conf_rule rule_ltfield = {
	.name = "ltfield",
	.class = RULE_VALUE,
	.bases = SIBLING_ORDERED,
	.min_params = 1,
	.max_params = 1,
	.params = "field",
	.summary = "the value is less than the other field's",
	.example = "start_hp: int `validate:\"ltfield=max_hp\"`",
	.compile = sibling_compile,
	.passes = passes,
	.say = say,
};
