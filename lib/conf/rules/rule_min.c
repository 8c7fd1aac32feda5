/* 0 is below the minimum 1 */
#include "conf/rules/bound.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return rule_compare(call, arg) >= 0;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	bound_say(out, call, arg, "below the minimum");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	bound_json(schema, type, arg, BOUND_LOW, false);
}

const struct conf_rule rule_min = {
	.name = "min",
	.class = RULE_VALUE,
	.bases = RULE_NUMBERS | RULE_COUNTED,
	.min_params = 1,
	.max_params = 1,
	.params = "N",
	.summary =
		"the number, the characters of a text or the count of a list or map is at least N",
	.example = "warmup: duration `validate:\"min=5s\"`",
	.compile = bound_compile,
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
