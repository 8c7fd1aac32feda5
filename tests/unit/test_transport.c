/* tests/unit/test_transport.c
 * Listeners, gate and transports with a session layer of a few lines on top: what a client sends first tells what is done
 * with it. The clients are plain sockets.
 */
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

enum { MESSAGE_MAX = 4096, PATIENCE_MS = 20000, SMALL_QUEUE = 4096 };

/* ---- The server's side ---- */

static struct {
	struct loaded config;
	struct publication *publication;
	struct loops *loops;
	struct listeners *listeners;
	struct address ws, tcp;
} server;

static _Atomic uint32_t opened, closed, writables, messages, texts, moved;
static _Atomic(const char *) how_closed;

static void on_opened(struct conn *c)
{
	CHECK(c->owner == NULL && c->loop == loop_here() && c->address[10] == 0xff && c->port != 0);
	c->owner = &server;
	opened++;
}

/* A frame of type 1 around `payload`, as sessions would lay it down. */
static size_t framed(uint8_t *out, struct str payload)
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
static void flood(struct conn *c)
{
	static const char filling[2048];
	uint8_t frame[sizeof(filling) + 64];
	size_t n = framed(frame, (struct str){filling, sizeof(filling)});

	for (int i = 0; i < 100000 && c->backlog == 0; i++)
		CHECK(c->transport->write(c, (struct str){(char *)frame, n}));
	CHECK(c->backlog > 0);
}

static void echo(struct conn *c, struct str payload)
{
	uint8_t frame[MESSAGE_MAX + 64];
	size_t n = framed(frame, payload);

	c->transport->write(c, (struct str){(char *)frame, n});
}

static void on_message(struct conn *c, struct str bytes, bool binary)
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

static void on_writable(struct conn *c)
{
	CHECK_INT(c->backlog, 0);
	writables++;
}

static void on_closed(struct conn *c, const char *how)
{
	CHECK(c->owner != NULL);
	how_closed = how;
	closed++;
}

static const struct conn_events events = {on_opened, on_message, on_writable, on_closed};

static int open_here(void *ctx)
{
	CHECK(ws_open(ctx, &events, MESSAGE_MAX) != NULL);
	CHECK(tcp_open(ctx, &events, MESSAGE_MAX) != NULL);
	return 0;
}

static int close_here(void *ctx)
{
	ws_close(ws_here());
	tcp_close(tcp_here());
	return 0;
}

static void each_loop(int (*fn)(void *loop))
{
	for (unsigned i = 0; i < server.loops->count; i++)
		CHECK_INT(thread_call(server.loops->loop[i].thread, fn, &server.loops->loop[i]), 0);
}

static struct address where(enum listen_kind kind)
{
	return kind == LISTEN_WS ? server.ws : server.tcp;
}

static uint16_t free_port(void)
{
	struct address a = {.v4 = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}},
			    .size = sizeof(a.v4)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CHECK(bind(fd, &a.any, a.size) == 0 && address_of_socket(fd, &a));
	close(fd);
	return address_port(&a);
}

static void start(const char *players)
{
	static const struct listen_options options;
	CLEANUP(buf_free) struct buf why = {0};
	uint16_t ws = free_port(), tcp = free_port();
	char text[512];

	snprintf(text, sizeof(text),
		 "kind: Server\nname: main\nlisten: [127.0.0.1:%u]\nlisten_tcp: "
		 "[127.0.0.1:%u]\nplayers: {%s}\n",
		 ws, tcp, players);
	server.config = LOAD(NULL, "server.yaml", text);
	CHECK_TEXT(text_of(&server.config), "");
	server.publication = publication_new(server.config.set, 1);
	server.loops = loops_start(2, server.publication);
	CHECK(server.loops != NULL);
	each_loop(open_here);
	if (listeners_open(&options, server.loops, &server.listeners, &why) < 0)
		fail_msg(STR_FMT, STR_ARG(buf_str(&why)));
	server.ws = (struct address){
		.v4 = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}},
		.size = sizeof(server.ws.v4)};
	server.tcp = server.ws;
	address_set_port(&server.ws, ws);
	address_set_port(&server.tcp, tcp);
	opened = closed = writables = messages = texts = moved = 0;
	how_closed = "";
}

static void stop(void)
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

static int dial(enum listen_kind kind)
{
	struct address a = where(kind);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CHECK(connect(fd, &a.any, a.size) == 0);
	return fd;
}

