/* "localhost" is not a full domain name */
#include "conf/rules/net.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	struct str s = text_of(call), top;
	size_t at;

	if (s.n && s.p[s.n - 1] == '.')
		s.n--;
	for (at = s.n; at > 0 && s.p[at - 1] != '.'; at--)
		;
	top = (struct str){s.p + at, s.n - at};
	return at > 1 && top.n && top.n <= 63 && char_is_alpha(top.p[0]) &&
	       text_all(top, char_is_alnum) && net_hostname_1123((struct str){s.p, at - 1});
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "a full domain name such as game.example.com");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	text_json_pattern(schema,
			  "^[a-zA-Z0-9][a-zA-Z0-9\\-]{0,62}(?:\\.[a-zA-Z0-9][a-zA-Z0-9\\-]{0,62})*?"
			  "\\.[a-zA-Z][a-zA-Z0-9]{0,62}\\.?$");
}

const struct conf_rule rule_fqdn = {
	.name = "fqdn",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "a full domain name, with or without a dot at the end",
	.example = "public: string `validate:\"fqdn\"`",
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
