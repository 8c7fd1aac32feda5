/* gamesrvd/net/address.c */
#include "gamesrvd/net/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>

/* Cuts at the last colon; the host without its brackets. */
static bool split(struct str text, char host[256], char port[8], struct buf *why)
{
	ptrdiff_t colon = -1;
	struct str h, p;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == ':')
			colon = (ptrdiff_t)i;
	}
	h = (struct str){text.p, colon < 0 ? 0 : (size_t)colon};
	p = (struct str){text.p + colon + 1, text.n - (size_t)(colon + 1)};
	if (h.n > 1 && h.p[0] == '[' && h.p[h.n - 1] == ']')
		h = (struct str){h.p + 1, h.n - 2};
	if (colon < 0 || p.n == 0 || p.n > 5 || h.n > 255) {
		buf_printf(why, STR_FMT " is not ADDRESS:PORT such as 127.0.0.1:7350 or [::]:7350",
			   STR_ARG(text));
		return false;
	}
	if (str_is(h, "localhost"))
		h = STR("127.0.0.1");
	memcpy(host, h.p, h.n);
	host[h.n] = '\0';
	memcpy(port, p.p, p.n);
	port[p.n] = '\0';
	return true;
}

static bool is_known(const struct address *known, size_t count, const struct addrinfo *a)
{
	for (size_t i = 0; i < count; i++) {
		if (known[i].size == a->ai_addrlen &&
		    memcmp(&known[i].any, a->ai_addr, a->ai_addrlen) == 0)
			return true;
	}
	return false;
}

size_t address_resolve(struct str text, struct address *out, size_t max, struct buf *why)
{
	struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
				 .ai_socktype = SOCK_STREAM},
			*found = NULL;
	char host[256], port[8];
	size_t count = 0;
	int rc;

	if (!split(text, host, port, why))
		return 0;
	rc = getaddrinfo(host[0] != '\0' ? host : NULL, port, &hints, &found);
	if (rc != 0) {
		buf_printf(why, STR_FMT ": %s", STR_ARG(text), gai_strerror(rc));
		return 0;
	}
	for (const struct addrinfo *a = found; a != NULL && count < max; a = a->ai_next) {
		if (a->ai_addrlen > sizeof(out->v6) || is_known(out, count, a))
			continue;
		out[count] = (struct address){.size = a->ai_addrlen};
		memcpy(&out[count++].any, a->ai_addr, a->ai_addrlen);
	}
	freeaddrinfo(found);
	if (count == 0)
		buf_printf(why, STR_FMT " stands for no address", STR_ARG(text));
	return count;
}

bool address_of_socket(int fd, struct address *out)
{
	*out = (struct address){.size = sizeof(out->v6)};
	return getsockname(fd, &out->any, &out->size) == 0 &&
	       (out->any.sa_family == AF_INET || out->any.sa_family == AF_INET6);
}

bool address_is_loopback(const struct address *a)
{
	if (a->any.sa_family == AF_INET)
		return ntohl(a->v4.sin_addr.s_addr) >> 24 == 127;
	if (IN6_IS_ADDR_V4MAPPED(&a->v6.sin6_addr))
		return a->v6.sin6_addr.s6_addr[12] == 127;
	return IN6_IS_ADDR_LOOPBACK(&a->v6.sin6_addr);
}

uint16_t address_port(const struct address *a)
{
	return ntohs(a->any.sa_family == AF_INET ? a->v4.sin_port : a->v6.sin6_port);
}

void address_set_port(struct address *a, uint16_t port)
{
	if (a->any.sa_family == AF_INET)
		a->v4.sin_port = htons(port);
	else
		a->v6.sin6_port = htons(port);
}

const char *address_text(const struct address *a, char out[ADDRESS_TEXT])
{
	char host[INET6_ADDRSTRLEN] = "?";

	if (a->any.sa_family == AF_INET) {
		inet_ntop(AF_INET, &a->v4.sin_addr, host, sizeof(host));
		snprintf(out, ADDRESS_TEXT, "%s:%u", host, address_port(a));
	} else {
		inet_ntop(AF_INET6, &a->v6.sin6_addr, host, sizeof(host));
		snprintf(out, ADDRESS_TEXT, "[%s]:%u", host, address_port(a));
	}
	return out;
}

void address_bytes(const struct address *a, uint8_t out[16])
{
	if (a->any.sa_family == AF_INET6) {
		memcpy(out, &a->v6.sin6_addr, 16);
		return;
	}
	memset(out, 0, 10);
	out[10] = out[11] = 0xff;
	memcpy(out + 12, &a->v4.sin_addr, 4);
}
