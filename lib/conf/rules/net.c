#include "conf/rules/net.h"

#include <arpa/inet.h>

int net_ip(struct str s)
{
	static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
	char text[INET6_ADDRSTRLEN + 1];
	unsigned char bytes[16];

	if (s.n == 0 || s.n >= sizeof(text) || memchr(s.p, '\0', s.n))
		return 0;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (inet_pton(AF_INET, text, bytes) == 1)
		return 4;
	if (inet_pton(AF_INET6, text, bytes) != 1)
		return 0;
	return memcmp(bytes, mapped, sizeof(mapped)) == 0 ? 4 : 6;
}

bool net_hostname_1123(struct str s)
{
	struct str label;

	while (str_cut(&s, '.', &label)) {
		if (label.n == 0 || label.n > 63 || !char_is_alnum(label.p[0]))
			return false;
		for (size_t i = 1; i < label.n; i++) {
			if (!char_is_alnum(label.p[i]) && label.p[i] != '-')
				return false;
		}
	}
	return true;
}

bool net_port(struct str s)
{
	unsigned n = 0;

	if (!text_all(s, char_is_digit) || s.n > 5)
		return false;
	for (size_t i = 0; i < s.n; i++)
		n = n * 10 + (unsigned)(s.p[i] - '0');
	return n >= 1 && n <= 65535;
}

bool net_host_port(struct str s)
{
	size_t at = s.n;
	struct str host;

	while (at > 0 && s.p[at - 1] != ':')
		at--;
	if (at == 0 || !net_port((struct str){s.p + at, s.n - at}))
		return false;
	host = (struct str){s.p, at - 1};
	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']') {
		host = (struct str){host.p + 1, host.n - 2};
		return str_find(host, ':') >= 0 && net_ip(host) != 0;
	}
	return host.n == 0 || net_hostname_1123(host);
}

/* Every % begins two hexadecimal digits. */
static bool escapes_sound(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' &&
		    (i + 2 >= s.n || !char_is_hex(s.p[i + 1]) || !char_is_hex(s.p[i + 2])))
			return false;
	}
	return true;
}

static bool only(struct str s, const char *extra)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x80 && !char_is_alnum(s.p[i]) &&
		    !strchr(extra, s.p[i]))
			return false;
	}
	return true;
}

static bool authority(struct str s, struct str *host)
{
	size_t at = s.n;
	ptrdiff_t colon;
	struct str port;

	while (at > 0 && s.p[at - 1] != '@')
		at--;
	if (at > 0) {
		struct str user = {s.p, at - 1};

		if (!only(user, "-._:~!$&'()*+,;=%@") || !escapes_sound(user))
			return false;
		s = (struct str){s.p + at, s.n - at};
	}
	*host = s;
	if (s.n && s.p[0] == '[') {
		ptrdiff_t close = str_find(s, ']');

		if (close < 0 || net_ip((struct str){s.p + 1, (size_t)close - 1}) == 0)
			return false;
		port = (struct str){s.p + close + 1, s.n - (size_t)close - 1};
	} else {
		colon = str_find(s, ':');
		port = colon < 0 ? (struct str){s.p + s.n, 0}
				 : (struct str){s.p + colon, s.n - (size_t)colon};
		*host = (struct str){s.p, s.n - port.n};
		if (!only(*host, "!$&'()*+,;=<>\"-_.~%") || !escapes_sound(*host))
			return false;
	}
	if (port.n == 0)
		return true;
	port = (struct str){port.p + 1, port.n - 1};
	return port.p[-1] == ':' && (port.n == 0 || text_all(port, char_is_digit));
}

static size_t scheme_length(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ':')
			return i;
		if (!char_is_alpha(s.p[i]) &&
		    (i == 0 || (!char_is_digit(s.p[i]) && !strchr("+-.", s.p[i]))))
			return 0;
	}
	return 0;
}

bool net_url_parse(struct str s, struct net_url *out)
{
	struct str rest, query;
	size_t n;

	*out = (struct net_url){0};
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7F)
			return false;
	}
	out->fragment = s;
	if (s.n == 0 || !str_cut(&out->fragment, '#', &s) || !escapes_sound(out->fragment))
		return false;
	n = scheme_length(s);
	if (n == 0)
		return false;
	out->scheme = (struct str){s.p, n};
	query = (struct str){s.p + n + 1, s.n - n - 1};
	str_cut(&query, '?', &rest);
	if (rest.n == 0 || rest.p[0] != '/') {
		out->opaque = rest;
		return true;
	}
	if (str_starts(rest, STR("//")) && !str_starts(rest, STR("///"))) {
		struct str inner = {rest.p + 2, rest.n - 2};
		ptrdiff_t slash = str_find(inner, '/');

		n = slash < 0 ? inner.n : (size_t)slash;
		if (!authority((struct str){inner.p, n}, &out->host))
			return false;
		rest = (struct str){inner.p + n, inner.n - n};
	}
	return escapes_sound(rest);
}
