/* gamebot/line.c: sockets, buffers, and who may read and write when. */
#include "line.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chaos.h"

bool lines_init(struct lines *all, struct loop *loop, const struct line_events *events)
{
	all->loop = loop;
	all->events = events;
	all->mask = 0x6d61736b;
	all->scratch = malloc(LINE_SCRATCH);
	return all->scratch != NULL;
}

/* A socket that both ends believe in, until its time is over. */
struct limbo {
	struct limbo *next, **link;
	struct timer timer;
	int fd;
};

static void limbo_free(struct limbo *limbo)
{
	*limbo->link = limbo->next;
	if (limbo->next)
		limbo->next->link = limbo->link;
	close(limbo->fd);
	free(limbo);
}

static void end_limbo(struct timer *timer)
{
	limbo_free(CONTAINER_OF(timer, struct limbo, timer));
}

void lines_fini(struct lines *all)
{
	while (all->limbos) {
		timer_cancel(all->loop, &all->limbos->timer);
		limbo_free(all->limbos);
	}
	free(all->scratch);
	all->scratch = NULL;
}

bool line_append(struct line_bytes *to, struct str bytes)
{
	if (to->room - to->n < bytes.n) {
		uint64_t room = to->room ? to->room : 256;
		uint8_t *p;

		while (room < (uint64_t)to->n + bytes.n)
			room *= 2;
		p = room <= UINT32_MAX ? realloc(to->p, room) : NULL;
		if (p == NULL)
			return false;
		to->p = p;
		to->room = (uint32_t)room;
	}
	memcpy(to->p + to->n, bytes.p, bytes.n);
	to->n += (uint32_t)bytes.n;
	return true;
}

static void bytes_free(struct line_bytes *b)
{
	free(b->p);
	*b = (struct line_bytes){0};
}

/* Everything but the socket goes; the line can be opened again. */
static void end(struct line *line)
{
	link_free(line->link);
	line->link = NULL;
	bytes_free(&line->in);
	bytes_free(&line->out);
	bytes_free(&line->parts);
	line->mute = false;
	line->state = LINE_CLOSED;
}

static void end_socket(struct line *line, bool reset)
{
	struct linger hard = {.l_onoff = 1};

	watch_set(line->all->loop, &line->watch, 0);
	if (reset)
		(void)setsockopt(line->watch.fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close(line->watch.fd);
	line->watch.fd = -1;
	end(line);
}

void line_fail(struct line *line, uint16_t code, const char *how)
{
	if (line->state == LINE_CLOSED)
		return;
	end_socket(line, false);
	line->all->events->closed(line, code, how);
}

static bool wants_to_read(const struct line *line)
{
	return !line->mute && (line->link == NULL || link_reads(line->link));
}

void line_rewatch(struct line *line)
{
	uint32_t events =
		EPOLLRDHUP; /* so that a line that reads nothing hears of a reset all the same */

	if (line->state == LINE_CLOSED)
		return;
	if (line->state == LINE_CONNECTING || (line->out.n && !line->mute))
		events |= EPOLLOUT;
	if (wants_to_read(line))
		events |= EPOLLIN;
	if (line->mute)
		events = EPOLLET; /* nothing is heard of it, but errors once */
	watch_set(line->all->loop, &line->watch, events);
}

void line_write(struct line *line, struct str bytes)
{
	ssize_t n = 0;

	if (line->mute || line->state == LINE_CLOSED)
		return;
	if (line->out.n == 0 && line->state != LINE_CONNECTING) {
		n = send(line->watch.fd, bytes.p, bytes.n, MSG_NOSIGNAL);
		if (n < 0 && errno != EAGAIN)
			return; /* the socket's own event tells why */
		n = n < 0 ? 0 : n;
		line->all->bytes_out += (uint64_t)n;
	}
	if ((size_t)n == bytes.n)
		return;
	if (!line_append(&line->out, (struct str){bytes.p + n, bytes.n - (size_t)n})) {
		line_fail(line, 0, "out of memory");
		return;
	}
	line_rewatch(line);
}

static void flush(struct line *line)
{
	ssize_t n = send(line->watch.fd, line->out.p, line->out.n, MSG_NOSIGNAL);

	if (n <= 0)
		return;
	line->all->bytes_out += (uint64_t)n;
	line->out.n -= (uint32_t)n;
	memmove(line->out.p, line->out.p + n, line->out.n);
	if (line->out.n)
		return;
	bytes_free(&line->out);
	line_rewatch(line);
}

bool line_send_raw(struct line *line, struct str bytes)
{
	if (line->state != LINE_OPEN || line_waiting(line) > LINE_OUT_MAX)
		return false;
	if (line->link && link_up(line->link, bytes))
		return true;
	line_write(line, bytes);
	return line->state == LINE_OPEN;
}

bool line_send(struct line *line, struct str frame)
{
	static uint8_t out[WS_FRAME_HEAD + (1 << 17)]; /* one thread */

	if (line->all->server.tcp)
		return line_send_raw(line, frame);
	if (frame.n > sizeof(out) - WS_FRAME_HEAD)
		return false;
	return line_send_raw(line,
			     (struct str){(char *)out, ws_frame(line->all, out, WS_BINARY, frame)});
}

uint32_t line_waiting(const struct line *line)
{
	return line->out.n + (line->link ? link_waiting(line->link) : 0);
}

void line_feed(struct line *line, struct str bytes)
{
	size_t eaten;

	if (line->in.n) {
		/* Rare: a message that came in two reads. */
		if (!line_append(&line->in, bytes)) {
			line_fail(line, 0, "out of memory");
			return;
		}
		bytes = (struct str){(char *)line->in.p, line->in.n};
	}
	eaten = line->all->server.tcp ? tcp_eat(line, bytes) : ws_eat(line, bytes);
	if (line->state == LINE_CLOSED)
		return;
	if (line->in.n) {
		line->in.n -= (uint32_t)eaten;
		memmove(line->in.p, line->in.p + eaten, line->in.n);
		if (line->in.n == 0)
			bytes_free(&line->in);
	} else if (eaten < bytes.n &&
		   !line_append(&line->in, (struct str){bytes.p + eaten, bytes.n - eaten})) {
		line_fail(line, 0, "out of memory");
	}
}

static void read_some(struct line *line)
{
	struct lines *all = line->all;
	size_t room = line->link ? link_read_room(line->link, LINE_SCRATCH) : LINE_SCRATCH;
	ssize_t n = recv(line->watch.fd, all->scratch, room, 0);
	struct str bytes = {(char *)all->scratch, n > 0 ? (size_t)n : 0};

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		line_fail(line, 0,
			  n == 0                ? "peer closed"
			  : errno == ECONNRESET ? "reset"
						: "broken");
		return;
	}
	all->bytes_in += (uint64_t)n;
	if (line->link == NULL || !link_down(line->link, bytes))
		line_feed(line, bytes);
}

