/* gamesrvd/control/daemon.h
 * What the process is made of, as operations see it. main.c fills it in, in the order of start.
 *
 * Thread: written by main before other threads start, then constant; `state` is read by any and written by
 * control.
 */
#pragma once
#include <stdatomic.h>

#include "base/base.h"

struct config;
struct control;
struct drain;
struct loops;
struct net_all;
struct room_directory;
struct store;
struct thread;

enum daemon_state { DAEMON_STARTING, DAEMON_READY, DAEMON_STOPPING };

struct daemon_override { /* an option that wins over a field of the Server document */
	const char *option, *field, *value; /* "--watch" "Server.watch" "auto" */
};

enum { DAEMON_OVERRIDES_MAX = 24 };

struct daemon {
	const char *socket, *data;
	struct daemon_override overrides[DAEMON_OVERRIDES_MAX];
	size_t override_count;
	int64_t started_wall_us, started_mono_us;
	_Atomic int state; /* enum daemon_state */

	struct thread *control_thread, *work;
	struct thread *
		live; /* answers questions about players and rooms, drives drains; may call loops and store */
	struct loops *loops;
	struct room_directory *rooms;
	struct net_all *net;
	struct drain *drain;
	struct store *store;
	struct config *config;
	struct control *control;
};

const char *daemon_state_name(enum daemon_state state); /* "starting" "ready" "stopping" */
