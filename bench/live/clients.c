/* bench/live/clients.c
 * Sockets, and the client's end of WebSocket: enough of it for servers that are measured, no more.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gen.h"

enum { EVENTS = 512, STALLED_S = 15, OP_BINARY = 2, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

static uint8_t input[1 << 20];

bool clients_init(struct gen *g)
{
	rlim_t wanted = g->opt.clients + 100;
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < wanted) {
		limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	g->epoll = epoll_create1(EPOLL_CLOEXEC);
	g->clients = calloc(g->opt.clients, sizeof(*g->clients));
	return limit.rlim_cur >= wanted && g->epoll >= 0 && g->clients != NULL;
}

void client_open(struct gen *g, struct client *c)
{
	c->state = CLIENT_OPEN;
	g->open++;
}

void client_end(struct gen *g, struct client *c)
{
	if (c->state == CLIENT_DEAD)
		return;
	if (c->state == CLIENT_OPEN) {
		g->open--;
		g->dead++;
	} else {
		g->failed++;
	}
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->state = CLIENT_DEAD;
}

static void want(struct gen *g, struct client *c, int how, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.ptr = c};

	epoll_ctl(g->epoll, how, c->fd, &e);
}

/* Many clients need more than one source address: there are 28,000 ports to each. */
static bool bind_source(const struct gen *g, const struct client *c)
{
	struct sockaddr_in from = {.sin_family = AF_INET};
	int yes = 1;

	if (g->opt.clients <= g->opt.per_address)
		return true;
	from.sin_addr.s_addr = htonl(0x7f000002 + c->index / g->opt.per_address);
	setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof(yes));
	return bind(c->fd, (struct sockaddr *)&from, sizeof(from)) == 0;
}

static void client_connect(struct gen *g, uint32_t index)
{
	struct client *c = &g->clients[index];
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				 .sin_port = htons((uint16_t)g->opt.port)};
	int yes = 1;

	*c = (struct client){.index = index,
			     .room = g->opt.room_from + index / g->opt.members,
			     .state = CLIENT_CONNECTING};
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || !bind_source(g, c) ||
	    (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) < 0 && errno != EINPROGRESS)) {
		client_end(g, c);
		return;
	}
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	want(g, c, EPOLL_CTL_ADD, EPOLLOUT);
}

static void ask_upgrade(struct gen *g, struct client *c)
{
	char path[256], head[1024];
	socklen_t size = sizeof(int);
	int error = 0, n;

	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	g->dialect->path(g, c, path, sizeof(path));
	n = snprintf(head, sizeof(head),
		     "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: "
		     "Upgrade\r\n"
		     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: "
		     "13\r\n%s\r\n",
		     path, g->opt.port, g->dialect->headers);
	if (error != 0 || send(c->fd, head, (size_t)n, MSG_NOSIGNAL) != n) {
		client_end(g, c);
		return;
	}
	c->state = CLIENT_UPGRADING;
	want(g, c, EPOLL_CTL_MOD, EPOLLIN);
}

