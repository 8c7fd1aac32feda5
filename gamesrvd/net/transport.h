/* gamesrvd/net/transport.h
 * The boundary between sessions and whatever carries their frames: WebSocket on libwebsockets (transport_ws.c), plain TCP
 * with the same frames back to back (transport_tcp.c).
 *
 * Thread: all of it on the connection's loop.
 * Ownership: a connection belongs to its transport, which tells its owner (the session layer) of everything; after closed()
 * neither side may name it any more.
 */
#pragma once
#include "base/id.h"
#include "base/shared.h"
#include "gamesrvd/loop/loop.h"

struct conn; /* a transport lays its own struct around it */

struct transport {
	const char *name; /* "ws" "tcp": what operators see */
	/* Sends WebSocket-framed ready frames (another transport walks them with wire_ws_next()), at once as far as the socket
	 * takes them. Bytes that it does not take stay the transport's own, and `backlog` tells how many: nothing more should be
	 * written before writable(). False: the connection is broken; closed() follows in this turn or the next. */
	bool (*write)(struct conn *c, struct str frames);
	/* Says goodbye with this WebSocket close code (after what is in the backlog went out, at most 1 s), then closed(). */
	void (*close)(struct conn *c, uint16_t code, struct str reason);
	/* Ends at once, without a word. closed() is called from within. */
	void (*abort)(struct conn *c);
	/* Moves the connection (and `unread`, its first frame again) to another loop, where opened() and message() come
	 * again; here closed() is called without more. NULL: this transport cannot. */
	bool (*move)(struct conn *c, struct loop *to, struct str unread);
};

struct conn {
	const struct transport *transport;
	struct loop *loop;
	void *owner;              /* the session layer's; NULL at opened() */
	uint32_t backlog;         /* bytes taken by write() that the kernel has not taken yet */
	uint16_t port;            /* the peer's */
	uint8_t address[16];      /* the peer's, IPv4 as ::ffff:a.b.c.d */
	struct wire_trace *trace; /* unused by transports */
};

/* What a transport tells: implemented by session code, one table for the process. */
struct conn_events {
	void (*opened)(struct conn *c);
	/* One whole message, not longer than Server.players.message. Good during the call. `binary`: false for WebSocket text. */
	void (*message)(struct conn *c, struct str bytes, bool binary);
	void (*writable)(struct conn *c); /* backlog is 0 again */
	/* `how`: static text: "peer closed", "reset", "too big", "bad frame". */
	void (*closed)(struct conn *c, const char *how);
};

/* WebSocket close codes this server sends. The reason enum maps to 4000 + reason (docs/wire.md). */
enum close_code {
	CLOSE_NORMAL = 1000,
	CLOSE_GOING_AWAY = 1001,
	CLOSE_PROTOCOL = 1002,
	CLOSE_UNSUPPORTED = 1003,
	CLOSE_TOO_BIG = 1009,
	CLOSE_RESTART = 1012,
	CLOSE_TRY_LATER = 1013,
	CLOSE_REASON = 4000,
};

/* A connection on its way from a listener to a transport. */
struct admission;
struct arrival {
	int fd;        /* non-blocking; the transport's from the adoption on, however that ends */
	uint16_t port; /* the peer's */
	uint8_t address[16];       /* the peer's, IPv4 as ::ffff:a.b.c.d */
	struct admission *counted; /* net/admission.h: hears of its end; NULL: nobody counts it */
};

struct ws; /* libwebsockets on one loop */
/* NULL: errno; ENOTSUP: libwebsockets finds its libev plug-in (libwebsockets-evlib_ev.so) not. */
struct ws *ws_open(struct loop *loop, const struct conn_events *events, uint32_t message_max);
void ws_close(struct ws *ws); /* ends its connections; NULL is fine */
struct ws *ws_here(void);     /* the one opened on this thread; NULL: none */
/* `head`: a canonical request head (net/gate_play.h) and what was read behind it. False: the connection is over;
 * nobody was told. */
bool ws_adopt(struct ws *ws, const struct arrival *from, struct str head);

struct tcp; /* plain TCP on one loop */
struct tcp *tcp_open(struct loop *loop, const struct conn_events *events, uint32_t message_max);
void tcp_close(struct tcp *tcp); /* ends its connections; NULL is fine */
struct tcp *tcp_here(void);      /* the one opened on this thread; NULL: none */
/* `already`: bytes that were read of it. False as above. */
bool tcp_adopt(struct tcp *tcp, const struct arrival *from, struct str already);
