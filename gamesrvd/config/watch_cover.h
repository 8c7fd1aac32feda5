/* gamesrvd/config/watch_cover.h
 * What the kernel watches for us: the two halves of struct watch meet here.
 *
 * Thread: under the lock of struct watch. Only watch*.c includes this.
 */
#pragma once
#include <pthread.h>

#include "gamesrvd/config/watch.h"

enum { WRITERS_MAX = 256 };

struct spot { /* a watch descriptor, or one name in the directory it stands for */
	int wd;
	uint32_t round; /* of the look that asked for it last */
	char *only;     /* the one name that matters; NULL: all */
};

struct writer { /* a file that was modified and not yet closed */
	int wd;
	uint64_t name;
};

struct watch {
	char *path;
	struct watch_owner owner;
	int fd;
	pthread_mutex_t lock;
	bool enabled, taken, polling;
	int64_t quiet_us, rescan_us;
	int64_t first_us, last_us; /* events since the last look; 0: none */
	int64_t soon_us, rescan_at_us;
	struct spot *spots;
	size_t spot_count, spot_room, hint;
	struct writer writers[WRITERS_MAX];
	size_t writer_count;
	uint32_t round;
};

/* Watches these directories and the way to the bundle, and no others. True: some are new. */
bool watch_cover(struct watch *w, const char *const *dirs, size_t count);
void watch_uncover(struct watch *w);        /* watches nothing */
void watch_forget(struct watch *w, int wd); /* the kernel dropped it */
bool watch_has(const struct watch *w, int wd);
/* Does an event about this name in this directory matter? */
bool watch_wants(const struct watch *w, int wd, struct str name);
