/* "music/x" does not begin with "sfx/" */
#include "conf/rules/text.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return str_starts(text_of(call), *(const struct str *)arg);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say_with(out, call, "does not begin with", arg);
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	text_json_literal(schema, "^", arg, "");
}

const struct conf_rule rule_startswith = {
	.name = "startswith",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.min_params = 1,
	.max_params = 1,
	.params = "text",
	.summary = "the text begins with this",
	.example = "sound: string `validate:\"startswith=sfx/\"`",
	.compile = text_compile,
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
