/* "127.0.0.1" is not an IPv6 address */
#include "conf/rules/net.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return net_ip(text_of(call)) == 6;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "an IPv6 address");
}

const struct conf_rule rule_ipv6 = {
	.name = "ipv6",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "an IPv6 address",
	.example = "bind: string `validate:\"ipv6\"`",
	.passes = passes,
	.say = say,
};
