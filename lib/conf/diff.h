/* lib/conf/diff.h
 * What differs between two sets, in terms of fields and types, not of text: 1m equals 60s; key order,
 * comments and quotes are no difference; lists with unique=Field are matched by that field.
 *
 * Thread: any; result in the arena given, holds views into both sets.
 */
#pragma once
#include "conf/set.h"

enum conf_change_op { CONF_ADDED, CONF_REMOVED, CONF_CHANGED };

struct conf_change {
	enum conf_change_op op;
	struct str kind, name; /* document */
	struct str field;      /* path behind Kind/name: "waves[0].boss"; empty: the whole document */
	struct str before, after; /* canonical text, secrets as "***"; empty when there is none */
	enum conf_reload reload;
};

struct conf_diff {
	VEC(struct conf_change) changes; /* by kind, name, then field order of the schema */
	uint32_t docs_added, docs_removed, docs_changed;
};

/* Either side may be NULL: empty. A whole added or removed document is one change. */
void conf_diff(struct arena *mem, const struct conf_set *before, const struct conf_set *after,
	       struct conf_diff *out);
const char *conf_change_op_name(enum conf_change_op op); /* "added" "removed" "changed" */
/* {"op","path","kind","name","field","before","after","reload"}; new reference. */
json_t *conf_change_json(const struct conf_change *c);

/* Three-way: what both sides changed since `base`, to different values. For conflicts. */
struct conf_clash {
	struct str path; /* Kind/name.field */
	struct str base, mine, theirs;
};
typedef VEC(struct conf_clash) conf_clashes;
void conf_diff3(struct arena *mem, const struct conf_set *base, const struct conf_set *mine,
		const struct conf_set *theirs, conf_clashes *out);
