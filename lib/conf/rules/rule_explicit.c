/* the key must be written, even to say the default 5 */
#include "conf/rules/presence.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return presence_written(call) || call->state == CONF_NULL;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	buf_add(out, STR("the key must be written"));
	if (call->field && call->field->has_default && !call->field->secret)
		buf_printf(out, ", even for the default " STR_FMT,
			   STR_ARG(call->field->default_text));
}

const struct conf_rule rule_explicit = {
	.name = "explicit",
	.class = RULE_PRESENCE,
	.bases = RULE_ANY,
	.params = "",
	.summary = "the author must write the key, even when there is a default",
	.example = "max_bet: int `default:\"100\" validate:\"explicit\"`",
	.passes = passes,
	.say = say,
	.hint = presence_hint,
};
