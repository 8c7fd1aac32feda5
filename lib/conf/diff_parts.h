/* lib/conf/diff_parts.h
 * What the diff*.c files and effective.c share. Thread: one at a time per comparison.
 */
#pragma once
#include "conf/diff.h"
#include "conf/path.h"
#include "conf/rule.h"

struct diff_walk {
	struct arena *mem; /* of the result */
	struct conf_diff *out;
	const struct conf_doc *doc; /* what the changes are filed under */
	struct buf path, identity;  /* freed when the arena is */
	struct buf text;
	uint32_t in_plain_list; /* > 0: identity stays at the list */
	enum conf_reload reload;
	bool secret;
};

struct diff_side { /* a value on one side, or none */
	const struct conf_type *type;
	const struct conf_rules *rules; /* of its level; may be NULL */
	const void *value;              /* NULL: none or null */
	bool present;                   /* null is present */
};

struct diff_walk *diff_walk_new(struct arena *mem, struct conf_diff *out);
void diff_values(struct diff_walk *w, struct diff_side a, struct diff_side b);
void diff_lists(struct diff_walk *w, struct diff_side a, struct diff_side b);
void diff_records(struct diff_walk *w, const struct conf_struct *sa, const void *a,
		  const struct conf_struct *sb, const void *b);
bool diff_side_equal(struct diff_walk *w, struct diff_side a, struct diff_side b);
/* Files one change at the path the walk stands at. */
void diff_change(struct diff_walk *w, struct diff_side a, struct diff_side b);
void diff_change_text(struct diff_walk *w, struct diff_side b, struct str before, struct str after);
/* The text of a value as changes show it, in the result's arena; .p == NULL: not present. */
struct str diff_text(struct diff_walk *w, struct diff_side side);
struct str diff_keep(struct diff_walk *w, struct buf *text);
struct diff_side diff_item(struct diff_side list, uint32_t index);
/* `f` NULL: no side. */
struct diff_side diff_field_side(const struct conf_struct *s, const void *record,
				 const struct conf_field *f);
/* The field of `sa` that is `fb` of `sb`, maybe under its old name; NULL: none. */
const struct conf_field *diff_counterpart(const struct conf_struct *sa,
					  const struct conf_struct *sb,
					  const struct conf_field *fb);
/* The field named by unique=Field, if the list has that rule. */
const struct conf_field *diff_match_field(struct diff_side list);
/* The strictest class of what lies inside a type. */
enum conf_reload diff_reload_inside(const struct conf_type *t);
