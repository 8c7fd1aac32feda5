/* gamectl/change_call.h
 * A change of what is in force, with a question before it: what apply and rollback have in common.
 *
 * Thread: one.
 */
#pragma once
#include "cmd.h"

struct change_call {
	/* Sends it. `base` < 0: whatever is in force. EXIT_DONE with *reply (applied, a new reference), or the
	 * exit code of what was told. */
	int (*send)(struct cmd_call *call, void *ctx, bool dry_run, int64_t base, json_t **reply);
	void *ctx;
	const char *verb; /* "apply": in questions and messages */
	bool wait;        /* until it was confirmed or taken back */
};

/* Can and may it be asked? False: told; the exit code is EXIT_USAGE. */
bool change_may_ask(struct cmd_call *call);
/* The row must have the options of CHANGE_OPTIONS. */
int change_run(struct cmd_call *call, const struct change_call *how);
/* Waits for the end of a confirm window. *final: "confirmed" "rolled-back" "cancelled". Gives the exit code. */
int change_wait(struct cmd_call *call, int64_t revision, int64_t window_ms, const char **final);

#define CHANGE_OPTIONS                                                                             \
	{.name = "message", .brief = 'm', .arg = "TEXT", .doc = "Why; kept in the history"},       \
		{.name = "if-revision",                                                            \
		 .arg = "N",                                                                       \
		 .value = CMD_INT,                                                                 \
		 .min = 0,                                                                         \
		 .max = INT64_MAX,                                                                 \
		 .complete = "revision",                                                           \
		 .doc = "Only if revision N is in force; exit code 4 otherwise"},                  \
		{.name = "dry-run", .doc = "Say what would happen and change nothing"},            \
		{.name = "allow-delete",                                                           \
		 .arg = "COUNT",                                                                   \
		 .value = CMD_INT,                                                                 \
		 .min = 1,                                                                         \
		 .max = INT32_MAX,                                                                 \
		 .doc = "Allow that up to COUNT documents are removed at once"},                   \
		CMD_OPT_YES
