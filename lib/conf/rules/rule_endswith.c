/* "x.mp3" does not end with ".ogg" */
#include "conf/rules/text.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return str_ends(text_of(call), *(const struct str *)arg);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say_with(out, call, "does not end with", arg);
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	text_json_literal(schema, "", arg, "$");
}

const struct conf_rule rule_endswith = {
	.name = "endswith",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.min_params = 1,
	.max_params = 1,
	.params = "text",
	.summary = "the text ends with this",
	.example = "sound: string `validate:\"endswith=.ogg\"`",
	.compile = text_compile,
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
