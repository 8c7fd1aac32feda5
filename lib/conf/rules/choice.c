#include "conf/rules/choice.h"

#include <strings.h>

#include "conf/suggest.h"
#include "conf/types.h"
#include "conf/value.h"

union item {
	uint64_t n;
	double f;
	struct str s;
};

struct choice {
	size_t count;
	const struct str *texts;
	const union item *items;
};

void choice_compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		    void **arg)
{
	struct choice *c = ARENA_NEW(b->mem, struct choice);
	struct str *texts = ARENA_ARRAY(b->mem, struct str, count);
	union item *items = ARENA_ARRAY(b->mem, union item, count);
	struct conf_type t = *b->type;

	t.negative = true;
	*c = (struct choice){count, texts, items};
	for (size_t i = 0; i < count; i++) {
		struct type_fail why;

		texts[i] = arena_str(b->mem, params[i]);
		if (!conf_text_parse(&t, texts[i], false, &items[i], &why)) {
			rule_build_error(b, "schema-param", "%s%s%s", why.message,
					 why.hint[0] ? "; " : "", why.hint);
			return;
		}
		for (size_t k = 0; k < i; k++) {
			if (conf_value_equal(&t, &items[k], &items[i])) {
				rule_build_error(b, "schema-param", "%s is listed twice",
						 type_quote(texts[i]).text);
				return;
			}
		}
	}
	*arg = c;
}

bool choice_has(const struct rule_call *call, const struct choice *c)
{
	bool text = call->type->base == CONF_STRING || call->type->base == CONF_REF;

	for (size_t i = 0; i < c->count; i++) {
		if (text ? str_eq(*(const struct str *)call->value, c->items[i].s)
			 : conf_value_equal(call->type, call->value, &c->items[i]))
			return true;
	}
	return false;
}

bool choice_has_caseless(const struct rule_call *call, const struct choice *c)
{
	struct str text = *(const struct str *)call->value;

	for (size_t i = 0; i < c->count; i++) {
		if (text.n == c->texts[i].n && strncasecmp(text.p, c->texts[i].p, text.n) == 0)
			return true;
	}
	return false;
}

/* In quotes where one would not see where the text begins and ends. */
static void add_choice(struct buf *out, struct str text)
{
	bool plain = text.n > 0;

	for (size_t i = 0; i < text.n; i++)
		plain = plain && text.p[i] != ' ' && text.p[i] != ',';
	if (plain)
		buf_add(out, text);
	else
		buf_printf(out, "\"" STR_FMT "\"", STR_ARG(text));
}

void choice_say(struct buf *out, const struct rule_call *call, const struct choice *c,
		const char *how)
{
	rule_say_value(out, call);
	buf_printf(out, " %s ", how);
	for (size_t i = 0; i < c->count; i++) {
		buf_add(out, i ? STR(", ") : STR(""));
		add_choice(out, c->texts[i]);
	}
}

void choice_hint(struct buf *out, const struct rule_call *call, const struct choice *c)
{
	struct suggest near;

	if (call->type->base != CONF_STRING || (call->field && call->field->secret))
		return;
	near = suggest_for(*(const struct str *)call->value);
	for (size_t i = 0; i < c->count; i++)
		suggest_add(&near, c->texts[i]);
	if (near.best.n)
		buf_printf(out, "did you mean " STR_FMT "?", STR_ARG(near.best));
}

json_t *choice_json(const struct conf_type *t, const struct choice *c)
{
	json_t *list;

	if (t->base == CONF_DURATION || t->base == CONF_SIZE || t->base == CONF_PERCENT)
		return NULL;
	list = json_array();
	for (size_t i = 0; i < c->count; i++)
		json_array_append_new(list, conf_value_json(t, &c->items[i]));
	return list;
}