static void say(int fd, const void *bytes, size_t n)
{
	CHECK_INT(send(fd, bytes, n, MSG_NOSIGNAL), n);
}

/* Up to `max` bytes; fewer at the end of the connection. */
static size_t hear(int fd, void *out, size_t max)
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

static bool is_over(int fd)
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

static int dial_ws(const char *path)
{
	char text[1024];
	int fd = dial(LISTEN_WS);
	size_t n;

	say(fd, text, (size_t)snprintf(text, sizeof(text), upgrade, path));
	n = hear(fd, text, sizeof(accepted) - 1);
	CHECK_STR(((struct str){text, n}), accepted);
	return fd;
}

static void say_ws(int fd, uint8_t first, const void *payload, size_t size)
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

static size_t message(uint8_t *out, char first, size_t size)
{
	struct wire_header head = {.type = 1, .length = (uint32_t)size};

	wire_header_write(out, &head);
	for (size_t i = 0; i < size; i++)
		out[WIRE_HEADER + i] = i == 0 ? (uint8_t)first : (uint8_t)i;
	return WIRE_HEADER + size;
}

static void say_message(int fd, enum listen_kind kind, char first, size_t size)
{
	uint8_t bytes[MESSAGE_MAX * 2];
	size_t n = message(bytes, first, size);

	if (kind == LISTEN_WS)
		say_ws(fd, 0x82, bytes, n);
	else
		say(fd, bytes, n);
}

static void check_echo(int fd, enum listen_kind kind, char first, size_t size)
{
	uint8_t got[MESSAGE_MAX * 2], want[MESSAGE_MAX * 2];
	size_t n = message(want, first, size), head = kind == LISTEN_TCP ? 0 : n < 126 ? 2 : 4;

	CHECK_INT(hear(fd, got, head + n), head + n);
	assert_memory_equal(got + head, want, n);
}

static void until(_Atomic uint32_t *value, uint32_t wanted)
{
	for (int i = 0; i < PATIENCE_MS && *value != wanted; i++)
		usleep(1000);
	CHECK_INT(*value, wanted);
}

static void check_close_frame(int fd, uint16_t code, const char *text)
{
	uint8_t got[128];
	size_t n = strlen(text);

	CHECK_INT(hear(fd, got, n + 4), n + 4);
	CHECK_INT(got[0], 0x88);
	CHECK_INT(got[1], n + 2);
	CHECK_INT(got[2] << 8 | got[3], code);
	assert_memory_equal(got + 4, text, n);
}

/* ---- Tests ---- */

static const enum listen_kind kinds[] = {LISTEN_WS, LISTEN_TCP};

static int dial_any(enum listen_kind kind)
{
	return kind == LISTEN_WS ? dial_ws("/play") : dial(LISTEN_TCP);
}

TEST(messages_of_all_sizes_come_back_over_both_transports)
{
	static const size_t sizes[] = {
		0, 1, 109, 110, 500, 511, 512, 513, 1025, 3000, MESSAGE_MAX - WIRE_HEADER};

	start("");
	for (size_t k = 0; k < 2; k++) {
		int fd = dial_any(kinds[k]);

		for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
			say_message(fd, kinds[k], 'e', sizes[i]);
			check_echo(fd, kinds[k], 'e', sizes[i]);
		}
		close(fd);
	}
	until(&closed, 2);
	stop();
}

TEST(a_message_in_parts_is_put_together_however_it_is_cut)
{
	uint8_t bytes[MESSAGE_MAX];
	size_t n = message(bytes, 'e', 3000), cuts[] = {1, 15, 16, 17, 700, 2999};
	int fd;

	start("");
	fd = dial_ws("/play");
	for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
		say_ws(fd, 0x02, bytes, cuts[i]);
		say_ws(fd, 0x89, "ping", 4);
		CHECK_INT(hear(fd, bytes + n, 6), 6); /* the pong comes between */
		assert_memory_equal(bytes + n, "\x8a\x04ping", 6);
		say_ws(fd, 0x00, NULL, 0);
		say_ws(fd, 0x80, bytes + cuts[i], n - cuts[i]);
		check_echo(fd, LISTEN_WS, 'e', 3000);
	}
	close(fd);
	until(&closed, 1);
	CHECK_INT(messages, ARRAY_LEN(cuts));
	stop();
}

