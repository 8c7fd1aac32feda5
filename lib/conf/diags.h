/* lib/conf/diags.h
 * Findings: what is wrong, where, against which rule, and the way out. The one structure behind the
 * terminal, JSON, the admin API and the watch alarm.
 *
 * Thread: a list has one owner; lists of several threads are joined with diags_move(). Library code
 * reports here and never logs or prints. Texts are copied into the list's arena.
 */
#pragma once
#include "base/buf.h"
#include "base/vec.h"
#include "conf/source.h"

enum conf_severity { CONF_ERROR, CONF_WARNING };

/* A place in a file; .source == NULL: no file (a finding about the bundle, a built-in schema). */
struct conf_place {
	const struct conf_source *source;
	struct conf_mark start, end; /* end is one past the last code point, same line or later */
};

struct conf_finding {
	const char *code; /* static: a stable word, docs/config-language.md lists all */
	enum conf_severity severity;
	struct conf_place at;
	struct conf_place rule; /* where the rule is written; .start.line == 0: none */
	struct conf_place
		also; /* a second line to show, such as the block's beginning; .start.line == 0: none */
	struct str path;          /* Kind/name.field[0]; empty: about a file */
	struct str message, hint; /* hint may be empty; both without final stop or line end */
	bool secret;              /* the text at .at is never shown */
	bool no_line;             /* some other secret stands on the line, which is not shown */
};

struct diags {
	struct arena *mem;
	VEC(struct conf_finding) list;
	size_t errors, warnings;
};

struct diags diags_into(struct arena *mem);
/* Adds and gives a finding whose path, hint and rule the caller may still fill in. Always -EINVAL's
 * companion: `return diags_error(...)` ends a check in one line. */
struct conf_finding *diags_add(struct diags *d, enum conf_severity severity, const char *code,
			       struct conf_place at, const char *fmt, ...) PRINTF(5, 6);
struct conf_finding *diags_vadd(struct diags *d, enum conf_severity severity, const char *code,
				struct conf_place at, const char *fmt, va_list args) PRINTF(5, 0);
void diags_hint(struct diags *d, struct conf_finding *f, const char *fmt, ...) PRINTF(3, 4);
/* Moves all findings of `from` (texts are copied when the arenas differ) to the end of `d`. */
void diags_move(struct diags *d, const struct diags *from);
/* By file, line, column, then code and message: the order every output has. Drops exact twins. */
void diags_sort(struct diags *d);
