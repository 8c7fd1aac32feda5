/* "nightmre" is not one of normal, hard, nightmare; did you mean nightmare? */
#include "conf/rules/choice.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return choice_has(call, arg);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	choice_say(out, call, arg, "is not one of");
}

static void hint(struct buf *out, const struct rule_call *call, const void *arg)
{
	choice_hint(out, call, arg);
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	json_t *list = choice_json(type, arg);

	if (list)
		json_object_set_new(schema, "enum", list);
}

const struct conf_rule rule_oneof = {
	.name = "oneof",
	.class = RULE_VALUE,
	.bases = CHOICE_BASES,
	.min_params = 1,
	.max_params = 255,
	.params = "a b c",
	.summary = "the value is one of these",
	.example = "difficulty: string `validate:\"oneof=normal hard 'very hard'\"`",
	.compile = choice_compile,
	.passes = passes,
	.say = say,
	.hint = hint,
	.json_schema = json_schema,
};
