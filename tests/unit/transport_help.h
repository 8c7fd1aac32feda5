/* tests/unit/transport_help.h
 * Listeners, gate and transports with a session layer of a few lines on top: what a client sends first tells what is done
 * with it. The clients are plain sockets.
 */
#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gamesrvd/net/listener.h"
#include "gamesrvd/net/listener_bind.h"
#include "gamesrvd/net/transport.h"
#include "set_help.h"
#include "wire/frame.h"

enum { MESSAGE_MAX = 4096, PATIENCE_MS = 20000 };

/* ---- The server's side ---- */

static struct {
	struct loaded config;
	struct publication *publication;
	struct loops *loops;
	struct listeners *listeners;
	struct address ws, tcp;
} server;

static _Atomic uint32_t opened, closed, writables, messages, texts, moved, floods;
static _Atomic(const char *) how_closed;

static inline void on_opened(struct conn *c)
{
	CHECK(c->owner == NULL && c->loop == loop_here() && c->address[10] == 0xff && c->port != 0);
	c->owner = &server;
	opened++;
}

/* A frame of type 1 around `payload`, as sessions would lay it down. */
static inline size_t framed(uint8_t *out, struct str payload)
{
	struct wire_header head = {.type = 1, .length = (uint32_t)payload.n};
	size_t n = 0, size = WIRE_HEADER + payload.n;

	out[n++] = 0x82;
	if (size < 126) {
		out[n++] = (uint8_t)size;
	} else {
		out[n++] = 126;
		out[n++] = (uint8_t)(size >> 8);
		out[n++] = (uint8_t)size;
	}
	wire_header_write(out + n, &head);
	memcpy(out + n + WIRE_HEADER, payload.p, payload.n);
	return n + size;
}

/* Writes until the kernel takes no more. */
static inline void flood(struct conn *c)
{
	static const char filling[2048];
	uint8_t frame[sizeof(filling) + 64];
	size_t n = framed(frame, (struct str){filling, sizeof(filling)});

	for (int i = 0; i < 100000 && c->backlog == 0; i++)
		CHECK(c->transport->write(c, (struct str){(char *)frame, n}));
	CHECK(c->backlog > 0);
	floods++;
}

static inline void echo(struct conn *c, struct str payload)
{
	uint8_t frame[MESSAGE_MAX + 64];
	size_t n = framed(frame, payload);

	c->transport->write(c, (struct str){(char *)frame, n});
}

static inline void on_message(struct conn *c, struct str bytes, bool binary)
{
	struct str payload = {bytes.p + WIRE_HEADER, bytes.n - WIRE_HEADER};

	CHECK(c->owner != NULL);
	messages++;
	texts += !binary;
	if (bytes.n < WIRE_HEADER || !binary) {
		c->transport->close(c, CLOSE_UNSUPPORTED, STR("binary frames only"));
		return;
	}
	switch (payload.n > 0 ? payload.p[0] : 'e') {
	case 'c': c->transport->close(c, 4001, STR("as you wish")); break;
	case 'a': c->transport->abort(c); break;
	case 'f': flood(c); break;
	case 'x': flood(c), c->transport->close(c, 4010, STR("too slow")); break;
	case 'm':
		if (loop_here()->index == 0 &&
		    c->transport->move(c, &server.loops->loop[1], bytes)) {
			moved++;
			break;
		} /* fall through */
	default: echo(c, payload);
	}
}

static inline void on_writable(struct conn *c)
{
	CHECK_INT(c->backlog, 0);
	writables++;
}

static inline void on_closed(struct conn *c, const char *how)
{
	CHECK(c->owner != NULL);
	how_closed = how;
	closed++;
}

static const struct conn_events events = {on_opened, on_message, on_writable, on_closed};

static inline int open_here(void *ctx)
{
	CHECK(ws_open(ctx, &events, MESSAGE_MAX) != NULL);
	CHECK(tcp_open(ctx, &events, MESSAGE_MAX) != NULL);
	return 0;
}

static inline int close_here(void *ctx)
{
	ws_close(ws_here());
	tcp_close(tcp_here());
	return 0;
}

static inline void each_loop(int (*fn)(void *loop))
{
	for (unsigned i = 0; i < server.loops->count; i++)
		CHECK_INT(thread_call(server.loops->loop[i].thread, fn, &server.loops->loop[i]), 0);
}

static inline struct address where(enum listen_kind kind)
{
	return kind == LISTEN_WS ? server.ws : server.tcp;
}

/* A loopback address of this process alone, so that the same ports are free for every test that runs beside it. */
static inline struct address own_address(uint16_t port)
{
	uint32_t pid = (uint32_t)getpid();
	uint32_t ip = 127u << 24 | (1 + pid % 250) << 16 | (1 + pid / 250 % 250) << 8 | 1;

	return (struct address){
		.v4 = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(ip)}},
		.size = sizeof(struct sockaddr_in)};
}

