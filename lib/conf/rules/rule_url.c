/* "example.com" is not a URL */
#include <strings.h>

#include "conf/rules/net.h"

static bool is_file(struct str s)
{
	return s.n > 6 && strncasecmp(s.p, "file:/", 6) == 0;
}

static bool passes(const struct rule_call *call, const void *arg)
{
	struct net_url url;

	if (!net_url_parse(text_of(call), &url))
		return false;
	return is_file(text_of(call)) || url.host.n || url.fragment.n || url.opaque.n;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "a URL such as https://example.com/x");
}

const struct conf_rule rule_url = {
	.name = "url",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "a URL with a scheme, by its form",
	.example = "news: string `validate:\"url\"`",
	.passes = passes,
	.say = say,
};
