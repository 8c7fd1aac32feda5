/* "x1" is not letters only (a-z, A-Z) */
#include "conf/rules/text.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return text_all(text_of(call), char_is_alpha);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "letters only (a-z, A-Z)");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	text_json_pattern(schema, "^[a-zA-Z]+$");
}

const struct conf_rule rule_alpha = {
	.name = "alpha",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "ASCII letters only, at least one",
	.example = "tag: string `validate:\"alpha\"`",
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