static inline void start(const char *players)
{
	static const struct listen_options options;
	CLEANUP(buf_free) struct buf why = {0};
	char ws[ADDRESS_TEXT], tcp[ADDRESS_TEXT], text[512];

	server.ws = own_address(7350);
	server.tcp = own_address(7360);
	snprintf(text, sizeof(text),
		 "kind: Server\nname: main\nlisten: ['%s']\nlisten_tcp: ['%s']\nplayers: {%s}\n",
		 address_text(&server.ws, ws), address_text(&server.tcp, tcp), players);
	server.config = LOAD(NULL, "server.yaml", text);
	CHECK_TEXT(text_of(&server.config), "");
	server.publication = publication_new(server.config.set, 1);
	server.loops = loops_start(2, server.publication);
	CHECK(server.loops != NULL);
	each_loop(open_here);
	if (listeners_open(&options, server.loops, &server.listeners, &why) < 0)
		fail_msg(STR_FMT, STR_ARG(buf_str(&why)));
	opened = closed = writables = messages = texts = moved = floods = 0;
	how_closed = "";
}

static inline void stop(void)
{
	each_loop(close_here);
	CHECK_INT(opened, closed);
	CHECK_INT(listeners_connections(server.listeners), 0);
	listeners_close(server.listeners);
	loops_stop(server.loops);
	publication_free(server.publication);
	unload(&server.config);
}

/* ---- The client's side ---- */

static inline int dial(enum listen_kind kind)
{
	struct address a = where(kind);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CHECK(connect(fd, &a.any, a.size) == 0);
	return fd;
}

static inline void say(int fd, const void *bytes, size_t n)
{
	CHECK_INT(send(fd, bytes, n, MSG_NOSIGNAL), n);
}

/* Up to `max` bytes; fewer at the end of the connection. */
static inline size_t hear(int fd, void *out, size_t max)
{
	size_t n = 0;

	while (n < max) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		ssize_t got;

		if (poll(&p, 1, PATIENCE_MS) != 1)
			fail_msg("nothing came");
		got = recv(fd, (char *)out + n, max - n, 0);
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	return n;
}

static inline bool is_over(int fd)
{
	char rest[4096];

	while (hear(fd, rest, sizeof(rest)) == sizeof(rest))
		;
	close(fd);
	return true;
}

static const char upgrade[] =
	"GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	"Sec-WebSocket-Protocol: gamesrv.v1\r\n\r\n";
static const char accepted[] =
	"HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n"
	"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
	"Sec-WebSocket-Protocol: gamesrv.v1\r\n\r\n";

static inline int dial_ws(const char *path)
{
	char text[1024];
	int fd = dial(LISTEN_WS);
	size_t n;

	say(fd, text, (size_t)snprintf(text, sizeof(text), upgrade, path));
	n = hear(fd, text, sizeof(accepted) - 1);
	CHECK_STR(((struct str){text, n}), accepted);
	return fd;
}

static inline void say_ws(int fd, uint8_t first, const void *payload, size_t size)
{
	uint8_t frame[MESSAGE_MAX * 4];
	size_t n = 0;

	frame[n++] = first;
	if (size < 126) {
		frame[n++] = (uint8_t)(0x80 | size);
	} else {
		frame[n++] = 0x80 | 126;
		frame[n++] = (uint8_t)(size >> 8);
		frame[n++] = (uint8_t)size;
	}
	memcpy(frame + n, "\x01\x02\x03\x04", 4);
	n += 4;
	for (size_t i = 0; i < size; i++)
		frame[n + i] = ((const uint8_t *)payload)[i] ^ (uint8_t)(1 + (i & 3));
	say(fd, frame, n + size);
}

static inline size_t message(uint8_t *out, char first, size_t size)
{
	struct wire_header head = {.type = 1, .length = (uint32_t)size};

	wire_header_write(out, &head);
	for (size_t i = 0; i < size; i++)
		out[WIRE_HEADER + i] = i == 0 ? (uint8_t)first : (uint8_t)i;
	return WIRE_HEADER + size;
}

static inline void say_message(int fd, enum listen_kind kind, char first, size_t size)
{
	uint8_t bytes[MESSAGE_MAX * 2];
	size_t n = message(bytes, first, size);

	if (kind == LISTEN_WS)
		say_ws(fd, 0x82, bytes, n);
	else
		say(fd, bytes, n);
}

static inline void check_echo(int fd, enum listen_kind kind, char first, size_t size)
{
	uint8_t got[MESSAGE_MAX * 2], want[MESSAGE_MAX * 2];
	size_t n = message(want, first, size), head = kind == LISTEN_TCP ? 0 : n < 126 ? 2 : 4;

	CHECK_INT(hear(fd, got, head + n), head + n);
	assert_memory_equal(got + head, want, n);
}

static inline void until(_Atomic uint32_t *value, uint32_t wanted)
{
	for (int i = 0; i < PATIENCE_MS && *value != wanted; i++)
		usleep(1000);
	CHECK_INT(*value, wanted);
}

static inline void check_close_frame(int fd, uint16_t code, const char *text)
{
	uint8_t got[128];
	size_t n = strlen(text);

	CHECK_INT(hear(fd, got, n + 4), n + 4);
	CHECK_INT(got[0], 0x88);
	CHECK_INT(got[1], n + 2);
	CHECK_INT(got[2] << 8 | got[3], code);
	assert_memory_equal(got + 4, text, n);
}

static const enum listen_kind kinds[] = {LISTEN_WS, LISTEN_TCP};

static inline int dial_any(enum listen_kind kind)
{
	return kind == LISTEN_WS ? dial_ws("/play") : dial(LISTEN_TCP);
}
