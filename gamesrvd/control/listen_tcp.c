/* gamesrvd/control/listen_tcp.c */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gamesrvd/control/listen.h"

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t size;
	bool by_name; /* a host name: only a resolver could tell more */
};

static bool parse_port(struct str s, uint16_t *port)
{
	unsigned value = 0;

	if (s.n == 0 || s.n > 5)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		value = value * 10 + (unsigned)(s.p[i] - '0');
	}
	*port = (uint16_t)value;
	return value <= 65535;
}

static bool is_host_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '-' || c == '.'))
			return false;
	}
	return s.n > 0 && s.n < 254;
}

static const char *parse_host(struct str host, uint16_t port, struct address *out)
{
	char text[INET6_ADDRSTRLEN];
	bool v6 = host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']';

	if (str_is(host, "localhost"))
		host = STR("127.0.0.1");
	if (v6)
		host = (struct str){host.p + 1, host.n - 2};
	if (host.n < sizeof(text)) {
		memcpy(text, host.p, host.n);
		text[host.n] = '\0';
		if (v6 && inet_pton(AF_INET6, text, &out->v6.sin6_addr) == 1) {
			out->v6.sin6_family = AF_INET6;
			out->v6.sin6_port = htons(port);
			out->size = sizeof(out->v6);
			return NULL;
		}
		if (!v6 && inet_pton(AF_INET, text, &out->v4.sin_addr) == 1) {
			out->v4.sin_family = AF_INET;
			out->v4.sin_port = htons(port);
			out->size = sizeof(out->v4);
			return NULL;
		}
	}
	out->by_name = true;
	if (v6)
		return "between [ and ] is no IPv6 address";
	return is_host_name(host) ? NULL
				  : "is not ADDRESS:PORT such as 127.0.0.1:7350, [::1]:7350 or "
				    "example.org:7350";
}

static const char *parse_address(const char *text, struct address *out)
{
	const char *colon = strrchr(text, ':');
	uint16_t port;

	*out = (struct address){.size = 0};
	if (colon == NULL)
		return "has no port; write ADDRESS:PORT such as 127.0.0.1:7350";
	if (!parse_port(str_of(colon + 1), &port))
		return "has no port from 0 to 65535 behind the colon";
	return parse_host((struct str){text, (size_t)(colon - text)}, port, out);
}

static bool is_loopback(const struct address *a)
{
	if (a->by_name)
		return false;
	if (a->any.sa_family == AF_INET)
		return ntohl(a->v4.sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
}

const char *listen_address_problem(const char *text, bool loopback_only)
{
	struct address address;
	const char *problem = parse_address(text, &address);

	if (problem != NULL || !loopback_only || is_loopback(&address))
		return problem;
	return "is not a loopback address (127.0.0.1, [::1], localhost); this port has no access "
	       "control, so "
	       "put a proxy in front of it to show it to other machines";
}

static void say_address(const struct address *a, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];

	if (a->any.sa_family == AF_INET)
		buf_printf(out, "%s:%u", inet_ntop(AF_INET, &a->v4.sin_addr, text, sizeof(text)),
			   ntohs(a->v4.sin_port));
	else
		buf_printf(out, "[%s]:%u",
			   inet_ntop(AF_INET6, &a->v6.sin6_addr, text, sizeof(text)),
			   ntohs(a->v6.sin6_port));
}

enum exit_code listen_loopback(const char *text, int *fd, struct buf *bound, struct buf *why)
{
	const char *problem = listen_address_problem(text, true);
	struct address address;
	int on = 1;

	*fd = -1;
	if (problem != NULL) {
		buf_printf(why, "%s %s", text, problem);
		return EXIT_USAGE;
	}
	parse_address(text, &address);
	*fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd >= 0 && setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    bind(*fd, &address.any, address.size) == 0 && listen(*fd, 64) == 0 &&
	    getsockname(*fd, &address.any, &address.size) == 0) {
		say_address(&address, bound);
		return EXIT_DONE;
	}
	buf_printf(why, "cannot listen on %s: %s", text, strerror(errno));
	problem =
		errno == EADDRINUSE ? "; another program uses it, choose another with --http" : "";
	buf_add(why, str_of(problem));
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return *problem ? EXIT_CONFLICT : EXIT_INTERNAL;
}
