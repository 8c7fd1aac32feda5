/* gamectl/cmd.h
 * A command: one file in gamectl/commands/, function first, row last. Parsing of its words and
 * options, help, completion and the manual page follow from the row; the build finds cmd_x.c by its
 * name (cmd_x).
 *
 * Thread: one. Everything hangs on call->mem and is left to the end of the process.
 * Output: text goes to call->out and is written by the frame (standard output); findings and errors
 * go to standard error. With -o json or yaml standard output carries exactly one document, also for
 * an error.
 */
#pragma once
#include <jansson.h>

#include "admin/exit.h"
#include "base/arena.h"
#include "base/buf.h"
#include "conf/diags.h"
#include "term.h"

/* What -o may ask for. OUT_TABLE is the text for people, whatever its form. */
enum cmd_output { OUT_TABLE, OUT_WIDE, OUT_JSON, OUT_YAML, OUT_CSV, OUT_NAME };
#define OUTPUTS_DOCUMENT (1u << OUT_TABLE | 1u << OUT_JSON | 1u << OUT_YAML)
#define OUTPUTS_LISTING  (OUTPUTS_DOCUMENT | 1u << OUT_WIDE | 1u << OUT_CSV | 1u << OUT_NAME)
#define OUTPUTS_TEXT     (1u << OUT_TABLE) /* prints text that has a format of its own */

enum cmd_group { CMD_WRITE, CMD_CHANGE, CMD_LOOK, CMD_ACT, CMD_HELP, CMD_GROUP_COUNT };

enum cmd_value { CMD_TEXT, CMD_INT, CMD_DURATION, CMD_SIZE };

struct cmd_option {
	const char *name; /* "max-findings", without the dashes */
	char brief;       /* 'm' for -m; 0: none */
	const char *arg;  /* "N", "FILE"; NULL: a flag */
	const char *doc;  /* one line, no final stop */
	/* How to complete the value: "path" "dir" "kind" "thing" "field" "revision", "room" "session" "target" (of a
	 * drain) "player" (or room, or server) "listed" (kinds, rooms, sessions) "anything" (to describe), or words:
	 * "json|yaml". Words are also the only values accepted. */
	const char *complete;
	const char *fallback; /* value when not given; shown in help */
	enum cmd_value value; /* checked before run(); CMD_INT within min..max */
	int64_t min, max;     /* both 0: any */
};

struct cmd_call;

struct cmd {
	const char *name; /* "validate", "schema export" */
	enum cmd_group group;
	int place;   /* in the group as help lists it, 1 first; the order people work in */
	bool hidden; /* not in help: a hook for scripts */
	/* Positional words: "path:path rev?:revision". NAME[?|...][:COMPLETE], COMPLETE as in
	 * struct cmd_option;
	 * '?' = may be left out, "..." = any number, at least one ("...?": also none). */
	const char *params;
	const struct cmd_option *options; /* ends with .name == NULL; may be NULL */
	unsigned outputs;                 /* OUTPUTS_...; 0: OUTPUTS_DOCUMENT */
	bool listing; /* takes --where --sort --limit --watch; OUTPUTS_LISTING */
	bool online;  /* talks to the daemon: takes --socket */
	int (*run)(struct cmd_call *call); /* gives an enum exit_code */
	const char *summary; /* one line, no final stop: "Check a bundle without a daemon" */
	const char *text; /* what help says behind it; paragraphs parted by "\n\n"; may be NULL */
	const char *examples; /* "gamectl validate .\tthe bundle here\n..." (tab, comment); may be
				 NULL */
	const char *exits;    /* "3 the bundle has errors\n..." beyond 0, 2 and 9; may be NULL */
};

extern const struct cmd *const cmds_table[]; /* generated from the folder */
extern const size_t cmds_table_count;

struct cmd_args; /* parsed words and options: args.h */

struct cmd_call {
	const struct cmd *cmd;
	struct arena *mem;
	const struct cmd_args *args;
	enum cmd_output output;
	const char *socket; /* --socket or GAMESRV_SOCKET as given; NULL: the default */
	struct buf out;     /* standard output, written by cmd_flush() and at the end */
	struct term term_out, term_err;
	bool out_gone; /* nobody reads standard output any more (a closed pipe): stop streaming */
	int out_errno; /* why standard output could not be written; told at the end */
	bool watching; /* --watch: run() is called again and again */
};

/* Words and options by their names; asking for one that is not in the row ends the process (a bug).
 */
const char *cmd_arg(const struct cmd_call *call, const char *name); /* NULL: left out */
const char *const *cmd_args(const struct cmd_call *call,
			    const char *name); /* of "name...", ends with NULL */
const char *cmd_opt(const struct cmd_call *call,
		    const char *name);                       /* given or fallback; NULL: neither */
