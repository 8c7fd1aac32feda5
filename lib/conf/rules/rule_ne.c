/* 13 must not be 13 */
#include "conf/rules/equal.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return !equal_is(call, arg);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	rule_say_value(out, call);
	buf_add(out, STR(" is the one value that is not allowed"));
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	json_t *value = equal_json(type, arg);

	if (value)
		json_object_set_new(schema, "not", json_pack("{s:o}", "const", value));
}

const struct conf_rule rule_ne = {
	.name = "ne",
	.class = RULE_VALUE,
	.bases = EQUAL_BASES,
	.min_params = 1,
	.max_params = 1,
	.params = "value",
	.summary = "the value is any but this one; for a list or map, the count",
	.example = "floor: int `validate:\"ne=13\"`",
	.compile = equal_compile,
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
