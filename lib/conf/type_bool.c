#include <strings.h>

#include "conf/types.h"

/* What other YAML readers and people take for a bool: named in the hint, never accepted. */
static const struct {
	const char *text, *meant;
} lookalikes[] = {
	{"no", "false"},     {"n", "false"},        {"off", "false"}, {"0", "false"},
	{"f", "false"},      {"yes", "true"},       {"y", "true"},    {"on", "true"},
	{"1", "true"},       {"t", "true"},         {"true", "true"}, {"false", "false"},
	{"enabled", "true"}, {"disabled", "false"},
};

static bool parse(const struct conf_type *t, struct str text, bool quoted, void *value,
		  struct type_fail *why)
{
	bool yes = str_eq(text, STR("true"));

	if (LIKELY(!quoted && (yes || str_eq(text, STR("false"))))) {
		*(bool *)value = yes;
		return true;
	}
	if (yes || str_eq(text, STR("false"))) {
		type_refuse(why, "type", "%s in quotes is text, not a bool", type_quote(text).text);
		type_hint(why, "write %s without quotes", yes ? "true" : "false");
		return false;
	}
	type_refuse(why, "type", "%s is not a bool", type_quote(text).text);
	type_hint(why, "write true or false");
	for (size_t i = 0; i < ARRAY_LEN(lookalikes); i++) {
		if (strlen(lookalikes[i].text) == text.n &&
		    strncasecmp(lookalikes[i].text, text.p, text.n) == 0)
			type_hint(why, "write %s", lookalikes[i].meant);
	}
	return false;
}

static void text(struct buf *out, const struct conf_type *t, const void *value)
{
	buf_add(out, *(const bool *)value ? STR("true") : STR("false"));
}

const struct conf_base_type conf_type_bool = {
	.name = "bool",
	.wanted = "true or false",
	.summary = "Only `true` and `false`; `yes`, `on`, `no` and the like are errors that say "
		   "what to "
		   "write",
	.example = "true  false",
	.parse = parse,
	.text = text,
};