TEST(bytes_that_come_one_by_one_make_the_same_message)
{
	uint8_t bytes[64];
	size_t n = message(bytes, 'e', 20);

	start("");
	for (size_t k = 0; k < 2; k++) {
		int fd = dial_any(kinds[k]);
		uint8_t frame[128] = {0x82, (uint8_t)(0x80 | n)};
		size_t head = kinds[k] == LISTEN_WS ? 6 : 0;

		memcpy(frame + head, bytes, n); /* mask 0 */
		for (size_t i = 0; i < head + n; i++)
			say(fd, frame + i, 1), usleep(200);
		check_echo(fd, kinds[k], 'e', 20);
		close(fd);
	}
	until(&closed, 2);
	stop();
}

TEST(a_frame_pipelined_behind_the_upgrade_is_not_lost)
{
	char text[1024];
	uint8_t bytes[64], frame[128] = {0x82};
	size_t n = message(bytes, 'e', 20);
	int head = snprintf(text, sizeof(text), upgrade, "/play"), fd;

	start("");
	fd = dial(LISTEN_WS);
	frame[1] = (uint8_t)(0x80 | n);
	memcpy(frame + 6, bytes, n);
	memcpy(text + head, frame, 6 + n);
	say(fd, text, (size_t)head + 6 + n);
	CHECK_INT(hear(fd, text, sizeof(accepted) - 1), sizeof(accepted) - 1);
	check_echo(fd, LISTEN_WS, 'e', 20);
	close(fd);
	until(&closed, 1);
	stop();
}

TEST(a_path_leads_to_its_loop)
{
	start("");
	for (unsigned i = 0; i < 20; i++) {
		int fd = dial_ws(i & 1 ? "/play/1" : "/play/0");

		say_message(fd, LISTEN_WS, 'e', 3);
		check_echo(fd, LISTEN_WS, 'e', 3);
		close(fd);
	}
	close(dial_ws("/play/63")); /* of a server that had more loops */
	until(&closed, 21);
	stop();
}

TEST(tcp_moves_to_another_loop_with_all_that_was_read)
{
	uint8_t bytes[256];
	size_t n = 0;
	int fds[16];

	start("");
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) { /* some of them are accepted by loop 0 */
		fds[i] = dial(LISTEN_TCP);
		n = message(bytes, 'm', 20);
		n += message(bytes + n, 'e', 30);
		n += message(bytes + n, 'e', 40);
		say(fds[i], bytes, n - 10);
	}
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		check_echo(fds[i], LISTEN_TCP, 'm', 20);
		check_echo(fds[i], LISTEN_TCP, 'e', 30);
		say(fds[i], bytes + n - 10, 10);
		check_echo(fds[i], LISTEN_TCP, 'e', 40);
		close(fds[i]);
	}
	until(&closed, opened);
	CHECK(moved > 0 && opened == 16 + moved);
	stop();
}

TEST(closing_says_the_code_and_waits_for_the_answer)
{
	int fd;

	start("");
	fd = dial_ws("/play");
	say_message(fd, LISTEN_WS, 'c', 1);
	check_close_frame(fd, 4001, "as you wish");
	CHECK_INT(closed, 0);
	say_ws(fd, 0x88, "\x0f\xa1", 2);
	CHECK(is_over(fd));
	until(&closed, 1);
	CHECK_TEXT(how_closed, "closed");
	fd = dial(LISTEN_TCP);
	say_message(fd, LISTEN_TCP, 'c', 1);
	CHECK(is_over(fd));
	until(&closed, 2);
	stop();
}

TEST(a_client_that_does_not_answer_a_close_is_cut_off)
{
	start("");
	for (size_t k = 0; k < 2; k++) {
		int fd = dial_any(kinds[k]);

		say_message(fd, kinds[k], 'c', 1);
		until(&closed, (uint32_t)k + 1);
		CHECK_TEXT(how_closed, "closed");
		CHECK(is_over(fd));
	}
	stop();
}

TEST(a_close_of_the_client_is_answered_with_its_code)
{
	int fd;

	start("");
	fd = dial_ws("/play");
	say_ws(fd, 0x88, "\x03\xe9gone", 6);
	check_close_frame(fd, 1001, "");
	CHECK(is_over(fd));
	until(&closed, 1);
	CHECK_TEXT(how_closed, "peer closed");
	stop();
}

TEST(an_abort_tells_at_once_and_needs_nobody)
{
	start("");
	for (size_t k = 0; k < 2; k++) {
		int fd = dial_any(kinds[k]);

		say_message(fd, kinds[k], 'a', 1);
		CHECK(is_over(fd));
		until(&closed, (uint32_t)k + 1);
		CHECK_TEXT(how_closed, "aborted");
	}
	stop();
}

