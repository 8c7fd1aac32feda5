/* must be left out, because map_file is set */
#include "conf/rules/presence.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return !presence_written(call) || fields_present(call, arg) == 0;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	buf_add(out, STR("must be left out, because "));
	fields_say(out, call, arg, true);
	buf_add(out, STR(" set"));
}

const struct conf_rule rule_excluded_with = {
	.name = "excluded_with",
	.class = RULE_PRESENCE,
	.bases = RULE_ANY,
	.min_params = 1,
	.max_params = 255,
	.params = "field …",
	.summary = "the key must be left out when any of these fields has a value",
	.example = "map_seed: int `validate:\"excluded_with=map_file\"`",
	.compile = fields_compile,
	.passes = passes,
	.say = say,
};
