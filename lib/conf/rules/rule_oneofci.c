/* "blue" is not one of RED, GREEN (upper or lower case) */
#include "conf/rules/choice.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return choice_has_caseless(call, arg);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	choice_say(out, call, arg, "is not one of");
	buf_add(out, STR(" (upper or lower case)"));
}

static void hint(struct buf *out, const struct rule_call *call, const void *arg)
{
	choice_hint(out, call, arg);
}

const struct conf_rule rule_oneofci = {
	.name = "oneofci",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.min_params = 1,
	.max_params = 255,
	.params = "a b c",
	.summary = "the text is one of these, whatever the case of ASCII letters",
	.example = "team: string `validate:\"oneofci=red blue\"`",
	.compile = choice_compile,
	.passes = passes,
	.say = say,
	.hint = hint,
};
