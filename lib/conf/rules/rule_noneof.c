/* "admin" is one of the values not allowed: admin, root */
#include "conf/rules/choice.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return !choice_has(call, arg);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	choice_say(out, call, arg, "is one of the values not allowed:");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	json_t *list = choice_json(type, arg);

	if (list)
		json_object_set_new(schema, "not", json_pack("{s:o}", "enum", list));
}

const struct conf_rule rule_noneof = {
	.name = "noneof",
	.class = RULE_VALUE,
	.bases = CHOICE_BASES,
	.min_params = 1,
	.max_params = 255,
	.params = "a b c",
	.summary = "the value is none of these",
	.example = "nickname: string `validate:\"noneof=admin root\"`",
	.compile = choice_compile,
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
