/* gamesrvd/shutdown.h
 * The end of the process, from the first signal on. SIGTERM: players are drained first (Server.shutdown), requests of the admin API
 * are served meanwhile; with nobody there it is over at once. SIGINT, or any second signal: everybody is told to come back
 * later, now. Once nobody is left the default action is back, so that one more signal is carried out by the kernel
 * even if something here hangs.
 *
 * Thread: control; shutdown_waiting() and shutdown_gone() on live (struct drain_host).
 */
#pragma once
#include <ev.h>
#include <stdatomic.h>

#include "gamesrvd/control/daemon.h"

struct shutdown { /* all-zero until shutdown_watch() */
	struct daemon *d;
	ev_signal term, interrupt;
	ev_async gone;     /* drain to control: nobody is left */
	ev_timer farewell; /* the last words are on their way; or nobody says that they are */
	int signal;        /* the first one; 0: none */
	bool hurries;
	bool ends; /* control takes nothing new any more */
	int64_t until_us;
	_Atomic bool is_gone;
};

/* Once control serves. */
void shutdown_watch(struct shutdown *s, struct daemon *d);
void shutdown_waiting(void *shutdown, const char *text, int64_t left_us);
void shutdown_gone(void *shutdown);
