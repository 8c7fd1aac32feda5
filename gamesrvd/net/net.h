/* gamesrvd/net/net.h
 * Players' side of the daemon, put together: listeners and gate, transports, sessions.
 *
 * Thread: net_open() and net_close() by main; what is marked on the loop; counters from any.
 *
 *	listener -> gate -> transport -> session -> room
 */
#pragma once
#include "base/buf.h"
#include "base/id.h"
#include "conf/diags.h"
#include "gamesrvd/loop/loop.h"
#include "wire/message.h"

struct net_all; /* of the process */
struct net;     /* of one loop: loop->net */
struct room_directory;
struct listeners;

struct net_options {
	const char *data;          /* where the signing key lives */
	const char *const *listen; /* --listen; NULL: Server.listen */
	size_t listen_count;
	struct room_directory *rooms;
};

/* Opens keys, transports and, on every loop, net and rooms. Nothing listens yet. 0, or -1 and `why`. */
MUST_USE int net_open(const struct net_options *options, struct loops *loops, struct net_all **out,
		      struct buf *why);
void net_close(struct net_all *n); /* while the loops still run; says BYE to nobody; NULL is fine */

/* ---- Sessions: on their loop ---- */

struct session_row {
	struct id id, room;
	struct str player, state, transport, address, client_build, rtt;
	uint32_t epoch, seat;
	uint64_t messages_in, messages_out, bytes_in, bytes_out, resumes, dropped;
	uint32_t queue_bytes, queue_max_bytes;
	int64_t age_us, idle_us, rtt_us; /* rtt_us < 0: unknown */
	uint64_t revision;               /* of its room; 0: in none */
};
size_t net_session_rows(struct net *n, struct arena *mem, uint32_t *cursor,
			struct session_row *rows, size_t max);
bool net_session_describe(struct net *n, struct arena *mem, struct id id, struct session_row *row);
/* False: no such session. The client hears BYE(reason); its seat is given up. */
bool net_session_end(struct net *n, struct id id, Gamesrv__V1__Reason reason, struct str text);
bool net_session_say(struct net *n, struct id id, struct str kind, struct str text, uint32_t in_ms);
/* To every session of this loop; gives how many. */
uint32_t net_say_all(struct net *n, struct str kind, struct str text, uint32_t in_ms);

uint32_t
net_sessions(const struct net_all *n); /* any: sessions of the process, suspended ones too */
uint32_t net_connections(const struct net_all *n); /* any */

/* any: a token for `player`, good for `ttl_s`: what `auth: token` wants. 0, or -1 and `why`. */
MUST_USE int net_token(struct net_all *n, struct str player, int64_t ttl_s, struct buf *token,
		       struct buf *why);
/* any: from here on no new session (resumes go on). */
void net_cordon(struct net_all *n, bool on);

/* ---- Listeners ---- */

/* main, after boot: binds what the configuration (or --listen) names on every loop, SO_REUSEPORT; or takes what systemd gave.
 * From here on players get in. 0, or -1 and `why`. */
MUST_USE int net_listen(struct net_all *n, struct buf *why);
/* any, once net_listen() is over: URLs that players connect to, with spaces between them. */
struct str net_where(const struct net_all *n);
/* any: stops accepting (connections stay). */
void net_unlisten(struct net_all *n);
