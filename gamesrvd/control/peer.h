/* gamesrvd/control/peer.h
 * Who is on the other end of the socket: the kernel says, nobody else is asked.
 *
 * Thread: control. The role follows from SO_PEERCRED and SO_PEERGROUPS at once. Only the login name (for the
 * history) and the number of the group gamesrv-readers come from the user database, which may be a slow network
 * service: that is asked on a thread of its own and remembered for a minute.
 */
#pragma once
#include "gamesrvd/control/op.h"

struct thread;
struct peers;

#define PEER_READERS "gamesrv-readers"

enum peer_role { PEER_STRANGER, PEER_READER, PEER_WRITER };

typedef void peer_known_fn(void *ctx, uint64_t tag, const struct op_peer *peer,
			   enum peer_role role);

/* `known` is called on control, later, for every peers_ask() that gave 1. NULL: errno. */
struct peers *peers_open(struct thread *control, peer_known_fn *known, void *ctx);
void peers_close(struct peers *p); /* NULL is fine */

/* 0: *peer and *role are filled in; 1: they come through known(ctx, tag, …); -errno: the kernel does not say. */
int peers_ask(struct peers *p, int fd, uint64_t tag, struct op_peer *peer, enum peer_role *role);
/* The group's number, or (gid_t)-1 without such a group. Asks the user database: before the loop runs only. */
gid_t peer_readers_group(void);
