/* gamectl/args.h
 * The command line against the table of commands: which verb, which words, which options.
 *
 * Thread: any; the result lives in the arena given.
 */
#pragma once
#include "cmd.h"

enum { CMD_PARAMS_MAX = 8 };

struct cmd_param { /* one of cmd->params */
	struct str name, complete;
	bool optional, many;
};
/* Splits cmd->params; gives the number. */
size_t cmd_params(const struct cmd *cmd, struct cmd_param out[CMD_PARAMS_MAX]);

/* The tables an option of a command may come from: its own, those of listings, of verbs that talk
 * to a daemon, and those every verb has. Ends with NULL. */
enum { CMD_OPTION_SETS = 5 };
void cmd_option_sets(const struct cmd *cmd, const struct cmd_option *out[CMD_OPTION_SETS]);
extern const struct cmd_option cmd_common_options[];
/* By long name, or by letter when `name` is empty. `cmd` NULL: the common ones alone. */
const struct cmd_option *cmd_option_find(const struct cmd *cmd, struct str name, char brief);

const struct cmd *cmd_find(const char *name); /* "schema export"; NULL: no such verb */
/* The verb at the head of `words`; *used = how many of them name it. NULL: none. */
const struct cmd *cmd_match(char *const *words, size_t count, size_t *used);
/* Fills *outputs with what -o may say for this verb. */
unsigned cmd_outputs(const struct cmd *cmd);
extern const char *const cmd_output_names[]; /* by enum cmd_output, ends with NULL */

struct cmd_value_given {
	const struct cmd_option *option;
	const char *text; /* "" for a flag */
	int64_t number;   /* CMD_INT, CMD_DURATION (ms), CMD_SIZE (bytes) */
};

struct cmd_args {
	const struct cmd *cmd; /* NULL: no verb */
	bool help, version;
	struct cmd_param params[CMD_PARAMS_MAX];
	size_t param_count;
	const char **words[CMD_PARAMS_MAX]; /* of each param, ends with NULL; NULL: left out */
	VEC(struct cmd_value_given) given;
	struct str fault, hint; /* what is wrong with the command line; empty: nothing */
};

void args_parse(struct arena *mem, struct cmd_args *args, int argc, char **argv);
const struct cmd_value_given *args_given(const struct cmd_args *args, const char *name);
/* A number with a unit: durations "1m30s" in ms, sizes "64MiB" in bytes, plain ints. False: not
 * one. */
bool args_number(enum cmd_value kind, struct str text, int64_t *out);
