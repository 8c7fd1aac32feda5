/* 5 is not above min_hp (10) */
#include "conf/rules/sibling.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	int order;

	return !sibling_order(call, arg, &order) || order > 0;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	sibling_say(out, call, arg, "above");
}

const struct conf_rule rule_gtfield = {
	.name = "gtfield",
	.class = RULE_VALUE,
	.bases = SIBLING_ORDERED,
	.min_params = 1,
	.max_params = 1,
	.params = "field",
	.summary = "the value is more than the other field's; texts, lists and maps go by their "
		   "length",
	.example = "max_hp: int `validate:\"gtfield=min_hp\"`",
	.compile = sibling_compile,
	.passes = passes,
	.say = say,
};
