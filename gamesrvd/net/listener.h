/* gamesrvd/net/listener.h
 * The sockets that players connect to, on every loop: accepting, admission, and the gate in front of the transports.
 *
 * Sockets are ours: one per loop and address (SO_REUSEPORT; the first binds without it, so a second daemon is told that the
 * port is taken), or given by systemd (LISTEN_FDS; named "tcp": plain TCP, else WebSocket), which loop 0 accepts from and deals
 * out. Limits are read from the configuration in force at each arrival.
 *
 * Thread: open and close by main; pause and counters from any. Before open each loop has its ws_open() and tcp_open().
 */
#pragma once
#include "base/buf.h"
#include "gamesrvd/config/config.h"
#include "gamesrvd/loop/loop.h"

struct listeners;

struct listen_options { /* outlives what is opened with it */
	const char *const *
		listen; /* --listen; none: Server.listen. Where systemd gave sockets, those alone */
	size_t listen_count;
};

/* Binds and accepts; logs "players on ws://ADDR:PORT/play" and "players on tcp://ADDR:PORT". No address named is fine: nobody
 * connects then. 0, or -1 and `why`. */
MUST_USE int listeners_open(const struct listen_options *options, struct loops *loops,
			    struct listeners **out, struct buf *why);
/* Closes the listening sockets, soon; connections and handshakes go on. */
void listeners_pause(struct listeners *l);
/* Ends handshakes; connections that were let in must be closed before (ws_close(), tcp_close()). NULL is fine. */
void listeners_close(struct listeners *l);

/* "ws://127.0.0.1:7350/play tcp://127.0.0.1:7360": where players get in, with the ports that 0 became. */
struct str listeners_where(const struct listeners *l);
uint32_t listeners_connections(
	const struct listeners *l); /* let in and not yet closed, handshakes included */

/* Before config_boot(): refuses a revision in which `auth: dev` (anybody is who they say) would hold on an address that other
 * machines reach, or whose addresses cannot be read. */
struct config_part listeners_part(const struct listen_options *options);
