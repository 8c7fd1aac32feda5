/* gamesrvd/net/transport_ws.c
 * WebSocket on libwebsockets 4.1: the only file that calls it. docs/conformance.md lists where it deviates from RFC 6455.
 *
 * How it is used here, and why:
 *  - One context per loop, on the loop's own libev (a plug-in of the library); its default poll() loop costs a core with
 *    many idle connections. No listening socket of its own, no signals, no validity timers (they are one sorted list).
 *  - Frames come ready made and leave as they are, by send() or else with LWS_WRITE_RAW. What the kernel does not take the library keeps;
 *    then nothing more is read from that client until it took what it was sent: a client that half-closes while the library
 *    has something for it would else wake the loop without end.
 *  - Closing is ours: the close frame is one more RAW write, in order behind everything else; then the client has a second to
 *    answer. The library's own way loses the frame when something is buffered, and waits for five seconds.
 *  - A connection ends by shutdown() of its socket, which the library notices in the next turn: safe from everywhere, inside
 *    its callbacks too. closed() was told before, so nobody else ever sees the remains.
 */
#include <errno.h>
#include <libwebsockets.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/utf8.h"
#include "gamesrvd/net/admission.h"
#include "gamesrvd/net/gate_play.h"
#include "gamesrvd/net/transport.h"
#include "schemas/builtin.h"

enum {
	RX_BYTES = 512, /* per connection, and read at most at once: others want their turn */
	TX_BYTES = 1 << 20,
	EMPTY_PARTS = 64, /* of one message */
	CLOSE_TEXT = 123, /* of a close frame */
	PATIENCE_US = 1000000,
};

struct ws {
	struct loop *loop;
	const struct conn_events *events;
	uint32_t message_max;
	struct lws_context *context;
	struct lws_vhost *vhost;
	const struct arrival
		*arriving; /* during lws_adopt_socket_vhost_readbuf(), until it is a connection */
	struct ws_conn *conns;
};

enum ws_state {
	WS_OPEN,
	WS_LEAVING, /* we sent a close frame */
	WS_GONE,    /* closed() was told */
};

struct ws_conn { /* in the library's memory, from its ESTABLISHED to its WSI_DESTROY */
	struct conn conn;
	struct ws *ws;
	struct lws *wsi;
	struct ws_conn *next, **link;
	struct wheel_timer patience;
	struct shared *message; /* of a message in parts, what has come */
	struct admission *counted;
	int fd;
	uint16_t empty_parts;
	uint8_t state; /* enum ws_state */
	bool text;
};

static _Thread_local struct ws *here;

static const struct transport transport_ws;

static void hang_up(struct ws_conn *c)
{
	(void)!shutdown(lws_get_socket_fd(c->wsi), SHUT_RDWR);
}

/* Tells the owner once; what is left of the connection has a second to end in good order. */
static void gone(struct ws_conn *c, const char *how)
{
	if (c->state == WS_GONE)
		return;
	c->state = WS_GONE;
	shared_unref(c->message);
	c->message = NULL;
	wheel_in(c->ws->loop->wheel, &c->patience, PATIENCE_US);
	c->ws->events->closed(&c->conn, how);
}

static void on_impatient(struct wheel_timer *timer)
{
	struct ws_conn *c = CONTAINER_OF(timer, struct ws_conn, patience);

	gone(c, "closed");
	hang_up(c);
	wheel_in(c->ws->loop->wheel, &c->patience, PATIENCE_US);
}

/* Straight to the socket: all that lws_write() does with RAW bytes, as long as nothing of the library's own waits in front
 * of them. What the socket does not take the library keeps. */
