/* gamesrvd/net/transport_tcp.c
 * Plain TCP: the frames of docs/wire.md back to back, each as long as its header says. For tools and tests, and the proof that
 * sessions know nothing of WebSocket.
 *
 * A header that cannot be right ends what can be read: it is handed up as the message it is, so that the session finds
 * the same fault and says the same goodbye as on a WebSocket.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gamesrvd/net/admission.h"
#include "gamesrvd/net/transport.h"
#include "wire/frame.h"

enum {
	READ_BYTES = 16384,
	IOV_MAX_HERE = 64,
	PATIENCE_US = 1000000,
};

struct tcp {
	struct loop *loop;
	const struct conn_events *events;
	uint32_t message_max;
	struct tcp_conn *conns;
	struct tcp_conn *ended; /* told, and freed before the loop sleeps */
	ev_prepare sweep;
	char in[READ_BYTES];
};

enum tcp_state {
	TCP_OPEN,
	TCP_LEAVING, /* close() was called; what is in the backlog goes out */
	TCP_GONE,    /* closed() was told */
};

struct tcp_conn {
	struct conn conn;
	struct tcp *tcp;
	struct tcp_conn *next, **link;
	ev_io readable, writable;
	struct wheel_timer patience;
	struct shared *in;  /* the beginning of a frame */
	struct shared *out; /* what the kernel did not take */
	uint32_t out_at;
	struct str rest; /* during message(): what was read behind it */
	struct admission *counted;
	uint8_t state; /* enum tcp_state */
	bool deaf;     /* after a header that cannot be right */
};

struct move { /* to another loop */
	struct task task;
	struct arrival from;
	size_t n;
	char bytes[];
};

static _Thread_local struct tcp *here;

static struct tcp_conn *of(struct conn *conn)
{
	return CONTAINER_OF(conn, struct tcp_conn, conn);
}

/* Stops everything but the memory, which the sweep takes: the caller may be deep inside a callback of it. */
static void detach(struct tcp_conn *c)
{
	struct tcp *tcp = c->tcp;

	c->state = TCP_GONE;
	ev_io_stop(tcp->loop->ev, &c->readable);
	ev_io_stop(tcp->loop->ev, &c->writable);
	wheel_cancel(&c->patience);
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	c->next = tcp->ended;
	tcp->ended = c;
	ev_prepare_start(tcp->loop->ev, &tcp->sweep);
}

