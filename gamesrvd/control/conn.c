/* gamesrvd/control/conn.c
 * The life of a connection: head, body, operation, answer, and again. conn_turn() goes as far as it can without
 * waiting; events and returning jobs call it.
 */
#include "gamesrvd/control/conn.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "admin/version.h"
#include "base/log.h"
#include "gamesrvd/obs/metrics.h"

/* At most this much is read of one connection before others get their turn. */
#define READ_TURN  ((size_t)256 * 1024)
#define DRAIN_S    2.0
#define WRITE_RATE 65536.0 /* bytes a second: slower readers are given up */

void conn_wake(struct conn *conn, double seconds)
{
	ev_timer_stop(conn->control->loop, &conn->timer);
	if (seconds > 0) {
		ev_timer_set(&conn->timer, seconds, 0.);
		ev_timer_start(conn->control->loop, &conn->timer);
	}
}

static void watch(struct conn *conn, int events)
{
	if (ev_is_active(&conn->io) && (conn->io.events & (EV_READ | EV_WRITE)) == events)
		return;
	ev_io_stop(conn->control->loop, &conn->io);
	if (events) {
		ev_io_set(&conn->io, conn->io.fd, events);
		ev_io_start(conn->control->loop, &conn->io);
	}
}

struct conn *conn_find(struct control *c, struct conn_id id)
{
	struct conn *conn = id.slot < c->slot_count ? c->conns[id.slot] : NULL;

	return conn != NULL && conn->id.generation == id.generation ? conn : NULL;
}

void conn_close(struct conn *conn)
{
	struct control *c = conn->control;

	ev_io_stop(c->loop, &conn->io);
	ev_timer_stop(c->loop, &conn->timer);
	close(conn->io.fd);
	c->downloads -= conn->downloads;
	job_free(conn->job);
	buf_free(&conn->out);
	c->conns[conn->id.slot] = NULL;
	if (conn->leaving)
		c->leaving--;
	else
		c->open--;
	metric_set(METRIC_admin_connections, c->open);
	free(conn);
	accept_resume(c);
}

/* ---- The answer ---- */

void conn_answer(struct conn *conn, int status, struct str type, struct buf *body)
{
	double seconds = conn->control->limits.request_s + (double)body->n / WRITE_RATE;

	conn->last = conn->last || conn->control->draining || !conn->gate.keep_alive;
	conn->head_n = (uint32_t)snprintf(
		conn->head, sizeof(conn->head),
		"HTTP/1.1 %d %s\r\nContent-Type: " STR_FMT "\r\nContent-Length: %zu\r\n%s"
		"Cache-Control: no-store\r\n" ADMIN_HEADER_BUILTIN ": %s\r\nConnection: %s\r\n\r\n",
		status, http_reason(status), STR_ARG(type), body->n, conn->extra,
		admin_builtin_fingerprint(), conn->last ? "close" : "keep-alive");
	conn->extra[0] = '\0';
	buf_free(&conn->out);
	conn->out = *body;
	*body = (struct buf){0};
	if (conn->head_only)
		buf_free(&conn->out);
	conn->sent = 0;
	conn->state = CONN_WRITE;
	conn_wake(conn, seconds);
	metric_add(METRIC_admin_requests_total, 1);
	if (status >= 400)
		metric_add(METRIC_admin_errors_total, 1);
}

enum progress { DONE, WAIT, GONE };

