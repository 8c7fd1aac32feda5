/* "1.2.3" is not an IP address */
#include "conf/rules/net.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return net_ip(text_of(call)) != 0;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "an IP address");
}

const struct conf_rule rule_ip = {
	.name = "ip",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "an IPv4 or IPv6 address",
	.example = "bind: string `validate:\"ip\"`",
	.passes = passes,
	.say = say,
};
