/* "red" is not a colour such as #ffcc00 */
#include "conf/rules/text.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	struct str s = text_of(call);
	struct str digits = {s.p + 1, s.n - 1};

	return (s.n == 4 || s.n == 5 || s.n == 7 || s.n == 9) && s.p[0] == '#' &&
	       text_all(digits, char_is_hex);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "a colour such as #fc0, #ffcc00 or #ffcc0080");
}

/* Unquoted, # begins a comment in YAML: the value is then null, which says nothing about quotes. */
static void hint(struct buf *out, const struct rule_call *call, const void *arg)
{
	struct str s = text_of(call);

	if ((s.n == 3 || s.n == 6) && text_all(s, char_is_hex) &&
	    !(call->field && call->field->secret))
		buf_printf(out, "write \"#" STR_FMT "\" in quotes", STR_ARG(s));
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	text_json_pattern(schema,
			  "^#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$");
}

const struct conf_rule rule_hexcolor = {
	.name = "hexcolor",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "a colour: `#` and 3, 4, 6 or 8 hexadecimal digits",
	.example = "tint: string `validate:\"hexcolor\"`",
	.passes = passes,
	.say = say,
	.hint = hint,
	.json_schema = json_schema,
};
