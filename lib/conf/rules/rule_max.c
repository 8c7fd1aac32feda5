/* 12000 is above the maximum 9999 */
#include "conf/rules/bound.h"
#include "conf/value.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return rule_compare(call, arg) <= 0;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	bound_say(out, call, arg, "above the maximum");
}
/* 12000 above 9999: one digit too many is the usual slip. */
static void hint(struct buf *out, const struct rule_call *call, const void *arg)
{
	const struct rule_number *max = arg;
	const struct conf_type *t = call->type;
	__int128 n, digits = 1;

	if ((t->base != CONF_INT && t->base != CONF_UINT) || (call->field && call->field->secret))
		return;
	n = t->base == CONF_INT ? conf_int(t, call->value) : (__int128)conf_uint(t, call->value);
	while (digits <= max->i)
		digits *= 10;
	if (n >= digits && n % 10 == 0 && n / 10 <= max->i)
		buf_printf(out, "did you mean %lld?", (long long)(n / 10));
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	bound_json(schema, type, arg, BOUND_HIGH, false);
}

const struct conf_rule rule_max = {
	.name = "max",
	.class = RULE_VALUE,
	.bases = RULE_NUMBERS | RULE_COUNTED,
	.min_params = 1,
	.max_params = 1,
	.params = "N",
	.summary =
		"the number, the characters of a text or the count of a list or map is at most N",
	.example = "hp: int `validate:\"max=9999\"`",
	.compile = bound_compile,
	.passes = passes,
	.say = say,
	.hint = hint,
	.json_schema = json_schema,
};
