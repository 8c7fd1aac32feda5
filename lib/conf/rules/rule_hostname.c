/* "-x" is not a host name
 * RFC 952: begins with a letter, ends with a letter or digit. */
#include "conf/rules/net.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	struct str s = text_of(call);

	if (s.n < 2 || !char_is_alpha(s.p[0]) || !char_is_alnum(s.p[s.n - 1]))
		return false;
	for (size_t i = 1; i < s.n; i++) {
		bool dot = s.p[i] == '.';

		if (dot ? i == 1 || s.p[i - 1] == '.' : !char_is_alnum(s.p[i]) && s.p[i] != '-')
			return false;
	}
	return true;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "a host name");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	text_json_pattern(schema, "^[a-zA-Z](?!\\.)(?:[a-zA-Z0-9\\-]|\\.(?!\\.))*[a-zA-Z0-9]$");
}

const struct conf_rule rule_hostname = {
	.name = "hostname",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "a host name after RFC 952: begins with a letter",
	.example = "peer: string `validate:\"hostname\"`",
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
