/* gamesrvd/datadir.h
 * The data directory: made when missing, private, and held by one daemon at a time.
 *
 * Thread: main, before other threads start.
 */
#pragma once
#include "admin/exit.h"
#include "gamesrvd/control/lock.h"

/* EXIT_DONE, or an exit code with what is wrong and the way out in `why`. */
enum exit_code datadir_open(const char *path, struct lock *lock, struct buf *why);
