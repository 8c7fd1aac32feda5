/* gamesrvd/reload.h
 * SIGHUP: reads the watched bundle again, as `gamectl reload` does, and logs the outcome.
 *
 * Thread: control; the reading and applying happens on work. Signals that come while one is carried out are
 * one more reload afterwards.
 */
#pragma once
#include <ev.h>

#include "gamesrvd/control/daemon.h"
#include "gamesrvd/loop/thread.h"

struct reload {
	struct daemon *d;
	ev_signal signal;
	struct task task;
	bool running, again;
	int status; /* of the answer */
	char text[512];
};

void reload_watch(struct reload *r, struct daemon *d);
