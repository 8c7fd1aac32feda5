/* "b" is not equal to password ("a") */
#include "conf/rules/sibling.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	bool equal;

	return !sibling_equal(call, arg, &equal) || equal;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	sibling_say(out, call, arg, "equal to");
}

const struct conf_rule rule_eqfield = {
	.name = "eqfield",
	.class = RULE_VALUE,
	.bases = SIBLING_EQUAL,
	.min_params = 1,
	.max_params = 1,
	.params = "field",
	.summary = "the value equals the other field's",
	.example = "password_again: string `validate:\"eqfield=password\"`",
	.compile = sibling_compile,
	.passes = passes,
	.say = say,
};
