/* lib/conf/rules/net.h
 * Names and addresses of hosts, by their form: nothing is ever looked up. Thread: any; no state.
 */
#pragma once
#include "conf/rules/text.h"

/* 4, 6, or 0: no address. An IPv4 address in IPv6 form (::ffff:1.2.3.4) counts as IPv4. */
int net_ip(struct str s);
/* Letters, digits and inner hyphens, names joined by dots, as RFC 1123 has it; so 127.0.0.1 fits too. */
bool net_hostname_1123(struct str s);
/* 1 to 65535, decimal. */
bool net_port(struct str s);
/* host:port or [IPv6]:port; the host may be empty. */
bool net_host_port(struct str s);

struct net_url {
	struct str scheme, host, opaque, fragment;
};
bool net_url_parse(struct str s, struct net_url *out);
