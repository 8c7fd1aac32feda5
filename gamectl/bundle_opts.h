/* gamectl/bundle_opts.h
 * Bundles as commands take them: where they lie, the caps that flags raise, loading with one look at the clock.
 *
 * Thread: one. What is loaded lives until the process ends.
 */
#pragma once
#include "cmd.h"
#include "conf/bundle.h"

#define CMD_OPTS_CAPS                                                                              \
	{.name = "max-depth",                                                                      \
	 .arg = "N",                                                                               \
	 .value = CMD_INT,                                                                         \
	 .min = 1,                                                                                 \
	 .max = 1000,                                                                              \
	 .fallback = "64",                                                                         \
	 .doc = "Deepest nesting of a document"},                                                  \
		{.name = "max-file",                                                               \
		 .arg = "SIZE",                                                                    \
		 .value = CMD_SIZE,                                                                \
		 .min = 1,                                                                         \
		 .max = INT32_MAX,                                                                 \
		 .fallback = "16MiB",                                                              \
		 .doc = "Largest file"},                                                           \
		{.name = "max-scalar",                                                             \
		 .arg = "SIZE",                                                                    \
		 .value = CMD_SIZE,                                                                \
		 .min = 1,                                                                         \
		 .max = INT32_MAX,                                                                 \
		 .fallback = "64KiB",                                                              \
		 .doc = "Longest single value"},                                                   \
		{.name = "max-bundle",                                                             \
		 .arg = "SIZE",                                                                    \
		 .value = CMD_SIZE,                                                                \
		 .min = 1,                                                                         \
		 .max = INT64_C(1) << 40,                                                          \
		 .fallback = "64MiB",                                                              \
		 .doc = "Bytes of all files together"},                                            \
	{                                                                                          \
		.name = "max-documents", .arg = "N", .value = CMD_INT, .min = 1, .max = INT32_MAX, \
		.fallback = "100000", .doc = "Documents of all files together"                     \
	}

/* The defaults, raised by the options of CMD_OPTS_CAPS where the row has them. */
struct yaml_caps bundle_caps(const struct cmd_call *call);

/* Is there something at this path? EXIT_DONE, or the exit code of what was told. */
int bundle_check_path(struct cmd_call *call, const char *path);
/* Reads the files at `path`; findings (ignored files, caps) go to `d`. EXIT_DONE, or the exit code of what was told. */
int bundle_load_files(struct cmd_call *call, const char *path, struct bundle *out, struct diags *d);
/* Checks files. NULL: out of memory, told. */
struct conf_set *bundle_check(struct cmd_call *call, const struct conf_input *files, size_t count,
			      unsigned threads, struct diags *d);
/* All of it for verbs that need a sound bundle: EXIT_DONE with *set, or the exit code after findings or an error
 * were told. */
int bundle_load(struct cmd_call *call, const char *path, struct conf_set **set);
/* Does a directory look like a bundle: is there schemas/? */
bool bundle_is_here(const char *dir);
/* The directory of the bundle a file belongs to: the nearest above it with schemas/; NULL: none. */
const char *bundle_around(struct arena *mem, const char *file);
