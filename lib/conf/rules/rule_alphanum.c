/* "x-1" is not letters and digits only (a-z, A-Z, 0-9) */
#include "conf/rules/text.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return text_all(text_of(call), char_is_alnum);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "letters and digits only (a-z, A-Z, 0-9)");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	text_json_pattern(schema, "^[a-zA-Z0-9]+$");
}

const struct conf_rule rule_alphanum = {
	.name = "alphanum",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "ASCII letters and digits only, at least one",
	.example = "tag: string `validate:\"alphanum\"`",
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
