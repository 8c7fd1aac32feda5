/* lib/conf/diff.h
 * What differs between two sets, in terms of fields and types, not of text: 1m equals 60s; key order,
 * comments and quotes are no difference; lists with unique=Field are matched by that field. Between two
 * schemas, fields are matched by name (or old name) and values compared as canonical text where types differ.
 *
 * Thread: any; result in the arena given, holds views into both sets.
 */
#pragma once
#include "conf/set.h"

enum conf_change_op { CONF_ADDED, CONF_REMOVED, CONF_CHANGED };

struct conf_change {
	enum conf_change_op op;
	struct str kind, name; /* document */
	struct str field; /* path behind Kind/name: "waves[0].boss"; empty: the whole document */
	/* Canonical text, secrets as "***"; .p == NULL when there is none. A list matched by a field whose
	 * items only changed places: those fields in their order. */
	struct str before, after;
	/* The strictest on the way to the field; of a whole value or document, of all it sets. */
	enum conf_reload reload;
	/* As `field`, but the same for the same thing whatever else changed: an item of a list matched by a
	 * field is named by it, other lists count as one thing. */
	struct str identity;
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

/* How a whole document comes and goes: as the strictest field that it sets; one as good as unwritten makes no change
 * take longer. */
enum conf_reload conf_doc_reload(const struct conf_doc *doc);

/* The same for one document on both sides; either may be NULL. */
void conf_diff_doc(struct arena *mem, const struct conf_doc *before, const struct conf_doc *after,
		   struct conf_diff *out);

/* Three-way: what both sides changed since `base`, to different values. For conflicts. */
struct conf_clash {
	struct str path;               /* Kind/name.field */
	struct str base, mine, theirs; /* .p == NULL: not there */
};
typedef VEC(struct conf_clash) conf_clashes;
void conf_diff3(struct arena *mem, const struct conf_set *base, const struct conf_set *mine,
		const struct conf_set *theirs, conf_clashes *out);
