/* "10.0.0.0" is not a network such as 10.0.0.0/8 */
#include "conf/rules/net.h"

static bool passes(const struct rule_call *call, const void *arg)
{
	struct str bits = text_of(call), address;
	unsigned n = 0;

	str_cut(&bits, '/', &address);
	if (bits.n == 0 || bits.n > 3 || !text_all(bits, char_is_digit) || net_ip(address) == 0)
		return false;
	for (size_t i = 0; i < bits.n; i++)
		n = n * 10 + (unsigned)(bits.p[i] - '0');
	return n <= (str_find(address, ':') < 0 ? 32 : 128);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "a network such as 10.0.0.0/8 or 2001:db8::/32");
}

const struct conf_rule rule_cidr = {
	.name = "cidr",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "a network: an address, `/` and the bits of its prefix",
	.example = "trusted: list[string] `validate:\"dive,cidr\"`",
	.passes = passes,
	.say = say,
};
