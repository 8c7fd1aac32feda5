/* "a" is not base64 */
#include "conf/rules/text.h"

static bool is_base64(char c)
{
	return char_is_alnum(c) || c == '+' || c == '/';
}

static bool passes(const struct rule_call *call, const void *arg)
{
	struct str s = text_of(call);

	if (s.n == 0 || s.n % 4 != 0)
		return false;
	for (int padding = 0; padding < 2 && s.p[s.n - 1] == '='; padding++)
		s.n--;
	return text_all(s, is_base64);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "base64 (A-Z, a-z, 0-9, + and /, filled up with = to groups of 4)");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	text_json_pattern(schema,
			  "^(?:[A-Za-z0-9+\\/]{4})*(?:[A-Za-z0-9+\\/]{2}==|[A-Za-z0-9+\\/]{3}=|"
			  "[A-Za-z0-9+\\/]{4})$");
}

const struct conf_rule rule_base64 = {
	.name = "base64",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "base64 with padding, standard alphabet, not empty",
	.example = "icon: string `validate:\"base64\"`",
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
