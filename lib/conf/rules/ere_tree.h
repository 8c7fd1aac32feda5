/* lib/conf/rules/ere_tree.h
 * A parsed expression, between ere_parse.c and those that make something of it. Thread: as its arena.
 */
#pragma once
#include "base/vec.h"
#include "conf/rules/ere.h"

enum ere_kind {
	ERE_EMPTY,
	ERE_CHAR,
	ERE_ANY,
	ERE_SET,
	ERE_BEGIN,
	ERE_END,
	ERE_CAT,
	ERE_ALT,
	ERE_REPEAT
};

struct ere_range {
	uint32_t from, to;
};
enum { ERE_CLASS_COUNT = 12 };
extern const char *const ere_class_names[ERE_CLASS_COUNT];   /* "alpha" ... as in [:alpha:] */
extern const char *const ere_class_scripts[ERE_CLASS_COUNT]; /* the same inside [] of JavaScript */
bool ere_in_class(unsigned class, uint32_t c);

struct ere_set {
	bool negated;
	uint32_t classes; /* bits by place in ere_class_names */
	VEC(struct ere_range) ranges;
};

struct ere_node {
	enum ere_kind kind;
	uint32_t c;             /* ERE_CHAR */
	uint32_t min, max;      /* ERE_REPEAT; UINT32_MAX: no end */
	struct ere_set *set;    /* ERE_SET */
	struct ere_node *a, *b; /* ERE_CAT, ERE_ALT; ERE_REPEAT: a */
};

/* NULL: *why says what is wrong. */
struct ere_node *ere_parse(struct arena *mem, struct str pattern, struct str *why);
