/* "0xfg" is not hexadecimal */
#include "conf/rules/text.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	struct str s = text_of(call);

	if (s.n > 2 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X'))
		s = (struct str){s.p + 2, s.n - 2};
	return text_all(s, char_is_hex);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "hexadecimal (0-9, a-f, with or without 0x)");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	text_json_pattern(schema, "^(0[xX])?[0-9a-fA-F]+$");
}

const struct conf_rule rule_hexadecimal = {
	.name = "hexadecimal",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "hexadecimal digits, with or without `0x`",
	.example = "seed: string `validate:\"hexadecimal\"`",
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
