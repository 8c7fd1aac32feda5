/* "café" is not ASCII */
#include "conf/rules/text.h"

static bool is_ascii(char c)
{
	return (unsigned char)c < 0x80;
}

static bool passes(const struct rule_call *call, const void *arg)
{
	return text_of(call).n == 0 || text_all(text_of(call), is_ascii);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "ASCII");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	text_json_pattern(schema, "^[\\x00-\\x7f]*$");
}

const struct conf_rule rule_ascii = {
	.name = "ascii",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "ASCII characters only",
	.example = "login: string `validate:\"ascii\"`",
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
