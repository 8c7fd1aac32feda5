/* gamesrvd/net/net_loop.h
 * What the files of this folder know of each other: the players' side of the process, and of one loop.
 *
 * Thread: a struct net is its loop's; a struct net_all is constant but for its atomics and the player directory.
 */
#pragma once
#include <stdatomic.h>

#include "base/slab.h"
#include "gamesrvd/net/crowd.h"
#include "gamesrvd/net/listener.h"
#include "gamesrvd/net/net.h"
#include "gamesrvd/net/player.h"
#include "gamesrvd/net/token_keys.h"
#include "gamesrvd/net/transport.h"
#include "gamesrvd/rooms/room.h"
#include "schemas/builtin.h"
#include "wire/names.h"

struct session;

/* How sessions speak to rooms: rooms_ask() and rooms_message(), or a test's own. */
struct room_port {
	void (*ask)(struct loop *from, struct room_request *request);
	bool (*message)(struct loop *from, struct id room, struct id session, uint16_t type,
			uint32_t client_seq, struct str payload);
};

/* Where to find out later why a session ended. */
struct grave {
	struct id session;
	Gamesrv__V1__Reason reason;
};
enum { GRAVES = 1024 };

struct net_counts { /* of one turn: added to the metrics before the loop sleeps */
	uint64_t frames_in, bytes_in, frames_out, bytes_out, dropped, limited;
};

struct net {
	struct net_all *all;
	struct loop *loop;
	const struct conf_server_players *players; /* in force */
	struct conf_server_players
		bounds; /* a copy, to see what changed; its texts and lists may be gone */
	const struct room_port *rooms;
	struct slab sessions;
	struct crowds crowds;
	struct wire_codec *codec;
	struct arena *scratch; /* the payload of one frame */
	struct net_counts counts;
	struct session *lost; /* whose line went away and whose room does not know yet */
	struct task sweep;
	bool closing;
	bool sweeping;           /* `sweep` is on its way */
	struct net_mail *spare;  /* mails to use again */
	struct mailbox returned; /* by other loops, which read them */
	struct loop_hook before_sleep, on_config;
	struct ws *ws;
	struct tcp *tcp;
	struct grave graves[GRAVES]; /* by slot */
};

struct net_all {
	struct loops *loops;
	struct token_keys keys;
	struct player_directory *players;
	struct room_directory *rooms;
	struct listen_options listen;
	struct listeners *listeners; /* NULL: nobody gets in yet */
	struct net_options options;
	uint64_t boot;
	_Atomic bool cordoned;
	_Atomic uint32_t sessions, connections;
};

/* One loop's part, without transports and rooms. NULL: out of memory. */
struct net *net_new(struct net_all *all, struct loop *loop, const struct room_port *rooms);
void net_forget(struct net *n); /* drops its sessions and speaks to no room any more */
void net_free(struct net *n);   /* NULL is fine */
extern const struct conn_events net_events;

/* What rooms call: net_mail.c. */
struct room_sink net_sink(struct net *n);
void net_mail_free_spare(struct net *n);
