/* 12000 is above the maximum 9999 */
#include "conf/rules/bound.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return rule_compare(call, arg) <= 0;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	bound_say(out, call, arg, "above the maximum");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	bound_json(schema, type, arg, BOUND_HIGH, false);
}

const struct conf_rule rule_lte = {
	.name = "lte",
	.class = RULE_VALUE,
	.bases = RULE_NUMBERS | RULE_COUNTED,
	.min_params = 1,
	.max_params = 1,
	.params = "N",
	.summary = "the same as max",
	.example = "hp: int `validate:\"lte=9999\"`",
	.compile = bound_compile,
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
