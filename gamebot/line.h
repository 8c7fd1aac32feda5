/* gamebot/line.h
 * A bot's line to the server: a TCP connection with WebSocket messages on it, or with bare frames (the server's TCP
 * transport). All that the chaos of a scenario does to a line happens between its socket and its messages (chaos.h).
 *
 * Thread: one. A line is embedded in its owner. After closed() it can be opened again, but never from within message():
 * what is left of the bytes belongs to the line that was.
 */
#pragma once
#include <netinet/in.h>

#include "loop.h"
#include "rng.h"

struct line;
struct link; /* chaos.h */
struct limbo;

struct line_address { /* where the server is */
	bool tcp;     /* bare frames */
	struct sockaddr_storage address;
	socklen_t length;
	char host[128]; /* as in the URL, for the Host header */
	char path[128];
};
/* "ws://127.0.0.1:7350/play", "tcp://[::1]:7360"; names are looked up. NULL: fine; else what is wrong. */
const char *line_address_parse(struct str url, struct line_address *out);

struct line_events {
	void (*opened)(struct line *line);
	void (*message)(struct line *line,
			struct str frame); /* good during the call, which may end the line */
	/* The line is over: it was cut, the other end closed it or broke the protocol. `code`: of the WebSocket close frame, or
	 * the HTTP status that refused the upgrade; 0: none. `how`: static. Not called by line_close() and line_drop(). */
	void (*closed)(struct line *line, uint16_t code, const char *how);
};

struct lines { /* what the lines of one process share */
	struct loop *loop;
	struct line_address server;
	const struct line_events *events;
	uint32_t
		per_source; /* connections from one address of 127.0.0.0/8 before the next is used; 0: no choice of address */
	uint64_t bytes_in, bytes_out;
	uint8_t *scratch;     /* LINE_SCRATCH bytes: what was read last */
	struct limbo *limbos; /* sockets of lines that went half open, not closed yet */
	uint64_t mask;        /* state of the generator of masks */
};
enum { LINE_SCRATCH = 1 << 20 };
bool lines_init(struct lines *all, struct loop *loop, const struct line_events *events);
void lines_fini(struct lines *all);

enum line_state { LINE_CLOSED, LINE_CONNECTING, LINE_UPGRADING, LINE_OPEN };

struct line_bytes { /* a heap buffer that is mostly not there */
	uint8_t *p;
	uint32_t n, room;
};

struct line {
	struct lines *all;
	struct watch watch;
	enum line_state state;
	bool mute;                 /* half open: nothing is read or written any more */
	struct line_bytes in, out; /* an unfinished message; what the socket does not take yet */
	struct line_bytes parts;   /* of a fragmented message */
	struct link *link;         /* what the line suffers from; NULL: nothing */
	uint32_t retry_after_s;    /* of a refused upgrade */
};

/* Connects; `who` chooses the source address, `path` (NULL: the server's own) the place. False: closed() is not called;
 * errno tells. */
bool line_open(struct line *line, uint32_t who, const char *path);
/* One message. False: the line takes no more (LINE_OUT_MAX wait already), or is not open. */
bool line_send(struct line *line, struct str frame);
enum { LINE_OUT_MAX = 4 << 20 };
uint32_t
line_waiting(const struct line
		     *line); /* bytes that were given to line_send() and are not in the socket */
/* Bytes as they are, for rogues. */
bool line_send_raw(struct line *line, struct str bytes);
/* Ends it in order (WebSocket close frame 1000, then TCP's end) and at once. */
void line_close(struct line *line);
/* The same, but hears the other end out: closed() follows. A socket closed with bytes unread in it is reset, and what was
 * sent last may then be lost. */
void line_end(struct line *line);
enum line_cut { LINE_CUT_CLOSE, LINE_CUT_RESET, LINE_CUT_HALF_OPEN };
/* Ends it as bad lines end. HALF_OPEN leaves a socket that never says anything any more; it is closed after `linger_us`. */
void line_drop(struct line *line, enum line_cut how, int64_t linger_us);

/* ---- Between line.c, line_ws.c and chaos.c ---- */

void line_fail(struct line *line, uint16_t code, const char *how); /* closes, then closed() */
void line_write(struct line *line,
		struct str bytes); /* to the socket, or behind what waits for it */
void line_feed(struct line *line, struct str bytes); /* bytes that came out of the chaos */
void line_rewatch(struct line *line); /* after the link changed whether it wants bytes */
bool line_append(struct line_bytes *to, struct str bytes); /* false: out of memory */
void ws_send_head(struct line *line, const char *path);
/* Eats from `bytes` what is whole; gives how much. The line may be closed behind it. */
size_t ws_eat(struct line *line, struct str bytes);
size_t tcp_eat(struct line *line, struct str bytes);
/* A masked frame of at most `room` bytes at `out`; gives its length. `first`: FIN and opcode. */
size_t ws_frame(struct lines *all, uint8_t *out, uint8_t first, struct str payload);
enum { WS_FRAME_HEAD = 14, WS_BINARY = 0x82, WS_CLOSE = 0x88, WS_PONG = 0x8a };
