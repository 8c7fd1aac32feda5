#include "conf/rules/text.h"

#include "conf/types.h"

bool text_all(struct str s, bool (*is)(char c))
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is(s.p[i]))
			return false;
	}
	return s.n > 0;
}

void text_say(struct buf *out, const struct rule_call *call, const char *what)
{
	rule_say_value(out, call);
	buf_printf(out, " is not %s", what);
}

void text_json_pattern(json_t *schema, const char *pattern)
{
	json_object_set_new(schema, "pattern", json_string(pattern));
}

void text_compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		  void **arg)
{
	struct str *text = ARENA_NEW(b->mem, struct str);

	*text = arena_str(b->mem, params[0]);
	if (text->n)
		*arg = text;
	else
		rule_build_error(b, "schema-param", "the text is empty");
}

void text_say_with(struct buf *out, const struct rule_call *call, const char *how, const void *arg)
{
	rule_say_value(out, call);
	buf_printf(out, " %s %s", how, type_quote(*(const struct str *)arg).text);
}

void text_json_literal(json_t *schema, const char *before, const void *arg, const char *behind)
{
	CLEANUP(buf_free) struct buf pattern = {0};
	struct str text = *(const struct str *)arg;

	buf_add(&pattern, str_of(before));
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] != '\0' && strchr("\\^$.*+?()[]{}|/", text.p[i]))
			buf_addc(&pattern, '\\');
		buf_addc(&pattern, text.p[i]);
	}
	buf_add(&pattern, str_of(behind));
	json_object_set_new(schema, "pattern", json_stringn(buf_str(&pattern).p, pattern.n));
}
