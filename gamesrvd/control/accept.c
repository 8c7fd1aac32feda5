/* gamesrvd/control/accept.c
 * Taking connections: a cap, a word to those above it, and no spinning when descriptors run out.
 */
#include "gamesrvd/control/conn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

enum { ACCEPT_TURN = 16 };
#define PAUSE_S 0.2

static void listen_again(struct control *c, bool on)
{
	c->accept_paused = !on;
	for (size_t i = 0; i < ARRAY_LEN(c->listeners); i++) {
		if (c->listeners[i].io.fd < 0)
			continue;
		if (on)
			ev_io_start(c->loop, &c->listeners[i].io);
		else
			ev_io_stop(c->loop, &c->listeners[i].io);
	}
}

static bool full(const struct control *c)
{
	return c->leaving >= CONN_LEAVING_MAX;
}

void accept_resume(struct control *c)
{
	if (c->accept_paused && !c->draining && !full(c) && !ev_is_active(&c->resume))
		listen_again(c, true);
}

static void on_resume(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	struct control *c = timer->data;

	if (c->reserve_fd < 0)
		c->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	accept_resume(c);
}

/* Gives up the reserve for a moment so that the client in front of the queue hears something. */
static void out_of_descriptors(struct control *c, int listener)
{
	static const char text[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
				   "Connection: close\r\n\r\n";
	int fd;

	log_warn("no descriptors left for admin connections (%s); accepting again in 0.2 s",
		 strerror(errno));
	if (c->reserve_fd >= 0) {
		close(c->reserve_fd);
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0) {
			(void)!send(fd, text, sizeof(text) - 1, MSG_NOSIGNAL);
			close(fd);
		}
		c->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	}
	listen_again(c, false);
	ev_timer_set(&c->resume, PAUSE_S, 0.);
	ev_timer_start(c->loop, &c->resume);
}

static bool is_between_requests(const struct conn *conn)
{
	return conn->state == CONN_HEAD && conn->in_n == 0 && conn->served > 0;
}

static bool is_answered(const struct conn *conn)
{
	return conn->state == CONN_DRAIN;
}

/* False: there is none. */
static bool close_oldest(struct control *c, bool (*fits)(const struct conn *conn))
{
	struct conn *oldest = NULL;

	for (uint32_t i = 0; i < c->slot_count; i++) {
		struct conn *conn = c->conns[i];

		if (conn != NULL && fits(conn) && (oldest == NULL || conn->since < oldest->since))
			oldest = conn;
	}
	if (oldest != NULL)
		conn_close(oldest);
	return oldest != NULL;
}

static void on_accept(struct ev_loop *loop, struct ev_io *io, int revents)
{
	struct listener *listener = CONTAINER_OF(io, struct listener, io);
	struct control *c = io->data;

	for (int i = 0; i < ACCEPT_TURN && !c->accept_paused; i++) {
		int fd = accept4(io->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0 && (errno == ECONNABORTED || errno == EINTR))
			continue;
		if (fd < 0) {
			if (errno != EAGAIN)
				out_of_descriptors(c, io->fd);
			return;
		}
		/* A connection kept open between two requests makes room for one that has something to ask, and
		 * one that only swallows what its client still sends for one that must be told something. */
		if (c->open >= c->limits.connections)
			(void)close_oldest(c, is_between_requests);
		while (full(c) && close_oldest(c, is_answered))
			;
		conn_open(c, fd, listener->plain, c->open >= c->limits.connections);
		if (full(c))
			listen_again(c, false);
	}
}

static void add(struct control *c, struct listener *l, int fd, bool plain)
{
	ev_io_init(&l->io, on_accept, fd, EV_READ);
	l->io.data = c;
	l->plain = plain;
}

int accept_open(struct control *c, int unix_fd, int http_fd)
{
	c->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (c->reserve_fd < 0)
		return -1;
	ev_init(&c->resume, on_resume);
	c->resume.data = c;
	add(c, &c->listeners[0], unix_fd, false);
	add(c, &c->listeners[1], http_fd, true);
	listen_again(c, true);
	return 0;
}

void accept_close(struct control *c)
{
	listen_again(c, false);
	ev_timer_stop(c->loop, &c->resume);
	for (size_t i = 0; i < ARRAY_LEN(c->listeners); i++) {
		if (c->listeners[i].io.fd >= 0)
			close(c->listeners[i].io.fd);
		c->listeners[i].io.fd = -1;
	}
	if (c->reserve_fd >= 0)
		close(c->reserve_fd);
	c->reserve_fd = -1;
}
