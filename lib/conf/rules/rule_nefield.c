/* "a" is not different from password ("a") */
#include "conf/rules/sibling.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	bool equal;

	return !sibling_equal(call, arg, &equal) || !equal;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	sibling_say(out, call, arg, "different from");
}

const struct conf_rule rule_nefield = {
	.name = "nefield",
	.class = RULE_VALUE,
	.bases = SIBLING_EQUAL,
	.min_params = 1,
	.max_params = 1,
	.params = "field",
	.summary = "the value differs from the other field's",
	.example = "nickname: string `validate:\"nefield=password\"`",
	.compile = sibling_compile,
	.passes = passes,
	.say = say,
};
