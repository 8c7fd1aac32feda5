/* "abcd" has 4 characters, not 3 */
#include "conf/rules/bound.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return rule_compare(call, arg) == 0;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	bound_say(out, call, arg, "not");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	bound_json(schema, type, arg, BOUND_LOW, false);
	bound_json(schema, type, arg, BOUND_HIGH, false);
}

const struct conf_rule rule_len = {
	.name = "len",
	.class = RULE_VALUE,
	.bases = RULE_NUMBERS | RULE_COUNTED,
	.min_params = 1,
	.max_params = 1,
	.params = "N",
	.summary = "the characters of a text, the count of a list or map, or the number itself is "
		   "exactly N",
	.example = "lanes: list[int] `validate:\"len=3\"`",
	.compile = bound_compile,
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