static void connected(struct line *line)
{
	int error = 0;
	socklen_t n = sizeof(error);

	(void)getsockopt(line->watch.fd, SOL_SOCKET, SO_ERROR, &error, &n);
	if (error) {
		line_fail(line, 0, error == ECONNREFUSED ? "refused" : "no connection");
		return;
	}
	line->state = line->all->server.tcp ? LINE_OPEN : LINE_UPGRADING;
	if (line->state == LINE_OPEN)
		line->all->events->opened(line);
	line_rewatch(line);
	if (line->out.n)
		flush(line);
}

static void ready(struct watch *watch, uint32_t events)
{
	struct line *line = CONTAINER_OF(watch, struct line, watch);

	if (line->state == LINE_CONNECTING) {
		connected(line);
		return;
	}
	if (events & EPOLLOUT && line->out.n)
		flush(line);
	if (line->mute && events & (EPOLLHUP | EPOLLERR))
		return;
	if (events & (EPOLLHUP | EPOLLERR) && !wants_to_read(line)) {
		line_fail(line, 0, "reset");
		return;
	}
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		read_some(line);
	else if (events & EPOLLRDHUP && !wants_to_read(line) && line->link)
		link_peer_closed(line->link);
}

static bool pick_source(const struct lines *all, int fd, uint32_t who)
{
	struct sockaddr_in from = {.sin_family = AF_INET};
	int one = 1;

	if (all->per_source == 0)
		return true;
	from.sin_addr.s_addr = htonl(0x7f000002u + who / all->per_source);
	return setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one)) == 0 &&
	       bind(fd, (struct sockaddr *)&from, sizeof(from)) == 0;
}

bool line_open(struct line *line, uint32_t who, const char *path)
{
	const struct line_address *to = &line->all->server;
	int one = 1,
	    fd = socket(to->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return false;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (!pick_source(line->all, fd, who) ||
	    (connect(fd, (const struct sockaddr *)&to->address, to->length) < 0 &&
	     errno != EINPROGRESS)) {
		int error = errno;

		close(fd);
		errno = error;
		return false;
	}
	line->watch = (struct watch){.fd = fd, .ready = ready};
	line->state = LINE_CONNECTING;
	line->retry_after_s = 0;
	line_rewatch(line);
	if (!to->tcp)
		ws_send_head(line, path ? path : to->path);
	return true;
}

static void say_close(struct line *line)
{
	uint8_t out[WS_FRAME_HEAD + 2];
	static const char normal[2] = {0x03, (char)0xe8}; /* 1000 */

	if (line->state == LINE_OPEN && !line->all->server.tcp && !line->mute &&
	    line_waiting(line) == 0)
		line_write(line, (struct str){(char *)out, ws_frame(line->all, out, WS_CLOSE,
								    (struct str){normal, 2})});
}

void line_end(struct line *line)
{
	say_close(line);
	if (line->state == LINE_OPEN && !line->mute)
		(void)shutdown(line->watch.fd, SHUT_WR);
	else if (line->state != LINE_CLOSED)
		line_fail(line, 0, "ended");
}

void line_close(struct line *line)
{
	say_close(line);
	if (line->state != LINE_CLOSED)
		end_socket(line, false);
}

void line_drop(struct line *line, enum line_cut how, int64_t linger_us)
{
	struct limbo *limbo;

	if (line->state == LINE_CLOSED)
		return;
	limbo = how == LINE_CUT_HALF_OPEN ? calloc(1, sizeof(*limbo)) : NULL;
	if (limbo == NULL) {
		end_socket(line, how == LINE_CUT_RESET);
		return;
	}
	*limbo = (struct limbo){.next = line->all->limbos,
				.link = &line->all->limbos,
				.timer = {.fire = end_limbo},
				.fd = line->watch.fd};
	if (limbo->next)
		limbo->next->link = &limbo->next;
	line->all->limbos = limbo;
	watch_set(line->all->loop, &line->watch, 0);
	line->watch.fd = -1;
	end(line);
	timer_in(line->all->loop, &limbo->timer, linger_us);
}
