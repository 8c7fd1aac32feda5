/* "fire" does not contain "ice" */
#include "conf/rules/text.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	struct str s = text_of(call), part = *(const struct str *)arg;

	return s.n > 0 && memmem(s.p, s.n, part.p, part.n);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say_with(out, call, "does not contain", arg);
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	text_json_literal(schema, "", arg, "");
}

const struct conf_rule rule_contains = {
	.name = "contains",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.min_params = 1,
	.max_params = 1,
	.params = "text",
	.summary = "the text has this in it",
	.example = "title: string `validate:\"contains=ice\"`",
	.compile = text_compile,
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
