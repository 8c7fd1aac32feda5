/* gamesrvd/net/address.h
 * Addresses of the players' ports: from text (names are resolved), from sockets, and back.
 *
 * Thread: any; address_resolve() asks the resolver and may wait for it, so never on a loop.
 */
#pragma once
#include <netinet/in.h>

#include "base/buf.h"

enum { ADDRESS_TEXT = 64, ADDRESSES_OF_ONE = 8 };

struct address {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	};
	socklen_t size;
};

/* "127.0.0.1:7350" "[::1]:0" "game.example:7350" ":7350": every address it stands for, at most `max`. 0: `why` says what is
 * wrong. "localhost" is 127.0.0.1. */
size_t address_resolve(struct str text, struct address *out, size_t max, struct buf *why);
bool address_of_socket(int fd, struct address *out); /* where it is bound; false: no TCP address */
bool address_is_loopback(const struct address *a);
uint16_t address_port(const struct address *a);
void address_set_port(struct address *a, uint16_t port);
/* "127.0.0.1:7350" "[::1]:7350"; gives back `out`. */
const char *address_text(const struct address *a, char out[ADDRESS_TEXT]);
/* 16 bytes, IPv4 as ::ffff:a.b.c.d. */
void address_bytes(const struct address *a, uint8_t out[16]);
