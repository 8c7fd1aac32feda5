#include "conf/rules/equal.h"

#include "conf/types.h"
#include "conf/value.h"

static bool is_counted(const struct conf_type *t)
{
	return t->base == CONF_LIST || t->base == CONF_MAP;
}

void equal_compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		   void **arg)
{
	struct equal *to = ARENA_NEW(b->mem, struct equal);
	struct conf_type t = *b->type;
	struct type_fail why;

	if (is_counted(&t) || (RULE_NUMBERS & RULE_ON(t.base))) {
		if (!rule_number_parse(b, params[0], &to->number))
			return;
		if (is_counted(&t)) {
			*arg = to;
			return;
		}
	}
	t.negative = true;
	to->text = arena_str(b->mem, params[0]);
	if (conf_text_parse(&t, to->text, false, &to->value, &why))
		*arg = to;
	else
		rule_build_error(b, "schema-param", "%s%s%s", why.message, why.hint[0] ? "; " : "",
				 why.hint);
}

bool equal_is(const struct rule_call *call, const struct equal *to)
{
	if (is_counted(call->type))
		return rule_compare(call, &to->number) == 0;
	return conf_value_equal(call->type, call->value, &to->value);
}

void equal_say(struct buf *out, const struct rule_call *call, const struct equal *to)
{
	if (is_counted(call->type)) {
		rule_say_measure(out, call);
		buf_printf(out, " not " STR_FMT, STR_ARG(to->number.text));
		return;
	}
	rule_say_value(out, call);
	buf_add(out, STR(" is not "));
	if (call->type->base == CONF_STRING)
		buf_add(out, str_of(type_quote(to->text).text));
	else
		buf_add(out, to->text);
}

json_t *equal_json(const struct conf_type *t, const struct equal *to)
{
	bool plain = t->base == CONF_BOOL || t->base == CONF_INT || t->base == CONF_UINT ||
		     t->base == CONF_FLOAT || t->base == CONF_STRING || t->base == CONF_REF;

	return plain ? conf_value_json(t, &to->value) : NULL;
}
