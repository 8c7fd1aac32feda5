/* gamebot/verb.h
 * A verb of the command line: one file in gamebot/verbs/ each, function first, row last. Parsing, help and the manual
 * page follow from the row.
 *
 * Thread: one. Reports and answers go to standard output, findings and errors to standard error.
 */
#pragma once
#include "admin/exit.h"
#include "base/arena.h"
#include "conf/diags.h"

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_INT, OPTION_DURATION, OPTION_WORD };

struct option {
	const char *name; /* without the dashes */
	char brief;       /* 'n' for -n; 0: none */
	enum option_kind kind;
	const char *arg;   /* "N"; NULL for a flag */
	const char *words; /* OPTION_WORD: "text|json" */
	const char *doc;
	int64_t min, max; /* OPTION_INT */
};

struct call {
	struct arena *mem;
	const struct verb *verb;
	const char *word; /* FILE of most verbs; NULL: none */
	struct given {
		const struct option *option;
		const char *text;
		int64_t number; /* OPTION_INT; OPTION_DURATION: microseconds */
	} given[32];
	size_t given_count;
	struct str name; /* of the program, for messages */
};

struct verb {
	const char *name;
	int place;                     /* in help, 1 first */
	const char *word;              /* "SCENARIO", "[TOPIC]"; NULL: takes none */
	const struct option *options;  /* ends with .name == NULL; NULL: none */
	int (*run)(struct call *call); /* an enum exit_code */
	const char *summary, *text, *examples;
};
extern const struct verb *const verbs[];
extern const size_t verbs_count;

const struct given *call_given(const struct call *call, const char *name); /* NULL: not given */
bool call_has(const struct call *call, const char *name);
/* "gamebot: ..." on standard error; gives back `code`. `hint` may be NULL. */
int call_error(struct call *call, enum exit_code code, const char *hint, const char *fmt, ...)
	PRINTF(4, 5);
/* The file's text in call->mem, or an error that was told: *code. */
bool call_read(struct call *call, const char *path, struct str *text, int *code);
bool call_colour(int fd); /* a terminal that wants colours */

/* Fills `call`; EXIT_DONE, or what is wrong was told. */
int call_parse(struct call *call, int argc, char **argv);
const struct verb *verb_find(struct str name);
const struct verb *const *verbs_in_order(void); /* ends with NULL */

struct scenario;
/* Reads and checks the scenario named on the command line; findings are told. NULL: *code. */
struct scenario *call_scenario(struct call *call, int *code);

void help_overview(struct buf *out);
void help_verb(struct buf *out, const struct verb *verb);
void help_man(struct buf *out);
void help_behaviours(struct buf *out);
void help_misdeeds(struct buf *out);
void help_metrics(struct buf *out);
