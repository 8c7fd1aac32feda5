/* bench/live/dialect_colyseus.c
 * Colyseus: a path with a reserved seat for each client (--paths), JOIN_ROOM answered once, bytes behind 17 and the
 * message's type.
 */
#include <stdio.h>

#include "gen.h"

enum { OP_BINARY = 2, OP_PING = 9, JOIN_ROOM = 10, ROOM_BYTES = 17, PREFIX = 2 };

static void path(const struct gen *g, const struct client *c, char *out, size_t room)
{
	snprintf(out, room, "%s", g->paths ? g->paths[c->index] : "/");
}

static void message(struct gen *g, struct client *c, const uint8_t *p, size_t n, uint64_t now)
{
	static const uint8_t joined = JOIN_ROOM;

	if (n >= PREFIX + RECORD && p[0] == ROOM_BYTES) {
		gen_records_came(g, c, p + PREFIX, n - PREFIX, now);
		return;
	}
	g->others++;
	if (n > 0 && p[0] == JOIN_ROOM && c->step == 0) {
		c->step = 1;
		client_send(g, c, OP_BINARY, &joined, 1);
	}
}

static void send_records(struct gen *g, struct client *c, const uint8_t *records, size_t n)
{
	uint8_t bytes[PREFIX + RECORD * RECORDS_MAX] = {ROOM_BYTES, 0};

	memcpy(bytes + PREFIX, records, n);
	client_send(g, c, OP_BINARY, bytes, PREFIX + n);
}

static void beat(struct gen *g, struct client *c, uint64_t due)
{
	client_send(g, c, OP_PING, (const uint8_t *)&due, sizeof(due));
}

const struct dialect dialect_colyseus = {
	.name = "colyseus",
	.headers = "",
	.path = path,
	.upgraded = client_open,
	.message = message,
	.send = send_records,
	.beat = beat,
};
