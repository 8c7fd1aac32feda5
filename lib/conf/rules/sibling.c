#include "conf/rules/sibling.h"

#include "base/utf8.h"
#include "conf/types.h"
#include "conf/value.h"

static bool whole(const struct conf_type *t)
{
	return t->base == CONF_INT || t->base == CONF_UINT;
}

void sibling_compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		     void **arg)
{
	const struct rule_ref *ref = rule_ref_parse(b, params[0]);
	const struct conf_type *other;

	if (!ref)
		return;
	other = rule_ref_field(ref)->type;
	if (rule_ref_is_self(b, ref) && b->type == b->field->type)
		rule_build_error(b, "schema-field", "a field cannot be compared with itself");
	else if (!(whole(b->type) && whole(other)) && !conf_type_same(b->type, other))
		rule_build_error(b, "schema-field",
				 STR_FMT " is of another type: " STR_FMT ", not " STR_FMT,
				 STR_ARG(params[0]), STR_ARG(other->text), STR_ARG(b->type->text));
	else
		*arg = (void *)(uintptr_t)ref;
}

static __int128 measure(const struct conf_type *t, const void *value)
{
	switch (t->base) {
	case CONF_INT: return conf_int(t, value);
	case CONF_UINT: return conf_uint(t, value);
	case CONF_STRING: return (__int128)utf8_count(*(const struct str *)value);
	case CONF_LIST: return ((const struct conf_list *)value)->count;
	default: return ((const struct conf_map *)value)->count;
	}
}

bool sibling_order(const struct rule_call *call, const void *arg, int *order)
{
	enum conf_state state;
	const void *other = rule_ref_get(arg, call, &state);
	const struct conf_type *t = call->type;
	__int128 a, b;

	if (!other)
		return false;
	if (!whole(t) && !(RULE_COUNTED & RULE_ON(t->base))) {
		*order = conf_value_compare(t, call->value, other);
		return true;
	}
	a = measure(t, call->value);
	b = measure(rule_ref_field(arg)->type, other);
	*order = (a > b) - (a < b);
	return true;
}

bool sibling_equal(const struct rule_call *call, const void *arg, bool *equal)
{
	enum conf_state state;
	const void *other = rule_ref_get(arg, call, &state);

	if (!other)
		return false;
	*equal = whole(call->type) ? measure(call->type, call->value) ==
					     measure(rule_ref_field(arg)->type, other)
				   : conf_value_equal(call->type, call->value, other);
	return true;
}

void sibling_say(struct buf *out, const struct rule_call *call, const void *arg, const char *how)
{
	const struct conf_field *field = rule_ref_field(arg);
	enum conf_state state;
	const void *other = rule_ref_get(arg, call, &state);
	struct rule_call theirs = {.type = field->type, .value = other, .field = field};

	rule_say_value(out, call);
	buf_printf(out, " is not %s " STR_FMT, how, STR_ARG(rule_ref_text(arg)));
	if (!other || call->type->base == CONF_STRUCT || field->secret)
		return;
	buf_add(out, STR(" ("));
	rule_say_value(out, &theirs);
	buf_addc(out, ')');
}
