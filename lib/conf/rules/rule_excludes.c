/* "a/../b" must not contain ".." */
#include "conf/rules/text.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	struct str s = text_of(call), part = *(const struct str *)arg;

	return s.n == 0 || !memmem(s.p, s.n, part.p, part.n);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say_with(out, call, "must not contain", arg);
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	/* A plain 5 is text here, but a number to JSON Schema: `pattern` alone would hold for it. */
	json_t *inner = json_pack("{s:s}", "type", "string");

	text_json_literal(inner, "", arg, "");
	json_object_set_new(schema, "not", inner);
}

const struct conf_rule rule_excludes = {
	.name = "excludes",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.min_params = 1,
	.max_params = 1,
	.params = "text",
	.summary = "the text does not have this in it",
	.example = "path: string `validate:\"excludes=..\"`",
	.compile = text_compile,
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
