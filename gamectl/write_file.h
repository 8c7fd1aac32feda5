/* gamectl/write_file.h
 * A file that is either there in full or not at all: written beside its place, synced, renamed.
 *
 * Thread: any.
 */
#pragma once
#include <sys/types.h>

#include "base/base.h"

/* 0 or -errno; nothing is left behind after an error. What is no regular file (/dev/stdout, a pipe) is written to. */
MUST_USE int write_file(const char *path, struct str text, mode_t mode);
/* As above, within the directory `dir`; makes the directories on the way. `path` is relative and has no ".." */
MUST_USE int write_file_at(int dir, const char *path, struct str text, mode_t mode);