TEST(a_cut_connection_is_noticed)
{
	start("");
	for (size_t k = 0; k < 2; k++) {
		struct linger reset = {.l_onoff = 1};
		int fd = dial_any(kinds[k]);

		until(&opened, (uint32_t)k * 2 + 1);
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		close(fd);
		until(&closed, (uint32_t)k * 2 + 1);
		fd = dial_any(kinds[k]);
		until(&opened, (uint32_t)k * 2 + 2);
		close(fd);
		until(&closed, (uint32_t)k * 2 + 2);
	}
	stop();
}

TEST(text_is_handed_up_as_such)
{
	int fd;

	start("");
	fd = dial_ws("/play");
	say_ws(fd, 0x81, "hello", 5);
	check_close_frame(fd, 1003, "binary frames only");
	CHECK_INT(texts, 1);
	close(fd);
	until(&closed, 1);
	stop();
}

static const char too_long[] = "the message is longer than this server reads";

TEST(a_message_that_would_be_too_long_ends_at_its_first_bytes)
{
	static const uint8_t promise[] = {0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 'x'};
	uint8_t part[3000] = {0};
	int fd;

	start("");
	fd = dial_ws("/play");
	say(fd, promise, sizeof(promise));
	check_close_frame(fd, 1009, too_long);
	close(fd);
	until(&closed, 1);
	CHECK_TEXT(how_closed, "too big");
	fd = dial_ws("/play");
	say_ws(fd, 0x02, part, sizeof(part));
	say_ws(fd, 0x00, part, sizeof(part));
	check_close_frame(fd, 1009, too_long);
	close(fd);
	until(&closed, 2);
	CHECK_INT(messages, 0);
	stop();
}

TEST(a_header_that_cannot_be_right_is_handed_up_and_ends_plain_tcp)
{
	int fd;

	start("");
	fd = dial(LISTEN_TCP);
	say(fd, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27);
	CHECK(is_over(fd));
	until(&closed, 1);
	CHECK_INT(messages, 1);
	stop();
}

TEST(a_slow_reader_is_told_of_and_gets_everything_once_it_reads)
{
	start("");
	for (size_t k = 0; k < 2; k++) {
		int fd = dial_any(kinds[k]);

		say_message(fd, kinds[k], 'f', 1);
		until(&messages, (uint32_t)k + 1);
		CHECK_INT(writables, k);
		while (writables == k) {
			char bytes[65536];

			(void)!recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		}
		close(fd);
	}
	until(&closed, 2);
	stop();
}

/* What it sent meanwhile was not read; now it is. */
TEST(commands_of_a_slow_reader_wait_and_are_not_lost)
{
	static uint8_t bytes[1 << 16];

	start("");
	for (size_t k = 0; k < 2; k++) {
		int fd = dial_any(kinds[k]);

		say_message(fd, kinds[k], 'f', 1);
		for (int i = 0; i < 100; i++)
			say_message(fd, kinds[k], 'e', 100);
		while (messages < k * 101 + 1)
			usleep(1000);
		while (messages < (k + 1) * 101 || writables == k)
			(void)!recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		close(fd);
	}
	until(&closed, 2);
	stop();
}

TEST(a_slow_reader_that_is_closed_or_half_closes_is_gone_in_a_second)
{
	start("");
	for (size_t k = 0; k < 2; k++) {
		int fd = dial_any(kinds[k]);

		say_message(fd, kinds[k], 'x', 1);
		shutdown(fd, SHUT_WR);
		until(&closed, (uint32_t)k + 1);
		close(fd);
	}
	stop();
}

TEST(no_more_connections_of_one_address_than_allowed)
{
	char text[1024];
	int first, second;

	start("per_address: 1");
	first = dial_ws("/play");
	second = dial(LISTEN_WS);
	text[hear(second, text, sizeof(text) - 1)] = '\0';
	CHECK(strstr(text, "HTTP/1.1 429 Too Many Requests\r\n") == text &&
	      strstr(text, "Retry-After: ") != NULL);
	close(second);
	close(first);
	until(&closed, 1);
	while (listeners_connections(server.listeners) > 0)
		usleep(1000);
	close(dial_ws("/play"));
	until(&closed, 2);
	stop();
}

