/* lib/conf/schema_build.h
 * Inside the schema loader: kinds while they are made. The stages, each a file:
 *
 *	schema_read.c   YAML tree -> drafts of kinds, structs, fields
 *	tag.c           short and long form of a field -> struct tag_spec
 *	schema_type.c   "list[Wave]?" -> struct conf_type
 *	schema_split.c  "required,min=1|eq=0,dive,..." -> levels of items
 *	layout.c        cycles, sizes, offsets
 *	schema_rules.c  items -> compiled rules
 *	schema_default.c  defaults into blank records, and their checks
 *	schema_digest.c   fingerprints
 *	schema_plan.c   what a check has to look at
 *
 * A mistake marks its kind as failed and the stages go on, so that all mistakes of all kinds are reported; a
 * field that failed one stage is left out by the next. Thread: one per build.
 */
#pragma once
#include "conf/rule.h"
#include "conf/tag.h"
#include "conf/types.h"

enum {
	SCHEMA_MAX_KINDS = 1000,
	SCHEMA_MAX_STRUCTS = 256,      /* of one kind */
	SCHEMA_MAX_FIELDS = 1000,      /* of one struct */
	SCHEMA_MAX_TYPE_DEPTH = 16,    /* list[list[...]] */
	SCHEMA_MAX_RULES = 64,         /* of one level */
	SCHEMA_MAX_RECORD = 64 * 1024, /* bytes of one record with its inline structs */
	SCHEMA_MAX_RECORDS = 64 << 20, /* bytes of all blank records */
	SCHEMA_MAX_NAME = 63,
	SCHEMA_MAX_LISTED = 10000,  /* findings of one load that are kept */
	SCHEMA_MAX_GUESSES = 200000 /* candidates looked at for suggestions */
};

/* One item of a validate tag between commas: alternatives between '|'. */
struct rule_item {
	struct str written; /* of this alternative: "max=9999" */
	struct str name, raw;
	bool has_raw; /* there was a '=' */
	const struct str *params;
	size_t param_count;
	struct rule_item *or_else;
};

/* One level of a validate tag. */
struct rule_level {
	struct conf_type *type;
	VEC(struct rule_item *) items;
	bool omitempty, opaque, is_key, is_field;
	struct rule_level *keys, *elements;
};

struct field_draft {
	struct conf_field *field;
	struct conf_type *type; /* NULL: failed */
	struct tag_spec spec;
	struct rule_level *level; /* NULL: no rules, or failed */
};

struct struct_draft {
	struct conf_struct *s;
	struct conf_field *fields;
	struct field_draft *drafts;
	struct kind_draft *kind;
	enum { LAYOUT_NONE, LAYOUT_DOING, LAYOUT_DONE } layout;
	const struct field_draft *inside; /* LAYOUT_DOING: the field being followed */
	bool blank_made;
};

struct kind_draft {
	struct conf_kind *kind;
	struct schema_build *build;
	const struct conf_source *source;
	struct str name;
	uint32_t first_line, last_line;
	bool failed, untyped;               /* untyped: some field has no readable type */
	VEC(struct struct_draft *) structs; /* the top first */
	struct map struct_by_name;          /* without the top */
};

struct schema_build {
	struct conf_schema *schema;
	struct arena *mem, *scratch; /* the schema's; the load's */
	struct diags *d;
	bool builtin;
	VEC(struct kind_draft *) kinds;
	struct map kind_by_name; /* -> struct kind_draft, failed ones too */
	size_t blank_bytes;
	uint32_t listed, guesses_left;
	struct conf_finding spare; /* stands for findings that are not kept */
};

/* Reports an error and marks the kind as failed. */
struct conf_finding *schema_error(struct kind_draft *k, const char *code, struct conf_place at,
				  const char *fmt, ...) PRINTF(4, 5);

/* A way out, for a finding of schema_error(). */
void schema_hint(struct kind_draft *k, struct conf_finding *f, const char *fmt, ...) PRINTF(3, 4);
bool schema_may_guess(struct kind_draft *k, size_t candidates);

/* Text that lives as long as the schema: a view of the source where it can, else a copy. */
struct str schema_keep(struct kind_draft *k, struct str text);

/* Each stage goes over what the one before it left. */
void schema_read_doc(struct schema_build *b, const struct conf_source *src, struct yaml_doc *doc);
bool schema_read_spec(struct kind_draft *k, const struct yaml_node *node, struct conf_place at,
		      struct tag_spec *out);
struct conf_type *schema_type(struct kind_draft *k, struct str text, struct conf_place at);
struct rule_level *schema_split(struct kind_draft *k, struct field_draft *f);
void schema_layout(struct kind_draft *k);
void schema_compile(struct kind_draft *k, struct struct_draft *s, struct field_draft *f);
void schema_defaults(struct kind_draft *k);
void schema_plan(struct kind_draft *k);
void schema_kind_digest(struct kind_draft *k);
void schema_digest(struct conf_schema *schema);

bool schema_name_ok(struct str name); /* [A-Za-z_][A-Za-z0-9_-]*, at most 63 */
bool schema_is_type_name(struct str name);
struct struct_draft *schema_draft_of(struct kind_draft *k, const struct conf_struct *s);