static void end(struct tcp_conn *c, const char *how, bool reset)
{
	struct linger linger = {.l_onoff = 1};

	if (c->state == TCP_GONE)
		return;
	detach(c);
	if (reset)
		(void)!setsockopt(c->readable.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	close(c->readable.fd);
	admission_leave(c->counted, c->conn.address);
	c->tcp->events->closed(&c->conn, how);
}

static void free_conn(struct tcp_conn *c)
{
	shared_unref(c->in);
	shared_unref(c->out);
	free(c);
}

static void on_sweep(struct ev_loop *ev, ev_prepare *sweep, int revents)
{
	struct tcp *tcp = CONTAINER_OF(sweep, struct tcp, sweep);

	while (tcp->ended != NULL) {
		struct tcp_conn *c = tcp->ended;

		tcp->ended = c->next;
		free_conn(c);
	}
	ev_prepare_stop(ev, sweep);
}

static void on_impatient(struct wheel_timer *timer)
{
	struct tcp_conn *c = CONTAINER_OF(timer, struct tcp_conn, patience);

	end(c, "closed", true);
}

/* ---- Out ---- */

/* Behind the last byte: the client sees the end and may close, for which it has a second. */
static void finish(struct tcp_conn *c)
{
	if (c->state == TCP_LEAVING && c->conn.backlog == 0)
		(void)!shutdown(c->readable.fd, SHUT_WR);
}

static bool keep(struct tcp_conn *c, const struct iovec *iov, size_t count, size_t sent)
{
	for (size_t i = 0; i < count; i++) {
		size_t skip = sent < iov[i].iov_len ? sent : iov[i].iov_len;
		size_t n = iov[i].iov_len - skip;

		sent -= skip;
		if (n == 0)
			continue;
		if (c->out == NULL)
			c->out = shared_new(c->tcp->loop->pool, (uint32_t)n);
		if (c->out == NULL || !shared_reserve(&c->out, (uint32_t)n))
			return false;
		memcpy(c->out->bytes + c->out->n, (const char *)iov[i].iov_base + skip, n);
		c->out->n += (uint32_t)n;
		c->conn.backlog += (uint32_t)n;
	}
	if (c->conn.backlog > 0) { /* who does not read is not read, as on a WebSocket */
		ev_io_start(c->tcp->loop->ev, &c->writable);
		ev_io_stop(c->tcp->loop->ev, &c->readable);
	}
	return true;
}

static bool send_some(struct tcp_conn *c, struct iovec *iov, size_t count)
{
	struct msghdr message = {.msg_iov = iov, .msg_iovlen = count};
	ssize_t sent = 0;

	if (c->conn.backlog == 0) {
		sent = sendmsg(c->readable.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return false;
	}
	return keep(c, iov, count, sent < 0 ? 0 : (size_t)sent);
}

static bool tcp_write(struct conn *conn, struct str frames)
{
	struct tcp_conn *c = of(conn);
	struct iovec iov[IOV_MAX_HERE];
	struct str whole, frame;
	uint32_t at = 0;
	size_t count = 0;
	bool fine = true;

	if (c->state != TCP_OPEN)
		return c->state == TCP_LEAVING;
	while (fine && wire_ws_next(frames, &at, &whole, &frame)) {
		iov[count++] = (struct iovec){(void *)(uintptr_t)frame.p, frame.n};
		if (count == IOV_MAX_HERE) {
			fine = send_some(c, iov, count);
			count = 0;
		}
	}
	if (fine && count > 0)
		fine = send_some(c, iov, count);
	if (!fine) { /* read() finds the same in the next turn, and tells */
		(void)!shutdown(c->readable.fd, SHUT_RDWR);
		ev_io_start(c->tcp->loop->ev, &c->readable);
	}
	return fine;
}

static void on_writable(struct ev_loop *ev, ev_io *io, int revents)
{
	struct tcp_conn *c = io->data;
	ssize_t n = send(io->fd, c->out->bytes + c->out_at, c->out->n - c->out_at,
			 MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		end(c, "connection lost", false);
		return;
	}
	c->out_at += (uint32_t)n;
	c->conn.backlog -= (uint32_t)n;
	if (c->conn.backlog > 0)
		return;
	ev_io_stop(ev, io);
	ev_io_start(ev, &c->readable);
	shared_unref(c->out);
	c->out = NULL;
	c->out_at = 0;
	finish(c);
	if (c->state == TCP_OPEN)
		c->tcp->events->writable(&c->conn);
}

/* ---- In ---- */

/* How long the frame at the beginning of `bytes` is; 0: not enough to know; negative: no frame begins here. */
static int64_t frame_length(const struct tcp_conn *c, struct str bytes)
{
	struct wire_header head;
	uint32_t total;

	if (bytes.n < WIRE_HEADER)
		return 0;
	if (wire_header_read((const uint8_t *)bytes.p, c->tcp->message_max, &head, &total) !=
	    WIRE_OK)
		return -1;
	return total > c->tcp->message_max ? -2 : (int64_t)total;
}

/* Hands up every whole frame; what is left of `bytes` afterwards is the beginning of one. */
static struct str hand_up(struct tcp_conn *c, struct str bytes)
{
	int64_t n;

	while (c->state == TCP_OPEN && (n = frame_length(c, bytes)) != 0 && n <= (int64_t)bytes.n) {
		struct str frame = bytes;

		if (n > 0)
			frame.n = (size_t)n;
		else
			frame.n = WIRE_HEADER;
		bytes.p += frame.n;
		bytes.n -= frame.n;
		if (n < 0) {
			c->deaf = true;
			bytes.n = 0;
		}
		c->rest = bytes;
		c->tcp->events->message(&c->conn, frame, true);
		if (n < 0 && c->state == TCP_OPEN) /* nobody minded? nothing can follow */
			end(c, n == -2 ? "too big" : "bad frame", false);
	}
	return bytes;
}

static bool keep_beginning(struct tcp_conn *c, struct str rest)
{
	if (rest.n == 0)
		return true;
	c->in = shared_new(c->tcp->loop->pool, (uint32_t)rest.n + READ_BYTES / 16);
	if (c->in == NULL)
		return false;
	memcpy(c->in->bytes, rest.p, rest.n);
	c->in->n = (uint32_t)rest.n;
	return true;
}

/* `bytes` may lie in c->in, which is given up for a fresh one as soon as a whole frame has left it. */
static void take(struct tcp_conn *c, struct str bytes)
{
	struct shared *before = c->in;
	struct str rest;

	c->in = NULL;
	rest = hand_up(c, bytes);
	if (before != NULL && rest.p == bytes.p && c->state == TCP_OPEN) {
		c->in = before; /* still the same beginning */
		return;
	}
	if (c->state == TCP_OPEN && !keep_beginning(c, rest))
		end(c, "out of memory", true);
	shared_unref(before);
}

static ssize_t receive(struct tcp_conn *c, struct str *bytes)
{
	ssize_t n;

	if (c->in == NULL) {
		n = recv(c->readable.fd, c->tcp->in, sizeof(c->tcp->in), 0);
		*bytes = (struct str){c->tcp->in, n > 0 ? (size_t)n : 0};
		return n;
	}
	if (c->in->room - c->in->n < READ_BYTES / 16 && !shared_reserve(&c->in, READ_BYTES / 16)) {
		errno = ENOMEM;
		return -1;
	}
	n = recv(c->readable.fd, c->in->bytes + c->in->n, c->in->room - c->in->n, 0);
	c->in->n += n > 0 ? (uint32_t)n : 0;
	*bytes = (struct str){(const char *)c->in->bytes, c->in->n};
	return n;
}

static void on_readable(struct ev_loop *ev, ev_io *io, int revents)
{
	struct tcp_conn *c = io->data;
	struct str bytes;
	ssize_t n = receive(c, &bytes);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		end(c,
		    n == 0 ? (c->state == TCP_LEAVING ? "closed" : "peer closed")
			   : "connection lost",
		    n < 0);
	else if (c->state == TCP_OPEN && !c->deaf)
		take(c, bytes);
	else if (c->in != NULL)
		c->in->n = 0; /* thrown away until it ends */
}

/* ---- Beginning and end ---- */

static void tcp_leave(struct conn *conn, uint16_t code, struct str reason)
{
	struct tcp_conn *c = of(conn);

	if (c->state != TCP_OPEN)
		return;
	c->state = TCP_LEAVING;
	wheel_in(c->tcp->loop->wheel, &c->patience, PATIENCE_US);
	finish(c);
}

static void tcp_abort(struct conn *conn)
{
	end(of(conn), "aborted", true);
}

static void arrive(struct task *task)
{
	struct move *m = CONTAINER_OF(task, struct move, task);
	struct tcp *tcp = tcp_here();

	if (tcp != NULL) {
		(void)tcp_adopt(tcp, &m->from, (struct str){m->bytes, m->n});
	} else {
		close(m->from.fd);
		admission_leave(m->from.counted, m->from.address);
	}
	free(m);
}

static bool tcp_move(struct conn *conn, struct loop *to, struct str unread)
{
	struct tcp_conn *c = of(conn);
	struct move *m;

	if (c->state != TCP_OPEN || c->conn.backlog > 0)
		return false;
	m = malloc(sizeof(*m) + unread.n + c->rest.n);
	if (m == NULL)
		return false;
	*m = (struct move){
		.task = {.run = arrive},
		.from = {.fd = c->readable.fd, .port = c->conn.port, .counted = c->counted},
		.n = unread.n + c->rest.n};
	memcpy(m->from.address, c->conn.address, sizeof(m->from.address));
	memcpy(m->bytes, unread.p, unread.n);
	if (c->rest.n > 0)
		memcpy(m->bytes + unread.n, c->rest.p, c->rest.n);
	detach(c);
	c->tcp->events->closed(&c->conn, "moved");
	thread_send(to->thread, &m->task);
	return true;
}

static const struct transport transport_tcp = {.name = "tcp",
					       .write = tcp_write,
					       .close = tcp_leave,
					       .abort = tcp_abort,
					       .move = tcp_move};

bool tcp_adopt(struct tcp *tcp, const struct arrival *from, struct str already)
{
	struct tcp_conn *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		close(from->fd);
		admission_leave(from->counted, from->address);
		return false;
	}
	*c = (struct tcp_conn){
		.conn = {.transport = &transport_tcp, .loop = tcp->loop, .port = from->port},
		.tcp = tcp,
		.next = tcp->conns,
		.link = &tcp->conns,
		.patience = {.fire = on_impatient},
		.counted = from->counted,
	};
	memcpy(c->conn.address, from->address, sizeof(c->conn.address));
	ev_io_init(&c->readable, on_readable, from->fd, EV_READ);
	ev_io_init(&c->writable, on_writable, from->fd, EV_WRITE);
	c->readable.data = c->writable.data = c;
	if (c->next != NULL)
		c->next->link = &c->next;
	tcp->conns = c;
	ev_io_start(tcp->loop->ev, &c->readable);
	tcp->events->opened(&c->conn);
	if (c->state == TCP_OPEN && already.n > 0)
		take(c, already);
	return true;
}

struct tcp *tcp_open(struct loop *loop, const struct conn_events *events, uint32_t message_max)
{
	struct tcp *tcp = calloc(1, sizeof(*tcp));

	if (tcp == NULL)
		return NULL;
	tcp->loop = loop;
	tcp->events = events;
	tcp->message_max = message_max;
	ev_prepare_init(&tcp->sweep, on_sweep);
	return here = tcp;
}

struct tcp *tcp_here(void)
{
	return here;
}

void tcp_close(struct tcp *tcp)
{
	if (tcp == NULL)
		return;
	while (tcp->conns != NULL)
		end(tcp->conns, "aborted", true);
	on_sweep(tcp->loop->ev, &tcp->sweep, 0);
	if (here == tcp)
		here = NULL;
	free(tcp);
}
