/* gamectl/export_dir.h
 * The directory that an export writes to.
 *
 * Thread: one.
 */
#pragma once
#include <jansson.h>

#include "base/vec.h"

struct export_dir {
	const char *path;
	bool force; /* write into it though it is not empty */
	/* Results: */
	int errnum; /* of export_dir_may(): why; 0: it is not empty */
	bool exists, empty;
	const char *failed;       /* the file that could not be written */
	VEC(const char *) others; /* *.yaml there that are none of these files */
};

/* May files be written there? Changes nothing. */
bool export_dir_may(struct export_dir *to);
/* `files`: path -> text, paths checked. 0 or -errno. */
MUST_USE int export_dir_write(struct arena *mem, struct export_dir *to, const json_t *files);
