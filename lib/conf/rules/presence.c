#include "conf/rules/presence.h"

#include "conf/types.h"
#include "conf/value.h"

struct fields {
	size_t count;
	const struct rule_ref *refs[];
};

struct pair {
	const struct rule_ref *ref;
	struct str text;
	union {
		uint64_t n;
		double f;
		struct str s;
	} value;
};

struct pairs {
	size_t count;
	struct pair list[];
};

bool presence_has(const struct rule_call *call)
{
	return call->state != CONF_ABSENT && call->state != CONF_NULL;
}

bool presence_written(const struct rule_call *call)
{
	return call->state == CONF_WRITTEN || call->state == CONF_INVALID;
}

void presence_hint(struct buf *out, const struct rule_call *call, const void *arg)
{
	const struct conf_field *f = call->field;

	if (!f || call->type != f->type) /* an element, which has no name */
		return;
	if (f->example.n)
		buf_printf(out, "for example " STR_FMT ": " STR_FMT, STR_ARG(f->name),
			   STR_ARG(f->example));
	else if (call->state == CONF_NULL)
		buf_printf(out, "write %s", conf_type_wanted(f->type));
	else
		buf_printf(out, "add " STR_FMT ": with %s", STR_ARG(f->name),
			   conf_type_wanted(f->type));
}

static bool fail_self(struct rule_build *b, const struct rule_ref *ref)
{
	if (!rule_ref_is_self(b, ref))
		return false;
	rule_build_error(b, "schema-field", "a field cannot depend on itself");
	return true;
}

void fields_compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		    void **arg)
{
	struct fields *f = arena_zalloc(b->mem, sizeof(*f) + count * sizeof(f->refs[0]));

	f->count = count;
	for (size_t i = 0; i < count; i++) {
		f->refs[i] = rule_ref_parse(b, params[i]);
		if (!f->refs[i] || fail_self(b, f->refs[i]))
			return;
	}
	*arg = f;
}

static bool present(const struct rule_call *call, const struct rule_ref *ref)
{
	enum conf_state state;

	return rule_ref_get(ref, call, &state) != NULL || state == CONF_INVALID;
}

size_t fields_present(const struct rule_call *call, const void *arg)
{
	const struct fields *f = arg;
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += present(call, f->refs[i]);
	return n;
}

size_t fields_count(const void *arg)
{
	return ((const struct fields *)arg)->count;
}

void fields_say(struct buf *out, const struct rule_call *call, const void *arg, bool there)
{
	const struct fields *f = arg;
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++) {
		if (present(call, f->refs[i]) != there)
			continue;
		buf_add(out, n++ ? STR(" and ") : STR(""));
		buf_add(out, rule_ref_text(f->refs[i]));
	}
	buf_add(out, n > 1 ? STR(" are") : STR(" is"));
}

void pairs_compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		   void **arg)
{
	struct pairs *p = arena_zalloc(b->mem, sizeof(*p) + count / 2 * sizeof(p->list[0]));

	if (count % 2) {
		rule_build_error(b, "schema-arity",
				 "a field and a value belong together: %s stands alone",
				 type_quote(params[count - 1]).text);
		return;
	}
	p->count = count / 2;
	for (size_t i = 0; i < p->count; i++) {
		struct pair *pair = &p->list[i];
		struct conf_type t;
		struct type_fail why;

		pair->ref = rule_ref_parse(b, params[2 * i]);
		if (!pair->ref || fail_self(b, pair->ref))
			return;
		t = *rule_ref_field(pair->ref)->type;
		t.negative = true;
		pair->text = arena_str(b->mem, params[2 * i + 1]);
		if (!conf_base_types[t.base]->parse) {
			rule_build_error(b, "schema-field",
					 STR_FMT " is %s and cannot equal one value",
					 STR_ARG(params[2 * i]), conf_type_wanted(&t));
			return;
		}
		if (!conf_text_parse(&t, pair->text, false, &pair->value, &why)) {
			rule_build_error(b, "schema-param", "%s%s%s", why.message,
					 why.hint[0] ? "; " : "", why.hint);
			return;
		}
	}
	*arg = p;
}

static bool holds(const struct rule_call *call, const struct pair *pair)
{
	enum conf_state state;
	const void *value = rule_ref_get(pair->ref, call, &state);

	return value && conf_value_equal(rule_ref_field(pair->ref)->type, value, &pair->value);
}

size_t pairs_holding(const struct rule_call *call, const void *arg)
{
	const struct pairs *p = arg;
	size_t n = 0;

	for (size_t i = 0; i < p->count; i++)
		n += holds(call, &p->list[i]);
	return n;
}

bool pairs_known(const struct rule_call *call, const void *arg)
{
	const struct pairs *p = arg;
	enum conf_state state;

	for (size_t i = 0; i < p->count; i++) {
		if (!rule_ref_get(p->list[i].ref, call, &state) && state == CONF_INVALID)
			return false;
	}
	return true;
}

size_t pairs_count(const void *arg)
{
	return ((const struct pairs *)arg)->count;
}

void pairs_say(struct buf *out, const void *arg, const char *joint)
{
	const struct pairs *p = arg;

	for (size_t i = 0; i < p->count; i++) {
		const struct pair *pair = &p->list[i];
		bool text = rule_ref_field(pair->ref)->type->base == CONF_STRING;

		if (i)
			buf_printf(out, " %s ", joint);
		buf_printf(out, STR_FMT " is ", STR_ARG(rule_ref_text(pair->ref)));
		if (text)
			buf_add(out, str_of(type_quote(pair->text).text));
		else
			buf_add(out, pair->text);
	}
}
