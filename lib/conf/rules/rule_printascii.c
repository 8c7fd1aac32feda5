/* "a<tab>b" is not printable ASCII */
#include "conf/rules/text.h"

static bool is_printable(char c)
{
	return c >= 0x20 && c < 0x7F;
}

static bool passes(const struct rule_call *call, const void *arg)
{
	return text_of(call).n == 0 || text_all(text_of(call), is_printable);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "printable ASCII");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	text_json_pattern(schema, "^[ -~]*$");
}

const struct conf_rule rule_printascii = {
	.name = "printascii",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "printable ASCII characters only",
	.example = "login: string `validate:\"printascii\"`",
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
