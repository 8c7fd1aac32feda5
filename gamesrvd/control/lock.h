/* gamesrvd/control/lock.h
 * A file that only one process can hold, with its pid inside for those who ask in vain.
 *
 * Thread: any; blocks on the file system. The lock (flock) ends with the process, however it ends.
 */
#pragma once
#include "base/buf.h"

struct lock {
	int fd; /* -1: not held */
	char *path;
};

/* 0; -EBUSY: held, *holder is its pid (0: unknown); else -errno. `path` is copied. */
MUST_USE int lock_take(const char *path, struct lock *out, long *holder);
/* `remove` takes the file away too, while it is still held. A lock with fd -1 is fine. */
void lock_release(struct lock *lock, bool remove);
