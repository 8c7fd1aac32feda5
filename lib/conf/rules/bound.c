#include "conf/rules/bound.h"

void bound_compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		   void **arg)
{
	struct rule_number *n = ARENA_NEW(b->mem, struct rule_number);

	if (rule_number_parse(b, params[0], n))
		*arg = n;
}

void bound_say(struct buf *out, const struct rule_call *call, const struct rule_number *n,
	       const char *how)
{
	rule_say_measure(out, call);
	buf_printf(out, " %s " STR_FMT, how, STR_ARG(n->text));
}

static json_t *json_number(const struct rule_number *n)
{
	if (n->is_float)
		return json_real(n->f);
	if (n->i >= INT64_MIN && n->i <= INT64_MAX)
		return json_integer((json_int_t)n->i);
	return json_real((double)n->i);
}

void bound_json(json_t *schema, const struct conf_type *t, const struct rule_number *n,
		enum bound_side side, bool open)
{
	static const char *const counts[][2] = {{"minLength", "maxLength"},
						{"minItems", "maxItems"},
						{"minProperties", "maxProperties"}};
	static const char *const numbers[2][2] = {{"minimum", "maximum"},
						  {"exclusiveMinimum", "exclusiveMaximum"}};

	if (t->base == CONF_INT || t->base == CONF_UINT || t->base == CONF_FLOAT) {
		json_object_set_new(schema, numbers[open][side], json_number(n));
	} else if (RULE_COUNTED & RULE_ON(t->base)) {
		int which = t->base == CONF_STRING ? 0 : t->base == CONF_LIST ? 1 : 2;
		json_int_t count = (json_int_t)n->i + (open ? (side == BOUND_LOW ? 1 : -1) : 0);

		/* lt=0: nothing passes, which a count cannot say. */
		if (count >= 0)
			json_object_set_new(schema, counts[which][side], json_integer(count));
		else
			json_object_set_new(schema, "not", json_object());
	}
}