static enum progress flush(struct conn *conn)
{
	while (conn->sent < conn->head_n + conn->out.n) {
		size_t head = conn->sent < conn->head_n ? conn->head_n - conn->sent : 0;
		size_t body = conn->sent > conn->head_n ? conn->sent - conn->head_n : 0;
		struct iovec parts[2] = {{conn->head + conn->head_n - head, head},
					 {conn->out.p + body, conn->out.n - body}};
		struct msghdr msg = {.msg_iov = parts, .msg_iovlen = conn->out.n ? 2 : 1};
		ssize_t n = sendmsg(conn->io.fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR ? WAIT : GONE;
		conn->sent += (size_t)n;
	}
	return DONE;
}

static void await_request(struct conn *conn)
{
	conn->state = CONN_HEAD;
	conn->gate = (struct gate){.seen = 0};
	conn->head_only = false;
	conn->since = ev_now(conn->control->loop);
	conn_wake(conn,
		  conn->in_n ? conn->control->limits.request_s : conn->control->limits.idle_s);
}

/* Frees its place under the cap: the next client must not be turned away for one that is as good as gone. */
static void leave(struct conn *conn)
{
	struct control *c = conn->control;

	conn->since = ev_now(c->loop);
	if (conn->leaving)
		return;
	conn->leaving = true;
	c->open--;
	c->leaving++;
	metric_set(METRIC_admin_connections, c->open);
}

/* A download that was counted is over. */
static void end_download(struct conn *conn)
{
	conn->control->downloads -= conn->downloads;
	conn->downloads = false;
}

static void after_answer(struct conn *conn)
{
	buf_free(&conn->out);
	end_download(conn);
	if (conn->streams && stream_pause(conn))
		return;
	conn->served++;
	if (!conn->last) {
		await_request(conn);
		return;
	}
	/* Closing at once would throw away what the peer has not read yet while it is still sending. */
	shutdown(conn->io.fd, SHUT_WR);
	conn->state = CONN_DRAIN;
	leave(conn);
	conn_wake(conn, DRAIN_S);
}

/* ---- Reading ---- */

static bool body_room(struct body *body)
{
	size_t room = body->room ? body->room * 2 : 16384;
	char *p;

	if (body->n < body->room)
		return true;
	if (room > body->want)
		room = body->want;
	p = realloc(body->p, room);
	if (p == NULL)
		return false;
	body->p = p;
	body->room = room;
	return true;
}

/* What came behind the head belongs to the body, and what is left to the next request. */
static bool take_rest(struct conn *conn)
{
	size_t n = conn->in_n - conn->gate.bytes, used = 0;
	const char *p = conn->in + conn->gate.bytes;
	struct body *body = conn->job ? &conn->job->body : NULL;

	while (body != NULL && used < n && body->n < body->want) {
		size_t part;

		if (!body_room(body))
			return false;
		part = body->room - body->n < n - used ? body->room - body->n : n - used;
		memcpy(body->p + body->n, p + used, part);
		body->n += part;
		used += part;
	}
	conn->in_n = (uint32_t)(n - used);
	memmove(conn->in, p + used, conn->in_n);
	return true;
}

static void no_memory(struct conn *conn)
{
	job_free(conn->job);
	conn->job = NULL;
	conn->last = true;
	conn_fail(conn, 503, "unavailable", "out of memory");
}

static void on_head(struct conn *conn)
{
	static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
	bool wants_body = job_begin(conn);

	/* gate's views end here: take_rest() moves the bytes they point to. */
	if (!take_rest(conn)) {
		no_memory(conn);
		return;
	}
	if (!wants_body)
		return;
	conn->state = CONN_BODY;
	if (conn->gate.expects_continue && conn->job->body.n < conn->job->body.want)
		(void)!send(conn->io.fd, go_on, sizeof(go_on) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static enum progress read_head(struct conn *conn)
{
	enum gate_verdict verdict =
		gate_read(&conn->gate, &gate_limits_default, (struct str){conn->in, conn->in_n});

	if (verdict == GATE_MORE)
		return WAIT;
	if (verdict == GATE_HEAD) {
		on_head(conn);
		return DONE;
	}
	conn->last = true;
	conn->in_n = 0;
	conn_fail(conn, conn->gate.status, conn->gate.code, "%s", conn->gate.reason);
	return DONE;
}

static enum progress read_body(struct conn *conn)
{
	struct job *job = conn->job;

	if (job->body.n < job->body.want)
		return WAIT;
	conn->state = CONN_RUN;
	conn_wake(conn, 0);
	conn->job = NULL; /* moved */
	job_send(job);
	return DONE;
}

/* As far as it goes without waiting. The connection may be gone afterwards. */
void conn_turn(struct conn *conn)
{
	enum progress progress = DONE;

	while (progress == DONE) {
		switch (conn->state) {
		case CONN_HEAD: progress = read_head(conn); break;
		case CONN_BODY: progress = read_body(conn); break;
		case CONN_WRITE:
			progress = flush(conn);
			if (progress == DONE)
				after_answer(conn);
			break;
		default: progress = WAIT; break;
		}
	}
	if (progress == GONE ||
	    (conn->state == CONN_HEAD && conn->in_n == 0 && conn->control->draining)) {
		conn_close(conn);
		return;
	}
	switch (conn->state) {
	case CONN_HEAD:
	case CONN_BODY:
	case CONN_PAUSE:
	case CONN_DRAIN: watch(conn, EV_READ); break;
	case CONN_WRITE: watch(conn, EV_WRITE); break;
	default: watch(conn, 0); break;
	}
}

/* Bytes read; 0: nothing now; -1: the peer is gone or has no more to say. */
static ssize_t receive(struct conn *conn, char *to, size_t room)
{
	ssize_t n = recv(conn->io.fd, to, room, MSG_DONTWAIT);

	if (n > 0)
		return n;
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static ssize_t receive_body(struct conn *conn)
{
	struct body *body = &conn->job->body;
	ssize_t n = 0;

	for (size_t total = 0; total < READ_TURN && body->n < body->want; total += (size_t)n) {
		if (!body_room(body)) {
			no_memory(conn);
			return 1;
		}
		n = receive(conn, body->p + body->n, body->room - body->n);
		if (n <= 0)
			return total ? 1 : n;
		body->n += (size_t)n;
	}
	return 1;
}

static ssize_t receive_head(struct conn *conn)
{
	ssize_t n = receive(conn, conn->in + conn->in_n, sizeof(conn->in) - conn->in_n);

	if (n > 0) {
		if (conn->in_n == 0)
			conn_wake(conn, conn->control->limits.request_s);
		conn->in_n += (uint32_t)n;
	}
	return n;
}

static void on_io(struct ev_loop *loop, struct ev_io *io, int revents)
{
	struct conn *conn = io->data;
	char scratch[16384];
	ssize_t n = 1;

	if (revents & EV_ERROR) {
		conn_close(conn);
		return;
	}
	if (revents & EV_READ) {
		switch (conn->state) {
		case CONN_HEAD: n = receive_head(conn); break;
		case CONN_BODY: n = receive_body(conn); break;
		case CONN_PAUSE:
		case CONN_DRAIN: n = receive(conn, scratch, sizeof(scratch)); break;
		default: break;
		}
	}
	if (n < 0)
		conn_close(conn);
	else if (n > 0)
		conn_turn(conn);
}

static void on_timer(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	struct conn *conn = timer->data;
	bool in_request = conn->state == CONN_BODY || (conn->state == CONN_HEAD && conn->in_n > 0);

	if (conn->state == CONN_PAUSE) {
		stream_turn(conn);
		return;
	}
	if (!in_request) {
		conn_close(conn);
		return;
	}
	job_free(conn->job);
	conn->job = NULL;
	conn->last = true;
	conn_fail(conn, 408, "timeout", "the request was not complete after %.0f s",
		  conn->control->limits.request_s);
	conn_turn(conn);
}

/* ---- Open and stop ---- */

static uint64_t tag_of(struct conn_id id)
{
	return (uint64_t)id.generation << 32 | id.slot;
}

void conn_peer_known(struct control *c, struct conn_id id, const struct op_peer *peer,
		     enum peer_role role)
{
	struct conn *conn = conn_find(c, id);

	if (conn == NULL || conn->state != CONN_PEER)
		return;
	conn->peer = *peer;
	conn->role = role;
	await_request(conn);
	conn_turn(conn);
}

/* 0, 1: later, -errno. */
static int identify(struct conn *conn)
{
	if (conn->plain)
		return 0;
	return peers_ask(conn->control->peers, conn->io.fd, tag_of(conn->id), &conn->peer,
			 &conn->role);
}

void conn_open(struct control *c, int fd, bool plain, bool above_cap)
{
	struct conn *conn = calloc(1, sizeof(*conn));
	uint32_t slot = 0;
	int rc;

	while (slot < c->slot_count && c->conns[slot] != NULL)
		slot++;
	if (conn == NULL || slot == c->slot_count) {
		free(conn);
		close(fd);
		return;
	}
	conn->control = c;
	conn->id = (struct conn_id){slot, ++c->generation};
	conn->plain = plain;
	conn->leaving = above_cap;
	ev_io_init(&conn->io, on_io, fd, EV_READ);
	ev_init(&conn->timer, on_timer);
	conn->io.data = conn->timer.data = conn;
	c->conns[slot] = conn;
	if (above_cap)
		c->leaving++;
	else
		c->open++;
	metric_set(METRIC_admin_connections, c->open);
	if (above_cap) {
		conn->last = true;
		conn_fail(conn, 503, "unavailable",
			  "%" PRIu32 " connections are open, which is the limit "
			  "(Server.admin.connections); try again",
			  c->limits.connections);
		conn_turn(conn);
		return;
	}
	rc = identify(conn);
	if (rc < 0) {
		conn->last = true;
		conn_fail(conn, 403, "forbidden", "the system does not say who you are: %s",
			  strerror(-rc));
	} else if (rc == 1) {
		conn->state = CONN_PEER;
		conn_wake(conn, c->limits.request_s);
	} else {
		await_request(conn);
	}
	conn_turn(conn);
}

void conn_stop_if_idle(struct conn *conn)
{
	if (conn->state == CONN_PEER || (conn->state == CONN_HEAD && conn->in_n == 0))
		conn_close(conn);
	else if (conn->state == CONN_PAUSE)
		stream_turn(conn); /* its last */
}

/* A job came back. */
void conn_job_done(struct control *c, struct conn_id id, int status, struct str type,
		   struct buf *body)
{
	struct conn *conn = conn_find(c, id);

	if (conn == NULL)
		return;
	conn_answer(conn, status, type, body);
	conn_turn(conn);
}