static bool put(struct ws_conn *c, struct str bytes)
{
	ssize_t sent = 0;

	if (LIKELY(!lws_partial_buffered(c->wsi))) {
		sent = send(c->fd, bytes.p, bytes.n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (LIKELY(sent == (ssize_t)bytes.n))
			return true;
		if (sent < 0)
			sent = 0; /* the library meets the same error again, and knows which are fatal */
	}
	bytes = (struct str){bytes.p + sent, bytes.n - (size_t)sent};
	if (lws_write(c->wsi, (unsigned char *)(uintptr_t)bytes.p, bytes.n, LWS_WRITE_RAW) < 0) {
		hang_up(c);
		return false;
	}
	if (UNLIKELY(lws_partial_buffered(c->wsi))) {
		c->conn.backlog +=
			(uint32_t)bytes.n; /* at most: the library does not say how much went */
		lws_rx_flow_control(c->wsi, 0);
	}
	return true;
}

/* Whole characters, as many as fit. */
static size_t fitting(struct str text)
{
	const char *p = text.p, *end = text.p + text.n;
	uint32_t cp;

	while (p < end) {
		size_t n = utf8_next(p, end, &cp);

		if ((size_t)(p - text.p) + n > CLOSE_TEXT || cp == UTF8_BAD)
			break;
		p += n;
	}
	return (size_t)(p - text.p);
}

/* code 0: none is said. */
static void put_close(struct ws_conn *c, uint16_t code, struct str text)
{
	char frame[4 + CLOSE_TEXT];
	size_t n = code == 0 ? 0 : fitting(text);

	frame[0] = (char)0x88;
	frame[1] = (char)(code == 0 ? 0 : n + 2);
	frame[2] = (char)(code >> 8);
	frame[3] = (char)code;
	if (n > 0)
		memcpy(frame + 4, text.p, n);
	(void)put(c, (struct str){frame, code == 0 ? 2 : n + 4});
}

/* What the client sent cannot be followed any further. */
static void give_up(struct ws_conn *c, uint16_t code, struct str text, const char *how)
{
	put_close(c, code, text);
	gone(c, how);
}

static bool ws_write(struct conn *conn, struct str frames)
{
	struct ws_conn *c = CONTAINER_OF(conn, struct ws_conn, conn);

	if (UNLIKELY(c->state != WS_OPEN))
		return c->state == WS_LEAVING;
	return put(c, frames);
}

static void ws_leave(struct conn *conn, uint16_t code, struct str reason)
{
	struct ws_conn *c = CONTAINER_OF(conn, struct ws_conn, conn);

	if (c->state != WS_OPEN)
		return;
	c->state = WS_LEAVING;
	wheel_in(c->ws->loop->wheel, &c->patience, PATIENCE_US);
	put_close(c, code, reason);
}

static void ws_abort(struct conn *conn)
{
	struct ws_conn *c = CONTAINER_OF(conn, struct ws_conn, conn);
	struct linger reset = {.l_onoff = 1}; /* what the kernel still has for it is thrown away */

	if (c->state == WS_GONE)
		return;
	(void)!setsockopt(lws_get_socket_fd(c->wsi), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	hang_up(c);
	gone(c, "aborted");
}

static const struct transport transport_ws = {
	.name = "ws", .write = ws_write, .close = ws_leave, .abort = ws_abort};

static int on_established(struct lws *wsi, struct ws_conn *c)
{
	struct ws *ws = lws_context_user(lws_get_context(wsi));
	const struct arrival *from = ws->arriving;

	if (from == NULL)
		return -1;
	ws->arriving = NULL;
	*c = (struct ws_conn){
		.conn = {.transport = &transport_ws, .loop = ws->loop, .port = from->port},
		.ws = ws,
		.wsi = wsi,
		.fd = lws_get_socket_fd(wsi),
		.patience = {.fire = on_impatient},
		.counted = from->counted,
	};
	memcpy(c->conn.address, from->address, sizeof(c->conn.address));
	c->next = ws->conns;
	c->link = &ws->conns;
	if (c->next != NULL)
		c->next->link = &c->next;
	ws->conns = c;
	ws->events->opened(&c->conn);
	return c->state == WS_GONE ? -1 : 0;
}

static void deliver(struct ws_conn *c, struct str bytes)
{
	c->ws->events->message(&c->conn, bytes, !c->text);
}

/* One part of a message that came in several. The room grows with what has come, whatever the frame promised. */
static void collect(struct ws_conn *c, struct str part, bool last)
{
	struct shared *message;

	if (part.n == 0 && ++c->empty_parts > EMPTY_PARTS) {
		give_up(c, CLOSE_PROTOCOL, STR("too many empty fragments"), "bad frame");
		return;
	}
	if (c->message == NULL)
		c->message = shared_new(c->ws->loop->pool, (uint32_t)part.n);
	if (c->message == NULL || !shared_reserve(&c->message, (uint32_t)part.n)) {
		give_up(c, CLOSE_TRY_LATER, STR("out of memory"), "out of memory");
		return;
	}
	if (part.n > 0)
		memcpy(c->message->bytes + c->message->n, part.p, part.n);
	c->message->n += (uint32_t)part.n;
	if (!last)
		return;
	message = c->message;
	c->message = NULL;
	deliver(c, (struct str){(const char *)message->bytes, message->n});
	shared_unref(message);
}

static int on_receive(struct ws_conn *c, struct str part)
{
	size_t rest =
		lws_remaining_packet_payload(c->wsi); /* of this frame, as its header promised */
	size_t have = c->message != NULL ? c->message->n : 0;
	bool last = lws_is_final_fragment(c->wsi);

	if (c->state != WS_OPEN)
		return c->state == WS_GONE ? -1 : 0;
	if (lws_is_first_fragment(c->wsi)) {
		c->text = !lws_frame_is_binary(c->wsi);
		c->empty_parts = 0;
	}
	if (rest > c->ws->message_max || have + part.n + rest > c->ws->message_max)
		give_up(c, CLOSE_TOO_BIG, STR("the message is longer than this server reads"),
			"too big");
	else if (LIKELY(last && c->message == NULL))
		deliver(c, part);
	else
		collect(c, part, last);
	return c->state == WS_GONE ? -1 : 0;
}

static int on_writable(struct ws_conn *c)
{
	if (c->conn.backlog == 0 || lws_partial_buffered(c->wsi))
		return 0;
	c->conn.backlog = 0;
	lws_rx_flow_control(c->wsi, 1);
	if (c->state == WS_OPEN)
		c->ws->events->writable(&c->conn);
	return 0;
}

static bool is_utf8(struct str s)
{
	const char *p = s.p, *end = s.p + s.n;
	uint32_t cp;

	while (p < end) {
		p += utf8_next(p, end, &cp);
		if (cp == UTF8_BAD)
			return false;
	}
	return true;
}

/* The answer to a close frame; the library has already put 1002 in the place of a code that means nothing. */
static int on_peer_close(struct ws_conn *c, struct str payload)
{
	const unsigned char *p = (const unsigned char *)payload.p;
	uint16_t code = payload.n >= 2 ? (uint16_t)(p[0] << 8 | p[1]) : 0;

	if (c->state == WS_LEAVING) {
		gone(c, "closed");
	} else if (c->state == WS_OPEN) {
		if (payload.n == 1 || code >= 5000 ||
		    (payload.n > 2 && !is_utf8((struct str){payload.p + 2, payload.n - 2})))
			code = CLOSE_PROTOCOL;
		put_close(c, code, (struct str){NULL, 0});
		gone(c, "peer closed");
	}
	return -1;
}

static bool is_connected(int fd)
{
	char byte;
	ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

/* The library will not go on with it: the line is gone, or what came is no WebSocket. It would say so later, if nothing else
 * came in between, and sometimes not at all; so it is said here, and the library finds that it cannot write any more. */
static void on_given_up(struct ws_conn *c)
{
	int fd = lws_get_socket_fd(c->wsi), n = lws_get_close_length(c->wsi);
	struct str text = {(const char *)lws_get_close_payload(c->wsi) + 2,
			   n > 2 ? (size_t)n - 2 : 0};

	if (c->state == WS_OPEN && is_connected(fd))
		give_up(c, CLOSE_PROTOCOL, text, "bad frame");
	gone(c, "connection lost");
	(void)!shutdown(fd, SHUT_WR);
}

/* The socket is closed by now. */
static void on_destroyed(struct ws_conn *c)
{
	gone(c, "connection lost");
	wheel_cancel(&c->patience);
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	admission_leave(c->counted, c->conn.address);
	c->wsi = NULL;
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		    size_t n)
{
	struct ws_conn *c = user;

	if (reason == LWS_CALLBACK_ESTABLISHED)
		return on_established(wsi, c);
	if (c == NULL || c->wsi == NULL) /* not ours, or not yet */
		return 0;
	switch ((int)reason) {
	case LWS_CALLBACK_RECEIVE: return on_receive(c, (struct str){in, n});
	case LWS_CALLBACK_SERVER_WRITEABLE: return on_writable(c);
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: return on_peer_close(c, (struct str){in, n});
	case LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL: on_given_up(c); return 0;
	case LWS_CALLBACK_CLOSED: gone(c, "connection lost"); return 0;
	case LWS_CALLBACK_WSI_DESTROY: on_destroyed(c); return 0;
	default: return 0;
	}
}

/* Nothing of the library goes to the log: it calls its own adoption of read bytes an error, words every odd frame of a
 * stranger, and does so in one buffer that all threads share. */
static void set_library_log(void)
{
	lws_set_log_level(0, NULL);
}

struct ws *ws_open(struct loop *loop, const struct conn_events *events, uint32_t message_max)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	static const struct lws_protocols protocols[] = {
		{.name = GATE_PLAY_PROTOCOL,
		 .callback = on_event,
		 .per_session_data_size = sizeof(struct ws_conn),
		 .rx_buffer_size = RX_BYTES,
		 .tx_packet_size = TX_BYTES},
		{.name = NULL},
	};
	static const lws_retry_bo_t no_validity_timers;
	struct ws *ws = calloc(1, sizeof(*ws));
	void *foreign[1] = {loop->ev};
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN_SERVER,
		.protocols = protocols,
		.gid = (gid_t)-1,
		.uid = (uid_t)-1,
		.options = LWS_SERVER_OPTION_LIBEV | LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME,
		.foreign_loops = foreign,
		.retry_and_idle_policy = &no_validity_timers,
		.user = ws,
	};

	if (ws == NULL)
		return NULL;
	pthread_once(&once, set_library_log);
	/* The library makes its tables for as many as it finds allowed. */
	descriptors_provide((uint32_t)conf_server_of(loop->config.now->set)->players.connections);
	*ws = (struct ws){.loop = loop, .events = events, .message_max = message_max};
	errno = 0;
	ws->context = lws_create_context(&info);
	if (ws->context == NULL) {
		free(ws);
		errno = errno == ENOMEM ? ENOMEM : ENOTSUP;
		return NULL;
	}
	ws->vhost = lws_get_vhost_by_name(ws->context, "default");
	return here = ws;
}

struct ws *ws_here(void)
{
	return here;
}

void ws_close(struct ws *ws)
{
	if (ws == NULL)
		return;
	for (struct ws_conn *c = ws->conns; c != NULL; c = c->next)
		ws_abort(&c->conn);
	lws_context_destroy(ws->context);
	if (here == ws)
		here = NULL;
	free(ws);
}

bool ws_adopt(struct ws *ws, const struct arrival *from, struct str head)
{
	struct lws *wsi;

	ws->arriving = from;
	wsi = lws_adopt_socket_vhost_readbuf(ws->vhost, from->fd, head.p, head.n);
	if (ws->arriving == NULL)
		return true; /* it was a connection, if a short one */
	ws->arriving = NULL;
	if (wsi != NULL)
		lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
	admission_leave(from->counted, from->address);
	return false;
}
