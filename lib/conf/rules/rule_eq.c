/* "hard" is not "normal" */
#include "conf/rules/bound.h"
#include "conf/rules/equal.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return equal_is(call, arg);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	equal_say(out, call, arg);
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	const struct equal *to = arg;
	json_t *value = equal_json(type, to);

	if (value) {
		json_object_set_new(schema, "const", value);
	} else if (type->base == CONF_LIST || type->base == CONF_MAP) {
		bound_json(schema, type, &to->number, BOUND_LOW, false);
		bound_json(schema, type, &to->number, BOUND_HIGH, false);
	}
}

const struct conf_rule rule_eq = {
	.name = "eq",
	.class = RULE_VALUE,
	.bases = EQUAL_BASES,
	.min_params = 1,
	.max_params = 1,
	.params = "value",
	.summary = "the value is this one; for a list or map, the count",
	.example = "version: int `validate:\"eq=2\"`",
	.compile = equal_compile,
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
