/* 0 is not above 0 */
#include "conf/rules/bound.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return rule_compare(call, arg) > 0;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	bound_say(out, call, arg, "not above");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	bound_json(schema, type, arg, BOUND_LOW, true);
}

const struct conf_rule rule_gt = {
	.name = "gt",
	.class = RULE_VALUE,
	.bases = RULE_NUMBERS | RULE_COUNTED,
	.min_params = 1,
	.max_params = 1,
	.params = "N",
	.summary = "the number, length or count is more than N",
	.example = "spawn_rate: float `validate:\"gt=0\"`",
	.compile = bound_compile,
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
