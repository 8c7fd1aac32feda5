/* a value is required, because map_seed is not set */
#include "conf/rules/presence.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return presence_has(call) || fields_present(call, arg) == fields_count(arg);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	buf_add(out, STR("a value is required, because "));
	fields_say(out, call, arg, false);
	buf_add(out, STR(" not set"));
}

const struct conf_rule rule_required_without = {
	.name = "required_without",
	.class = RULE_PRESENCE,
	.bases = RULE_ANY,
	.min_params = 1,
	.max_params = 255,
	.params = "field …",
	.summary = "a value is required when any of these fields has none",
	.example = "map_file: string `validate:\"required_without=map_seed\"`",
	.compile = fields_compile,
	.passes = passes,
	.say = say,
	.hint = presence_hint,
};
