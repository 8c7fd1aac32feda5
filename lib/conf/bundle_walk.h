/* lib/conf/bundle_walk.h
 * One attempt at reading a bundle's tree. What exists outside the arena (descriptors) is kept here,
 * so that running out of memory leaves nothing open.
 *
 * Thread: as its owner; only bundle*.c includes this.
 */
#pragma once
#include <dirent.h>
#include <sys/stat.h>

#include "conf/bundle.h"
#include "conf/bundle_open.h"

enum { BUNDLE_LEVELS = 32 };

struct bundle_seen { /* as it was before it was read */
	struct str real;
	struct stat was;
};

struct bundle_level { /* a directory being listed */
	DIR *dir;
	dev_t dev;
	ino_t ino;
};

struct bundle_walk {
	struct arena *mem;
	const struct yaml_caps *caps;
	struct bundle out;
	struct diags found;
	struct bundle_root root;
	struct bundle_level levels[BUNDLE_LEVELS];
	int depth;
	int file; /* being read; -1: none */
	VEC(struct bundle_seen) seen;
	uint64_t bytes;
	bool full;        /* a cap was reached: nothing more is read */
	struct str moved; /* what changed while it was read; p == NULL: nothing */
};

/* Both report into walk->found, or set walk->moved. `fd` is the open file or directory, or -errno,
 * and is taken over; `path` is its place in the bundle, `real` the same without links. */
void bundle_walk_file(struct bundle_walk *walk, int fd, struct str path, struct str real);
void bundle_walk_tree(struct bundle_walk *walk, int fd, struct str path, struct str real);
/* What went wrong on the way to a file: errno. */
void bundle_walk_failed(struct bundle_walk *walk, struct str path, int error);
/* Nothing was written, replaced, renamed or re-linked in between. */
bool bundle_same_state(const struct stat *a, const struct stat *b);
