/* "1.2" is not a version such as 1.4.2 */
#include "conf/rules/text.h"

static bool is_part(char c)
{
	return char_is_alnum(c) || c == '-';
}

/* A number without leading zeros. */
static bool number(struct str s)
{
	return text_all(s, char_is_digit) && (s.n == 1 || s.p[0] != '0');
}

/* Dotted identifiers; in a pre-release those of digits only are numbers. */
static bool identifiers(struct str s, bool numbers)
{
	struct str part;

	while (str_cut(&s, '.', &part)) {
		if (!text_all(part, is_part))
			return false;
		if (numbers && text_all(part, char_is_digit) && !number(part))
			return false;
	}
	return true;
}

static bool passes(const struct rule_call *call, const void *arg)
{
	struct str rest = text_of(call), core, pre, part;
	int parts = 0;

	str_cut(&rest, '+', &core);
	if (rest.p && !identifiers(rest, false))
		return false;
	pre = core;
	str_cut(&pre, '-', &core);
	if (pre.p && !identifiers(pre, true))
		return false;
	for (; str_cut(&core, '.', &part); parts++) {
		if (!number(part))
			return false;
	}
	return parts == 3;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "a version such as 1.4.2 or 2.0.0-rc.1");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	text_json_pattern(schema, "^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)"
				  "(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z\\-][0-9a-zA-Z\\-]*)"
				  "(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z\\-][0-9a-zA-Z\\-]*))*))?"
				  "(?:\\+([0-9a-zA-Z\\-]+(?:\\.[0-9a-zA-Z\\-]+)*))?$");
}

const struct conf_rule rule_semver = {
	.name = "semver",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "a semantic version 2.0.0",
	.example = "client_version: string `validate:\"semver\"`",
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
