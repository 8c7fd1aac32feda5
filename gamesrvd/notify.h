/* gamesrvd/notify.h
 * Tells systemd (Type=notify) what the daemon is doing: one datagram to NOTIFY_SOCKET. Without that variable
 * nothing happens. Thread: main. Never fails: a service manager that does not listen is its own problem.
 */
#pragma once
#include "base/base.h"

void notify(const char *fmt, ...) PRINTF(1, 2); /* "READY=1\nSTATUS=revision 5" */
void notify_reloading(void); /* with the clock reading that systemd wants beside it */
