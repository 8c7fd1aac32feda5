/* gamesrvd/control/listen.h
 * The files and ports that control listens on. A second daemon never takes over a live socket; a socket that a
 * killed daemon left behind is replaced.
 *
 * Thread: main, before other threads start (the umask is the process's). Errors: an exit code, and in `why`
 * one sentence with the way out.
 */
#pragma once
#include "admin/exit.h"
#include "gamesrvd/control/lock.h"

struct listen_socket {
	int fd;           /* -1: not open; whoever takes it sets it so */
	struct lock lock; /* PATH.lock, held as long as we serve */
	char *path;
	uint64_t device, inode; /* of the socket file we made */
};

/* Makes the directory (0750) when only that is missing, locks, binds (0660). Not yet listening. */
enum exit_code listen_unix(const char *path, struct listen_socket *out, struct buf *why);
int listen_start(const struct listen_socket *s); /* from here on clients get in; -errno */
/* Removes the socket's file if it is still ours, then the lock. */
void listen_close(struct listen_socket *s);

/* "127.0.0.1:7351" "[::1]:0" "localhost:80": a loopback address; `bound` gets what it became. */
enum exit_code listen_loopback(const char *address, int *fd, struct buf *bound, struct buf *why);
/* ADDR:PORT as text; NULL: fine, else what is wrong (static). */
const char *listen_address_problem(const char *address, bool loopback_only);
