/* bench/live/dialect_peer.c
 * The contract of the small servers in bench/peers: /?room=K, bare records, WebSocket pings as heartbeats.
 */
#include <stdio.h>

#include "gen.h"

enum { OP_BINARY = 2, OP_PING = 9 };

static void path(const struct gen *g, const struct client *c, char *out, size_t room)
{
	snprintf(out, room, "/?room=%u", c->room);
}

static void beat(struct gen *g, struct client *c, uint64_t due)
{
	client_send(g, c, OP_PING, (const uint8_t *)&due, sizeof(due));
}

static void send_records(struct gen *g, struct client *c, const uint8_t *records, size_t n)
{
	client_send(g, c, OP_BINARY, records, n);
}

const struct dialect dialect_peer = {
	.name = "peer",
	.headers = "",
	.path = path,
	.upgraded = client_open,
	.message = gen_records_came,
	.send = send_records,
	.beat = beat,
};
