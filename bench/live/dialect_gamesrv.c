/* bench/live/dialect_gamesrv.c
 * gamesrv as docs/wire.md has it: HELLO, JOIN by type and key, then RELAY; what arrives is RELAYED. Numbers of the room's stream are
 * checked, so that a lost or doubled frame is not a good figure.
 */
#include <endian.h>
#include <stdio.h>

#include "gen.h"
#include "wire/fast.h"
#include "wire/message.h"

#define TYPE(name) GAMESRV__V1__FRAME_TYPE__FRAME_##name

enum { OP_BINARY = 2, STREAM_ROOM = 0x100 };

static void path(const struct gen *g, const struct client *c, char *out, size_t room)
{
	snprintf(out, room, "/play");
}

/* `frame` has room for FRAME_MAX bytes; the payload stands behind the header already. */
static void send_frame(struct gen *g, struct client *c, uint16_t type, bool ordered, uint8_t *frame,
		       size_t n)
{
	struct wire_header head = {.flags = ordered ? 0 : WIRE_UNORDERED,
				   .type = type,
				   .seq = c->sent,
				   .length = (uint32_t)n};

	if (c->unsent_n > 0) { /* a command that is not sent must not take a number */
		g->blocked++;
		return;
	}
	if (ordered)
		head.seq = ++c->sent;
	wire_header_write(frame, &head);
	client_send(g, c, OP_BINARY, frame, WIRE_HEADER + n);
}

static void say(struct gen *g, struct client *c, uint16_t type, bool ordered,
		const ProtobufCMessage *message)
{
	uint8_t frame[FRAME_MAX];
	size_t n = protobuf_c_message_get_packed_size(message);

	if (WIRE_HEADER + n > sizeof(frame))
		return;
	protobuf_c_message_pack(message, frame + WIRE_HEADER);
	send_frame(g, c, type, ordered, frame, n);
}

static void hello(struct gen *g, struct client *c)
{
	Gamesrv__V1__Hello h = GAMESRV__V1__HELLO__INIT;
	char name[24];

	snprintf(name, sizeof(name), "p%u", g->opt.room_from * g->opt.members + c->index);
	h.token = name;
	h.protocol = 1;
	h.client_build = (char *)"wsgen";
	say(g, c, TYPE(HELLO), false, &h.base);
}

static void join(struct gen *g, struct client *c)
{
	Gamesrv__V1__Join j = GAMESRV__V1__JOIN__INIT;
	char key[24];

	snprintf(key, sizeof(key), "k%u", c->room);
	j.room_type = (char *)g->opt.room_type;
	j.key = key;
	say(g, c, TYPE(JOIN), true, &j.base);
}

static void beat(struct gen *g, struct client *c, uint64_t due)
{
	Gamesrv__V1__Heartbeat h = GAMESRV__V1__HEARTBEAT__INIT;

	h.time_us = due / 1000;
	h.room_seq = c->seen;
	say(g, c, TYPE(HEARTBEAT), false, &h.base);
}

/* So that the seat is free at once, for a next run against the same server. */
static void leave(struct gen *g, struct client *c)
{
	Gamesrv__V1__Bye b = GAMESRV__V1__BYE__INIT;

	b.reason = GAMESRV__V1__REASON__REASON_CLIENT_BYE;
	say(g, c, TYPE(BYE), false, &b.base);
}

/* A length as protobuf has it, below 2^14; gives its bytes. */
static size_t put_length(uint8_t *out, size_t n)
{
	if (n < 0x80) {
		out[0] = (uint8_t)n;
		return 1;
	}
	out[0] = (uint8_t)(n | 0x80);
	out[1] = (uint8_t)(n >> 7);
	return 2;
}

/* Relay{data = records}: field 1. */
static void send_records(struct gen *g, struct client *c, const uint8_t *records, size_t n)
{
	uint8_t frame[FRAME_MAX], *p = frame + WIRE_HEADER;

	*p++ = 1 << 3 | 2;
	p += put_length(p, n);
	memcpy(p, records, n);
	send_frame(g, c, TYPE(RELAY), true, frame, (size_t)(p + n - frame) - WIRE_HEADER);
}

static bool read_varint(const uint8_t *p, size_t n, size_t *at, size_t *value)
{
	*value = 0;
	for (unsigned shift = 0; *at < n && shift < 35; shift += 7) {
		*value |= (size_t)(p[*at] & 0x7f) << shift;
		if (!(p[(*at)++] & 0x80))
			return true;
	}
	return false;
}

/* Relayed{seat, data, ...}: the bytes of field 2, which is all that is looked at. */
static bool relayed_data(const uint8_t *p, size_t n, const uint8_t **data, size_t *size)
{
	size_t at = 0, seat;

	if (n > 0 && p[0] == (1 << 3 | 0)) {
		at = 1;
		if (!read_varint(p, n, &at, &seat))
			return false;
	}
	if (at >= n || p[at++] != (2 << 3 | 2) || !read_varint(p, n, &at, size) || n - at < *size)
		return false;
	*data = p + at;
	return true;
}

static void relayed(struct gen *g, struct client *c, const uint8_t *p, size_t n, uint64_t now)
{
	const uint8_t *data;
	size_t size;

	if (relayed_data(p, n, &data, &size))
		gen_records_came(g, c, data, size, now);
	else
		g->bad++;
}

static void heartbeat(struct gen *g, const uint8_t *p, size_t n, uint64_t now)
{
	struct wire_heartbeat h;

	if (wire_read_heartbeat((struct str){(const char *)p, n}, &h) == WIRE_OK && h.echo_us != 0)
		gen_beat_came(g, h.echo_us * 1000, now);
}

static void refusal(struct gen *g, const char *what, const uint8_t *p, size_t n)
{
	if (g->refused++ == 0)
		fprintf(stderr, "wsgen: %s: %.*s\n", what, (int)n, (const char *)p);
}

static void check_number(struct gen *g, struct client *c, const struct wire_header *head)
{
	if (head->type < STREAM_ROOM || c->step == 0)
		return;
	if (!(head->flags & WIRE_UNORDERED)) {
		g->gaps += c->seen != 0 && head->seq != c->seen + 1;
		c->seen = head->seq;
	}
}

static void message(struct gen *g, struct client *c, const uint8_t *p, size_t n, uint64_t now)
{
	struct wire_header head;
	uint32_t total;

	if (n < WIRE_HEADER || wire_header_read(p, 1 << 20, &head, &total) != WIRE_OK ||
	    total != n) {
		g->bad++;
		return;
	}
	check_number(g, c, &head);
	p += WIRE_HEADER;
	switch ((unsigned)head.type) {
	case TYPE(RELAYED): relayed(g, c, p, head.length, now); return;
	case TYPE(HEARTBEAT): heartbeat(g, p, head.length, now); break;
	case TYPE(WELCOME): join(g, c); break;
	case TYPE(JOINED):
		c->step = 1;
		client_open(g, c);
		break;
	case TYPE(ERROR): refusal(g, "ERROR", p, head.length); break;
	case TYPE(BYE): refusal(g, "BYE", p, head.length); break;
	}
	g->others++;
}

const struct dialect dialect_gamesrv = {
	.name = "gamesrv",
	.headers = "Sec-WebSocket-Protocol: gamesrv.v1\r\n",
	.path = path,
	.upgraded = hello,
	.message = message,
	.send = send_records,
	.beat = beat,
	.leave = leave,
};
