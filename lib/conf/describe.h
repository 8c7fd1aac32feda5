/* lib/conf/describe.h
 * A schema in words: ranges, a document to begin with, the tables of the manual.
 *
 * Thread: any; reads the schema only.
 */
#pragma once
#include "base/buf.h"
#include "conf/rule.h"
#include "conf/set.h"

/* What values a level allows: "1 to 9999", "above 0, below 1", "at most 40 characters", "one of red, blue".
 * Nothing when no rule speaks of it. */
void conf_range_text(struct buf *out, const struct conf_type *type, const struct conf_rules *rules);

/* A commented document of a kind, ready to edit: required fields with their example or a value that fits, the
 * others commented out with their defaults. References point to documents of `set`, where it has some; it
 * may be NULL. */
void conf_init_text(struct buf *out, const struct conf_kind *kind, struct str name,
		    const struct conf_set *set);

/* The Markdown tables in docs/config-language.md, made from the rows of types and rules. */
void conf_manual_types(struct buf *out);
void conf_manual_rules(struct buf *out);
