/* bench/peers/epoll/epoll_peer.c
 * What this kernel can do: epoll and WebSocket by hand, for clients that behave. No library but for SHA-1.
 *
 * usage: epoll_peer PORT direct|cork|tick [HZ]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "room.h"

enum { EVENTS = 512, ACCEPTS = 64, OP_PING = 9, OP_PONG = 10, OP_CLOSE = 8, KEY_MAX = 40 };

static enum mode mode;
static uint8_t input[1 << 16];

static void line_end(struct line *l)
{
	room_leave(l);
	close(l->fd);
	free(l->partial);
	free(l->unsent);
	free(l);
}

static void answer_upgrade(struct line *l, const char *key, size_t key_n)
{
	char text[KEY_MAX + 40], answer[256];
	unsigned char sha[EVP_MAX_MD_SIZE], accept[64];
	unsigned sha_n;
	int n = snprintf(text, sizeof(text), "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", (int)key_n,
			 key);

	EVP_Digest(text, (size_t)n, sha, &sha_n, EVP_sha1(), NULL);
	EVP_EncodeBlock(accept, sha, (int)sha_n);
	n = snprintf(
		answer, sizeof(answer),
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Accept: %s\r\n\r\n",
		(const char *)accept);
	line_send(l, answer, (size_t)n);
}

/* Bytes of the head; 0: not there yet; -1: no upgrade. */
static ssize_t upgrade(struct line *l, char *p, size_t n)
{
	char *end = memmem(p, n, "\r\n\r\n", 4), *key, *room;
	size_t key_n;

	if (end == NULL)
		return 0;
	*end = '\0';
	key = strcasestr(p, "sec-websocket-key:");
	room = strstr(p, "room=");
	if (key == NULL)
		return -1;
	key += strlen("sec-websocket-key:");
	key += strspn(key, " ");
	key_n = strcspn(key, "\r\n");
	if (key_n > KEY_MAX)
		return -1;
	answer_upgrade(l, key, key_n);
	room_join(l, room ? (uint32_t)strtoul(room + 5, NULL, 10) : 0);
	return end + 4 - p;
}

static void unmask(uint8_t *p, size_t n, const uint8_t mask[4])
{
	uint32_t word, key;
	size_t i = 0;

	memcpy(&key, mask, 4);
	for (; i + 4 <= n; i += 4) {
		memcpy(&word, p + i, 4);
		word ^= key;
		memcpy(p + i, &word, 4);
	}
	for (; i < n; i++)
		p[i] ^= mask[i % 4];
}

static void message(struct line *l, unsigned opcode, const uint8_t *p, size_t n)
{
	uint8_t pong[140];
	size_t head;

	if (opcode == 1 || opcode == 2) {
		room_message(l->room, mode, p, n);
	} else if (opcode == OP_PING && n <= 125) {
		head = frame_head(pong, OP_PONG, n);
		memcpy(pong + head, p, n);
		line_send(l, pong, head + n);
	}
}

/* Bytes of the frame at `p`; 0: not whole yet; -1: the line ends. */
static ssize_t read_frame(struct line *l, uint8_t *p, size_t have)
{
	size_t n, head = 6;

	if (have < head)
		return 0;
	n = p[1] & 127;
	if (!(p[1] & 0x80) || n == 127 || (p[0] & 15) == OP_CLOSE)
		return -1;
	if (n == 126) {
		n = (size_t)p[2] << 8 | p[3];
		head = 8;
	}
	if (have < head + n)
		return 0;
	unmask(p + head, n, p + head - 4);
	message(l, p[0] & 15, p + head, n);
	return (ssize_t)(head + n);
}

static void keep_partial(struct line *l, const uint8_t *p, size_t n)
{
	l->partial = realloc(l->partial, n);
	if (l->partial == NULL)
		abort();
	memcpy(l->partial, p, n);
	l->partial_n = (uint32_t)n;
}

static void on_readable(struct line *l)
{
	size_t have = l->partial_n, at = 0;
	ssize_t n;

	if (have > 0)
		memcpy(input, l->partial, have);
	n = recv(l->fd, input + have, sizeof(input) - have - 1, MSG_DONTWAIT);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n > 0) {
		have += (size_t)n;
		l->partial_n = 0;
		n = l->open ? 0 : upgrade(l, (char *)input, have);
		at = n > 0 ? (size_t)n : 0;
		n = n < 0 ? -1 : 1;
		while (n > 0 && l->open && at < have) {
			n = read_frame(l, input + at, have - at);
			at += n > 0 ? (size_t)n : 0;
		}
	} else {
		n = -1;
	}
	if (n < 0)
		line_end(l);
	else if (at < have)
		keep_partial(l, input + at, have - at);
}

static void on_writable(struct line *l)
{
	struct epoll_event reading = {.events = EPOLLIN, .data.ptr = l};
	ssize_t n = send(l->fd, l->unsent, l->unsent_n, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n <= 0)
		return;
	l->unsent_n -= (uint32_t)n;
	memmove(l->unsent, l->unsent + n, l->unsent_n);
	if (l->unsent_n == 0)
		epoll_ctl(epoll_fd, EPOLL_CTL_MOD, l->fd, &reading);
}

static void accept_some(int listener)
{
	for (int i = 0; i < ACCEPTS; i++) {
		int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
		struct line *l = fd >= 0 ? calloc(1, sizeof(*l)) : NULL;
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = l};

		if (l == NULL)
			return;
		l->fd = fd;
		epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e);
	}
}

static int listen_on(int port)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes,
		   sizeof(yes)); /* what is accepted inherits it */
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 4096) < 0) {
		perror("epoll_peer: listen");
		exit(1);
	}
	return fd;
}

static int ticking(double hz)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	long ns = (long)(1e9 / hz);
	struct itimerspec every = {{ns / 1000000000, ns % 1000000000}, {0, 1}};

	timerfd_settime(fd, 0, &every, NULL);
	return fd;
}

static void watch(int *fd)
{
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = fd};

	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, *fd, &e);
}

static void turn(int *listener, int *timer)
{
	struct epoll_event events[EVENTS];
	int n = epoll_wait(epoll_fd, events, EVENTS, -1);
	bool due = mode == CORK;
	uint64_t ticks;

	for (int i = 0; i < n; i++) {
		struct line *l = events[i].data.ptr;

		if (events[i].data.ptr == listener) {
			accept_some(*listener);
		} else if (events[i].data.ptr == timer) {
			due = read(*timer, &ticks, sizeof(ticks)) == sizeof(ticks);
		} else {
			if (events[i].events & EPOLLOUT && l->unsent_n > 0)
				on_writable(l);
			if (events[i].events & ~(uint32_t)EPOLLOUT)
				on_readable(l);
		}
	}
	if (due)
		rooms_flush(mode);
}

int main(int argc, char **argv)
{
	struct rlimit limit;
	int listener, timer = -1;

	if (argc < 3) {
		fprintf(stderr, "usage: epoll_peer PORT direct|cork|tick [HZ]\n");
		return 2;
	}
	mode = strcmp(argv[2], "tick") == 0 ? TICK : strcmp(argv[2], "cork") == 0 ? CORK : DIRECT;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	signal(SIGPIPE, SIG_IGN);
	epoll_fd = epoll_create1(0);
	listener = listen_on((int)strtol(argv[1], NULL, 10));
	watch(&listener);
	if (mode == TICK) {
		timer = ticking(argc > 3 ? strtod(argv[3], NULL) : 30);
		watch(&timer);
	}
	for (;;)
		turn(&listener, &timer);
}
