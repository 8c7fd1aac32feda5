/* gamectl/origin.h
 * Where kinds come from, for verbs that need a schema and perhaps no daemon: --bundle, else the bundle around the
 * current directory, else the daemon, else the built-in kinds alone.
 *
 * Thread: one. What is loaded lives until the process ends.
 */
#pragma once
#include "bundle_opts.h"

enum origin_kind { ORIGIN_BUNDLE, ORIGIN_DAEMON, ORIGIN_BUILTIN };

struct origin {
	enum origin_kind kind;
	const char *path;           /* ORIGIN_BUNDLE: its directory */
	struct bundle files;        /* ORIGIN_BUNDLE: all; ORIGIN_DAEMON: its schemas */
	struct conf_schema *schema; /* sound kinds, also when `findings` has errors */
	struct conf_set *set;       /* see origin_set() */
	struct diags findings;      /* of the schemas */
};

#define CMD_OPT_BUNDLE                                                                             \
	{                                                                                          \
		.name = "bundle", .arg = "DIR", .complete = "dir",                                 \
		.doc = "Take the kinds of this bundle; default: the one here, else the daemon's"   \
	}

/* EXIT_DONE, or the exit code of what was told. The row has CMD_OPT_BUNDLE and is online. */
int origin_find(struct cmd_call *call, struct origin *out);
/* The documents of a bundle, loaded once; NULL: not a bundle, or out of memory. Findings are dropped. */
struct conf_set *origin_set(struct cmd_call *call, struct origin *from);
/* "the bundle in game/", "the daemon", "the built-in kinds" */
const char *origin_name(struct cmd_call *call, const struct origin *from);
/* The kind, or NULL after an error with "did you mean" was told: EXIT_REFUSED, or EXIT_INVALID after findings when its
 * schema is broken. */
const struct conf_kind *origin_kind(struct cmd_call *call, struct origin *from, struct str name,
				    int *code);
/* Loads schema sources: files for which conf_is_schema_path(). */
struct conf_schema *origin_load_schema(struct arena *mem, const struct conf_input *files,
				       size_t count, struct diags *d);
/* {path:text} of the API as inputs; texts stay the JSON's. */
void origin_inputs(struct arena *mem, const json_t *files, struct bundle *out);
