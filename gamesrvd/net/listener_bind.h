/* gamesrvd/net/listener_bind.h
 * Listening sockets: bound by us, one per loop and address, or given by systemd.
 *
 * Thread: main, before players get in; listen_addresses() and listeners_check() any but a loop. A socket belongs to the list until whoever opened the list closes it.
 */
#pragma once
#include "conf/set.h"
#include "gamesrvd/net/address.h"
#include "gamesrvd/net/listener.h"

enum listen_kind { LISTEN_WS, LISTEN_TCP };
enum { LISTEN_MAX = 64 };

struct listen_one {
	int fd;
	enum listen_kind kind;
	unsigned loop; /* that accepts from it */
	bool dealt;    /* to all loops in turn: there is only this one socket */
};

struct listen_list {
	struct listen_one *items;
	unsigned count, room;
};

/* Where players will connect: given sockets, else --listen, else the Server document's. `kinds[i]` belongs to out[i]. Gives how
 * many; `why` is not empty when one of them cannot be read. */
size_t listen_addresses(const struct listen_options *options, const struct conf_set *set,
			struct address out[LISTEN_MAX], enum listen_kind kinds[LISTEN_MAX],
			struct buf *why);
unsigned
listen_given(void); /* sockets that systemd gave this process; theirs are descriptors 3 ... */

/* Binds (or takes) and listens. 0, or -1 and `why`; *list is then empty. */
MUST_USE int listen_bind(const struct listen_options *options, const struct conf_set *set,
			 unsigned loops, struct listen_list *list, struct buf *why);
void listen_close_all(struct listen_list *list);

enum listen_fault { LISTEN_FINE, LISTEN_BAD_ADDRESS, LISTEN_OPEN_TO_ALL };
/* Whether players may be let in as `set` says; names are resolved. A fault comes with its words. */
MUST_USE enum listen_fault listeners_check(const struct listen_options *options,
					   const struct conf_set *set, struct buf *why);
