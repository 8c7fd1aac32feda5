/* "localhost" is not host:port */
#include "conf/rules/net.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	return net_host_port(text_of(call));
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "host:port");
}

static void hint(struct buf *out, const struct rule_call *call, const void *arg)
{
	struct str s = text_of(call);

	if (call->field && call->field->secret)
		return;
	if (net_ip(s) == 6)
		buf_printf(out, "write [" STR_FMT "]:PORT", STR_ARG(s));
	else if (s.n && net_hostname_1123(s))
		buf_printf(out, "write " STR_FMT ":PORT, with a port from 1 to 65535", STR_ARG(s));
	else
		buf_add(out, STR("for example 127.0.0.1:7350, [::1]:7350 or :7350"));
}

const struct conf_rule rule_hostname_port = {
	.name = "hostname_port",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "a host name or address, `:` and a port from 1 to 65535; IPv6 in brackets, the "
		   "host may be left "
		   "out",
	.example = "listen: string `validate:\"hostname_port\"`",
	.passes = passes,
	.say = say,
	.hint = hint,
};