void client_send(struct gen *g, struct client *c, unsigned opcode, const uint8_t *p, size_t n)
{
	static uint32_t mask = 0x12345679; /* xorshift: a mask must not be constant, that is all */
	uint8_t frame[FRAME_MAX];
	size_t head = n < 126 ? 6 : 8;
	ssize_t done;

	if (c->unsent_n > 0 || head + n > sizeof(frame)) {
		g->blocked++;
		return;
	}
	mask ^= mask << 13;
	mask ^= mask >> 17;
	mask ^= mask << 5;
	frame[0] = (uint8_t)(0x80 | opcode);
	frame[1] = (uint8_t)(0x80 | (n < 126 ? n : 126));
	frame[2] = (uint8_t)(n >> 8);
	frame[3] = (uint8_t)n;
	memcpy(frame + head - 4, &mask, 4);
	for (size_t i = 0; i < n; i++)
		frame[head + i] = p[i] ^ frame[head - 4 + i % 4];
	n += head;
	done = send(c->fd, frame, n, MSG_NOSIGNAL);
	if (done == (ssize_t)n)
		return;
	if (done < 0 && errno != EAGAIN) {
		client_end(g, c);
		return;
	}
	done = done < 0 ? 0 : done;
	c->unsent_n = (uint8_t)(n - (size_t)done);
	memcpy(c->unsent, frame + done, c->unsent_n);
	want(g, c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

static void send_rest(struct gen *g, struct client *c)
{
	ssize_t done = send(c->fd, c->unsent, c->unsent_n, MSG_NOSIGNAL);

	if (done <= 0)
		return;
	c->unsent_n = (uint8_t)(c->unsent_n - done);
	memmove(c->unsent, c->unsent + done, c->unsent_n);
	if (c->unsent_n == 0)
		want(g, c, EPOLL_CTL_MOD, EPOLLIN);
}

void gen_records_came(struct gen *g, struct client *c, const uint8_t *p, size_t n, uint64_t now)
{
	if (n % RECORD != 0)
		g->bad++;
	for (; n >= RECORD; n -= RECORD, p += RECORD) {
		uint64_t due;
		uint32_t room, magic;

		memcpy(&due, p, 8);
		memcpy(&room, p + 8, 4);
		memcpy(&magic, p + 20, 4);
		g->bad += magic != RECORD_MAGIC;
		g->astray += room != c->room;
		g->records++;
		if (g->measuring)
			histogram_add(&g->latency, now - due);
	}
}

void gen_beat_came(struct gen *g, uint64_t due, uint64_t now)
{
	g->beats_back++;
	if (g->measuring)
		histogram_add(&g->latency, now - due);
}

static void frame_came(struct gen *g, struct client *c, unsigned opcode, const uint8_t *p, size_t n,
		       uint64_t now)
{
	uint64_t due;

	g->frames++;
	switch (opcode) {
	case OP_BINARY: g->dialect->message(g, c, p, n, now); break;
	case OP_PING: client_send(g, c, OP_PONG, p, n); break;
	case OP_CLOSE: client_end(g, c); break;
	case OP_PONG:
		if (n == sizeof(due)) {
			memcpy(&due, p, sizeof(due));
			gen_beat_came(g, due, now);
		}
		break;
	default: g->bad++; break;
	}
}

/* Bytes of the head; 0: it is not there yet. A refusal is shown once. */
static size_t read_upgrade(struct gen *g, struct client *c, const uint8_t *p, size_t n)
{
	const uint8_t *end = memmem(p, n, "\r\n\r\n", 4);
	static bool told;

	if (end == NULL)
		return 0;
	if (memcmp(p, "HTTP/1.1 101", 12) != 0) {
		if (!told)
			fprintf(stderr, "wsgen: no upgrade: %.*s\n", (int)n, (const char *)p);
		told = true;
		client_end(g, c);
		return 0;
	}
	c->state = CLIENT_GREETING;
	g->dialect->upgraded(g, c);
	return (size_t)(end + 4 - p);
}

/* Bytes of the frame at `p`; 0: it is not whole yet. */
static size_t read_frame(struct gen *g, struct client *c, const uint8_t *p, size_t have,
			 uint64_t now)
{
	size_t n, head = 2;

	if (have < 2)
		return 0;
	n = p[1] & 127;
	if (p[1] & 0x80 || p[0] & 0x70) {
		g->bad++;
		client_end(g, c);
		return 0;
	}
	if (n >= 126) {
		size_t bytes = n == 126 ? 2 : 8;

		head += bytes;
		if (have < head)
			return 0;
		n = 0;
		for (size_t i = 0; i < bytes; i++)
			n = n << 8 | p[2 + i];
	}
	if (have - head < n)
		return 0;
	frame_came(g, c, p[0] & 15, p + head, n, now);
	return head + n;
}

static void keep_partial(struct gen *g, struct client *c, const uint8_t *p, size_t n)
{
	uint8_t *kept = realloc(c->partial, n);

	if (kept == NULL) {
		client_end(g, c);
		return;
	}
	c->partial = kept;
	c->partial_n = (uint32_t)n;
	memcpy(kept, p, n);
}

static void client_read(struct gen *g, struct client *c)
{
	size_t have = c->partial_n, at = 0, step;
	uint64_t now;
	ssize_t n;

	if (have > 0)
		memcpy(input, c->partial, have);
	n = recv(c->fd, input + have, sizeof(input) - have, 0);
	g->reads++;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		client_end(g, c);
		return;
	}
	g->bytes += (uint64_t)n;
	have += (size_t)n;
	c->partial_n = 0;
	now = gen_now();
	if (c->state == CLIENT_UPGRADING)
		at = read_upgrade(g, c, input, have);
	while (c->state == CLIENT_GREETING || c->state == CLIENT_OPEN) {
		step = read_frame(g, c, input + at, have - at, now);
		if (step == 0)
			break;
		at += step;
	}
	if (c->state != CLIENT_DEAD && at < have)
		keep_partial(g, c, input + at, have - at);
}

static void on_event(struct gen *g, struct client *c, uint32_t events)
{
	if (c->state == CLIENT_CONNECTING) {
		ask_upgrade(g, c);
		return;
	}
	if (c->state != CLIENT_DEAD && events & EPOLLOUT && c->unsent_n > 0)
		send_rest(g, c);
	if (c->state != CLIENT_DEAD && events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		client_read(g, c);
}

int clients_pump(struct gen *g, int wait_ms)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(g->epoll, events, EVENTS, wait_ms);

	for (int i = 0; i < n; i++)
		on_event(g, events[i].data.ptr, events[i].events);
	return n < 0 ? 0 : n;
}

void clients_leave(struct gen *g)
{
	for (uint32_t i = 0; i < g->opt.clients && g->dialect->leave != NULL; i++) {
		if (g->clients[i].state == CLIENT_OPEN)
			g->dialect->leave(g, &g->clients[i]);
	}
}

double clients_connect(struct gen *g)
{
	uint64_t start = gen_now(), moved = start;
	uint32_t next = 0, before = 0, over = 0;

	while (over < g->opt.clients) {
		while (next < g->opt.clients && next - over < g->opt.at_once) {
			client_connect(g, next++);
			over = g->open + g->failed + g->dead;
		}
		clients_pump(g, 100);
		over = g->open + g->failed + g->dead;
		if (over != before)
			moved = gen_now();
		before = over;
		if (gen_now() - moved > STALLED_S * (uint64_t)1000000000) {
			fprintf(stderr, "wsgen: connecting stalled: %u open, %u failed\n", g->open,
				g->failed);
			break;
		}
	}
	return (double)(gen_now() - start) / 1e9;
}
