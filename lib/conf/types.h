/* lib/conf/types.h
 * Base types: text of a document or a schema tag to a typed value, and a value to its canonical
 * text. One file type_x.c for each base type; the table conf_base_types[] is what the manual is
 * made from.
 *
 * Thread: any; no state. Never depends on the locale. Reports through struct type_fail instead of
 * diags, because only the caller knows the path and the place.
 */
#pragma once
#include "base/buf.h"
#include "conf/schema.h"
#include "conf/yaml.h"

/* Why a text was refused, or what to warn about. Texts are written only then; control characters of
 * the user's text are shown as \xNN. */
struct type_fail {
	const char
		*code; /* "type" "range" "control-char"; with a success: NULL or "version-text" */
	char message[256], hint[256]; /* hint may be "" */
};

/* Parses a scalar node, which is not null (the caller asked yaml_is_null()), into *value, laid out
 * as `t` says. Strings and refs point at node->text: the caller copies what it keeps. CONF_OPAQUE
 * takes any node and makes canonical JSON in `mem`; for the others a list or mapping is a `type`
 * failure that says so. True with why->code set: fine, but warn. Negative durations: t->negative.
 */
bool conf_scalar_parse(const struct conf_type *t, const struct yaml_node *node, struct arena *mem,
		       void *value, struct type_fail *why);

/* The same for text without a node: a `default` tag, a rule's parameter. Not for CONF_OPAQUE,
 * lists, maps, structs. `quoted`: the author wrote quotes around it. A string points at `text`. */
bool conf_text_parse(const struct conf_type *t, struct str text, bool quoted, void *value,
		     struct type_fail *why);

/* Canonical text of a scalar value, unquoted: 90s -> 1m30s, 1024 -> 1KiB, 0.1 -> 0.1. */
void conf_scalar_text(struct buf *out, const struct conf_type *t, const void *value);

/* "int" "duration" ... as the schema language calls it, ints by width; "list", "map", "struct". */
const char *conf_type_name(const struct conf_type *t);
/* What to expect, for messages: "a whole number", "a duration such as 1m30s", "a list". */
const char *conf_type_wanted(const struct conf_type *t);
/* "a list", "a mapping", "text": what a node is. */
const char *conf_node_is(const struct yaml_node *node);

/* Bounds of CONF_INT and CONF_UINT of a width. */
int64_t conf_int_min(const struct conf_type *t);
uint64_t conf_int_max(const struct conf_type *t);

/* One base type, for parsing and for the manual. */
struct conf_base_type {
	const char *name, *wanted;
	const char *summary; /* the manual's sentence */
	const char *example; /* values as written, separated by two spaces */
	/* Missing: not a scalar. */
	bool (*parse)(const struct conf_type *t, struct str text, bool quoted, void *value,
		      struct type_fail *why);
	void (*text)(struct buf *out, const struct conf_type *t, const void *value);
};
extern const struct conf_base_type conf_type_bool, conf_type_int, conf_type_uint, conf_type_float,
	conf_type_string, conf_type_duration, conf_type_size, conf_type_percent, conf_type_time,
	conf_type_ref, conf_type_list, conf_type_map, conf_type_struct, conf_type_opaque;
extern const struct conf_base_type *const conf_base_types[CONF_BASE_COUNT];

/* Helpers of the type_x.c files. */

/* Fills *why; false, so that a parser ends in one line. */
bool type_refuse(struct type_fail *why, const char *code, const char *fmt, ...) PRINTF(3, 4);
void type_hint(struct type_fail *why, const char *fmt, ...) PRINTF(2, 3);
/* A short, printable excerpt of the user's text, in quotes. */
struct type_quote {
	char text[72];
};
struct type_quote type_quote(struct str text);

/* Decimal digits with an optional fraction, "12.50": for units and percents. *text moves behind it.
 * False: there is no number. */
struct type_decimal {
	struct str whole, fraction;
};
bool type_decimal_read(struct str *text, struct type_decimal *out);

/* Canonical JSON of a subtree, typed by the look of its text as no schema tells: a struct str. */
void conf_opaque_from(const struct yaml_node *node, struct arena *mem, struct str *out);

/* A float in YAML 1.2 core form, exactly rounded. 0; -EINVAL: not a number; -ERANGE: too large or
 * small. */
int type_double_parse(struct str text, double *out);
/* Shortest text that reads back as the same double; locale does not matter. */
void type_double_text(struct buf *out, double f);