TEST(a_full_server_says_so)
{
	char text[1024];
	int first, second;

	start("connections: 1");
	first = dial_ws("/play");
	second = dial(LISTEN_WS);
	say(second, "GET /play HTTP/1.1\r\n", 20); /* unread input must not take the answer back */
	text[hear(second, text, sizeof(text) - 1)] = '\0';
	CHECK(strstr(text, "HTTP/1.1 503 Service Unavailable\r\n") == text);
	close(second);
	close(first);
	until(&closed, 1);
	stop();
}

TEST(a_head_that_drips_too_slowly_is_told_and_ended)
{
	char text[1024];
	int fd, silent;

	start("handshake: 200ms");
	fd = dial(LISTEN_WS);
	silent = dial(LISTEN_WS);
	say(fd, "GET /pl", 7);
	text[hear(fd, text, sizeof(text) - 1)] = '\0';
	CHECK(strstr(text, "HTTP/1.1 408 Request Timeout\r\n") == text);
	close(fd);
	CHECK_INT(hear(silent, text, 1), 0);
	close(silent);
	CHECK_INT(opened, 0);
	while (listeners_connections(server.listeners) > 0)
		usleep(1000);
	stop();
}

TEST(pausing_refuses_new_connections_and_keeps_the_others)
{
	struct address a;
	int fd, late;

	start("");
	fd = dial_ws("/play");
	listeners_pause(server.listeners);
	a = where(LISTEN_WS);
	for (bool refused = false; !refused;
	     usleep(1000)) { /* until both loops have closed their socket */
		late = socket(AF_INET, SOCK_STREAM, 0);
		refused = connect(late, &a.any, a.size) < 0 && errno == ECONNREFUSED;
		close(late);
	}
	say_message(fd, LISTEN_WS, 'e', 3);
	check_echo(fd, LISTEN_WS, 'e', 3);
	close(fd);
	until(&closed, opened);
	while (listeners_connections(server.listeners) > 0)
		usleep(1000);
	stop();
}

TEST(stopping_ends_what_is_open)
{
	int fds[8];

	start("");
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		fds[i] = dial_any(kinds[i & 1]);
	until(&opened, ARRAY_LEN(fds));
	stop();
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		CHECK(is_over(fds[i]));
}

TEST(a_second_server_is_told_that_the_port_is_taken)
{
	CLEANUP(buf_free) struct buf why = {0};
	struct listen_options options = {.listen_count = 1};
	struct listen_list list;
	char text[ADDRESS_TEXT], words[256];
	const char *address;

	start("");
	address = address_text(&server.ws, text);
	options.listen = &address;
	CHECK_INT(listen_bind(&options, server.config.set, 2, &list, &why), -1);
	snprintf(words, sizeof(words),
		 "cannot listen on %s: Address already in use; another program uses it, choose "
		 "another with --listen or "
		 "Server.listen",
		 text);
	CHECK_STR(buf_str(&why), words);
	stop();
}

TEST(any_name_is_believed_on_loopback_only)
{
	static const char *const open_to_all[] = {"0.0.0.0:0"};
	struct listen_options options = {open_to_all, 1};
	CLEANUP(buf_free) struct buf why = {0};
	struct loaded l = LOAD(NULL, "s.yaml", "kind: Server\nname: main\nlisten: [127.0.0.1:0]\n");
	struct diags d = diags_into(l.mem);
	struct config_part part = listeners_part(&options);

	CHECK_INT(listeners_check(&options, l.set, &why), LISTEN_OPEN_TO_ALL);
	CHECK(part.prepare(part.self, l.set, &d) < 0);
	CHECK_INT(d.errors, 1);
	CHECK_TEXT(d.list.items[0].code, "dev-auth");
	CHECK_STR(d.list.items[0].path, "Server/main.players.auth");
	CHECK_STR(d.list.items[0].message, "auth dev believes every name, and 0.0.0.0:0 is reached "
					   "from other machines; set Server.players.auth to "
					   "token, or listen on 127.0.0.1 or [::1]");
	unload(&l);
}

TEST(with_tokens_any_address_will_do)
{
	static const char *const open_to_all[] = {"0.0.0.0:0", "[::]:0"};
	struct listen_options options = {open_to_all, 2};
	CLEANUP(buf_free) struct buf why = {0};
	struct loaded l =
		LOAD(NULL, "s.yaml", "kind: Server\nname: main\nplayers: {auth: token}\n");
	struct listen_list list;

	CHECK_INT(listeners_check(&options, l.set, &why), LISTEN_FINE);
	CHECK_INT(listen_bind(&options, l.set, 3, &list, &why), 0);
	CHECK_INT(list.count, 6);
	listen_close_all(&list);
	unload(&l);
}
