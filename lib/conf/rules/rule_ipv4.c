/* "::1" is not an IPv4 address */
#include "conf/rules/net.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return net_ip(text_of(call)) == 4;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "an IPv4 address");
}

const struct conf_rule rule_ipv4 = {
	.name = "ipv4",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "an IPv4 address",
	.example = "bind: string `validate:\"ipv4\"`",
	.passes = passes,
	.say = say,
};
