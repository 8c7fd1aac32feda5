/* lib/admin/where_tree.h
 * A parsed condition, between its parser and its evaluator. Private to where*.c.
 *
 * Thread: immutable once parsed; lives in the arena given to the parser.
 */
#pragma once
#include "admin/where.h"

enum where_kind {
	WHERE_AND,
	WHERE_OR,
	WHERE_NOT,
	WHERE_TRUTH,
	WHERE_EQ,
	WHERE_NE,
	WHERE_LT,
	WHERE_LE,
	WHERE_GT,
	WHERE_GE,
	WHERE_HOLDS,
	WHERE_PATH,
	WHERE_LITERAL,
};

struct where_step { /* of a path: a key, or an index when name.p == NULL */
	struct str name;
	size_t index;
	struct where_step *next;
};

struct where {
	enum where_kind kind;
	const struct where *a, *b;
	const struct where_step *path;
	json_t *literal; /* owned by the arena */
};

struct sort_keys {
	const struct where_step *path;
	bool descending;
	const struct sort_keys *next;
};

/* Length of the digits at the head of `s`, a fraction included; 0: none. */
size_t where_number_length(struct str s);
/* The whole of `s` is one quantity (1m30s, 4KiB, 12.5%): its sort 'd', 's' or 'p' and value; 0: it is not. */
char where_quantity(struct str s, double *value);