bool cmd_has(const struct cmd_call *call, const char *name); /* given on the command line */
bool cmd_flag(const struct cmd_call *call, const char *name);
int64_t cmd_int(const struct cmd_call *call,
		const char *name); /* CMD_INT; 0: not given, no fallback */
int64_t cmd_duration_ms(const struct cmd_call *call, const char *name); /* CMD_DURATION */
uint64_t cmd_bytes(const struct cmd_call *call, const char *name);      /* CMD_SIZE */

/* True with -o json or yaml: answer with cmd_reply() alone. */
bool cmd_wants_json(const struct cmd_call *call);
/* Takes `reply` (NULL: out of memory), adds apiVersion, prints it as -o says. Gives back `code`. */
int cmd_reply(struct cmd_call *call, enum exit_code code, json_t *reply);
/* One line of text on standard output; nothing with -o json. Gives back EXIT_DONE. */
int cmd_ok(struct cmd_call *call, const char *fmt, ...) PRINTF(2, 3);
/* Ends a command: message on standard error, with -o json also {"error":{"code","message","hint"}}
 * on standard output. `hint` (may be NULL) says the way out. Gives back `code`. Both texts may hold
 * users' bytes. */
int cmd_error(struct cmd_call *call, enum exit_code code, const char *hint, const char *fmt, ...)
	PRINTF(4, 5);
/* As cmd_error, for the daemon's answers: its own error word and details (borrowed; may be NULL).
 */
int cmd_error_with(struct cmd_call *call, enum exit_code code, const char *word, json_t *details,
		   const char *hint, const char *fmt, ...) PRINTF(6, 7);
/* A note for people on standard error: "gamectl: warning: ...". Never part of -o json. */
void cmd_warn(struct cmd_call *call, const char *fmt, ...) PRINTF(2, 3);
/* Findings: text on standard error, or the findings object on standard output. Honours
 * --max-findings where the row has it. EXIT_INVALID when there are errors; otherwise (warnings
 * alone) EXIT_DONE, and with -o json nothing is printed: they belong into the reply. */
int cmd_fail(struct cmd_call *call, struct diags *d);

/* Writes call->out. False: nobody reads any more (call->out_gone); other faults are told at the
 * end. */
bool cmd_flush(struct cmd_call *call);

/* Says on standard error what is going on, once it has taken half a second, when that is a
 * terminal. The frame takes it away before anything else is written. Call again to change the text.
 */
void cmd_progress(struct cmd_call *call, const char *fmt, ...) PRINTF(2, 3);
void cmd_progress_end(struct cmd_call *call);
/* A yes/no question on the terminal: true = yes. Without a terminal, or with -o json: false. */
bool cmd_ask(struct cmd_call *call, const char *fmt, ...) PRINTF(2, 3);

/* Listings: one row of columns serves table, wide, csv and name; json and yaml print the reply as
 * it is. */
struct cmd_column {
	const char *title; /* "REVISION" */
	const char *field; /* key in the item: "revision", "actor.name" */
	bool wide;         /* only with -o wide and csv */
	bool right;        /* numbers */
	bool flow;         /* the last one, canonical values: a table breaks long ones over lines */
	bool spare;        /* left out of a table that is wider than the terminal, from the right */
	unsigned max;      /* a table cuts it to this many columns; 0: does not */
	/* How people see it; NULL: as it is ("-" for null). csv always has the plain value. */
	void (*show)(struct buf *out, const struct cmd_call *call, const json_t *value,
		     const json_t *item);
	enum term_style (*style)(const json_t *value, const json_t *item); /* NULL: plain */
};
/* Takes `reply`; lists the array under `items`. `name` is the format of -o name:
 * "revision/{revision}". `empty` is what people read when there is nothing. Columns end with .title
 * == NULL. */
int cmd_list(struct cmd_call *call, json_t *reply, const char *items,
	     const struct cmd_column *columns, const char *name, const char *empty);
/* Milliseconds since an RFC 3339 time; below 0: it is to come. 0 where it is none. */
int64_t cmd_age_ms(const json_t *time);
/* Ready-made .show: an RFC 3339 time as "3m ago" (table) or in full (wide); milliseconds as
 * "1m30s"; bytes. */
void cmd_show_time(struct buf *out, const struct cmd_call *call, const json_t *value,
		   const json_t *item);
void cmd_show_ms(struct buf *out, const struct cmd_call *call, const json_t *value,
		 const json_t *item);
void cmd_show_bytes(struct buf *out, const struct cmd_call *call, const json_t *value,
		    const json_t *item);

/* Options that several rows share. */
#define CMD_OPT_MAX_FINDINGS                                                                       \
	{                                                                                          \
		.name = "max-findings", .arg = "N", .value = CMD_INT, .max = INT32_MAX,            \
		.fallback = "1000", .doc = "Show at most N findings; 0 = all"                      \
	}
#define CMD_OPT_YES                                                                                \
	{                                                                                          \
		.name = "yes", .brief = 'y', .doc = "Do not ask"                                   \
	}
