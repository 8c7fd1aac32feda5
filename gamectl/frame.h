/* gamectl/frame.h
 * What main() and the frame's own files share; commands use cmd.h alone.
 *
 * Thread: one, but for the progress line, which has a thread of its own while it is shown.
 */
#pragma once
#include "args.h"

void call_init(struct cmd_call *call, struct arena *mem, const struct cmd_args *args,
	       enum cmd_output output);
/* Runs the verb, again and again with --watch, and writes what it said. Gives the exit code. */
int call_run(struct cmd_call *call);

/* "gamectl: error: message", then the hint; and the error object on standard output where -o asks
 * for one. */
void say_error(struct cmd_call *call, enum exit_code code, const char *word, json_t *details,
	       struct str hint, struct str message);
/* The last thing a process does with its output: 0, or EXIT_INTERNAL when it could not be written.
 */
int call_finish(struct cmd_call *call, int code);

/* The verbs of help: by group, then by place; ends with NULL. */
const struct cmd *const *cmds_in_order(void);
void help_overview(struct buf *out, const struct term *t);
void help_verb(struct buf *out, const struct term *t, const struct cmd *cmd);
/* A chapter that is no verb: "exit-codes" "output"; NULL: there is none of this name. */
const char *help_topic(const char *name);
extern const char *const help_topics[];      /* their names, ends with NULL */
extern const char *const cmd_group_titles[]; /* by enum cmd_group */
void help_usage_line(struct buf *out,
		     const struct cmd *cmd); /* "gamectl validate PATH [options]" */
/* "-m, --message TEXT" */
void help_option_line(struct buf *out, const struct cmd_option *o);
void help_man(struct buf *out); /* gamectl.1 in man(7) */

/* JSON as YAML: block style, strings quoted where they would be read as something else. */
void yaml_put(struct buf *out, const json_t *value);
