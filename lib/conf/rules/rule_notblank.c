/* "  " is blank */
#include "base/utf8.h"
#include "conf/rules/text.h"

static bool is_space(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
	       c == 0x205F || c == 0x3000;
}

static bool passes(const struct rule_call *call, const void *arg)
{
	const char *p, *end;
	uint32_t c;

	if (call->type->base == CONF_LIST)
		return ((const struct conf_list *)call->value)->count > 0;
	if (call->type->base == CONF_MAP)
		return ((const struct conf_map *)call->value)->count > 0;
	p = text_of(call).p;
	end = p + text_of(call).n;
	while (p < end) {
		p += utf8_next(p, end, &c);
		if (!is_space(c))
			return true;
	}
	return false;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	if (call->type->base != CONF_STRING) {
		buf_add(out, STR("this is empty"));
		return;
	}
	rule_say_value(out, call);
	buf_add(out, text_of(call).n ? STR(" holds nothing but spaces") : STR(" is empty"));
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	if (type->base == CONF_LIST)
		json_object_set_new(schema, "minItems", json_integer(1));
	else if (type->base == CONF_MAP)
		json_object_set_new(schema, "minProperties", json_integer(1));
	else
		text_json_pattern(
			schema,
			"[^\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f"
			"\\u3000]");
}

const struct conf_rule rule_notblank = {
	.name = "notblank",
	.class = RULE_VALUE,
	.bases = RULE_COUNTED,
	.params = "",
	.summary = "the text holds more than spaces; the list or map is not empty",
	.example = "title: string `validate:\"notblank\"`",
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
