/* "ftp://example.com" is not a URL that begins with http:// or https:// */
#include <strings.h>

#include "conf/rules/net.h"

static bool is(struct str s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

static bool passes(const struct rule_call *call, const void *arg)
{
	struct net_url url;

	return net_url_parse(text_of(call), &url) && url.host.n &&
	       (is(url.scheme, "http") || is(url.scheme, "https"));
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "a URL that begins with http:// or https://");
}

const struct conf_rule rule_http_url = {
	.name = "http_url",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "a URL with a host and the scheme `http` or `https`",
	.example = "webhook: string `validate:\"http_url\"`",
	.passes = passes,
	.say = say,
};
