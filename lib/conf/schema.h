/* lib/conf/schema.h
 * Kinds, structs, fields and rules as loaded from the schema language, and how a document of a kind
 * lies in memory: every struct has a C layout, so the built-in kinds are read through generated C
 * structs and the game's own through handles, at the same cost.
 *
 * Thread: immutable after conf_schema_load(); any thread may read. Reference-counted.
 * Language: docs/config-language.md.
 */
#pragma once
#include "base/map.h"
#include "conf/diags.h"
#include "conf/yaml.h"

enum conf_base {
	CONF_BOOL,     /* bool */
	CONF_INT,      /* int8_t..int64_t by bits */
	CONF_UINT,     /* uint8_t..uint64_t by bits */
	CONF_FLOAT,    /* double */
	CONF_STRING,   /* struct str */
	CONF_DURATION, /* struct dur */
	CONF_SIZE,     /* uint64_t, bytes */
	CONF_PERCENT,  /* double: 12.5 for 12.5% */
	CONF_TIME,     /* struct conf_time */
	CONF_REF,      /* struct str: the name within `ref_kind` */
	CONF_LIST,     /* struct conf_list */
	CONF_MAP,      /* struct conf_map */
	CONF_STRUCT,   /* the record itself, inline; behind a pointer when nullable or recursive */
	CONF_OPAQUE,   /* struct str: canonical JSON of the subtree (rule "-") */
	CONF_BASE_COUNT
};

struct dur {
	int64_t us;
};
struct conf_time {
	int64_t us; /* since 1970-01-01T00:00:00Z */
};

/* Items lie side by side, each elem->size bytes. nulls: NULL, or one bool an item (list[int?]). */
struct conf_list {
	void *items;
	const bool *nulls;
	uint32_t count;
};
/* Sorted by key; values[i] belongs to keys[i]. */
struct conf_map {
	const struct str *keys;
	void *values;
	const bool *nulls;
	uint32_t count;
};

struct conf_struct;
struct conf_kind;

struct conf_type {
	enum conf_base base;
	bool nullable;
	bool by_pointer;      /* CONF_STRUCT behind `void *`; NULL = null or absent */
	bool negative;        /* CONF_DURATION: rule_level_negative() says below 0 is fine */
	uint8_t bits;         /* CONF_INT, CONF_UINT: 8, 16, 32, 64 */
	uint32_t size, align; /* of the value in its record or list */
	const struct conf_type *elem;     /* list, map */
	const struct conf_struct *fields; /* struct */
	struct str ref_kind;              /* ref */
	struct str text;                  /* as written: "list[Wave]" */
};

/* What the author of a document did with a field; lies at conf_struct.state_offset + its index. */
enum conf_state {
	CONF_ABSENT,
	CONF_NULL,
	CONF_DEFAULTED,
	CONF_WRITTEN,
	/* Written, but not a value of the type. Rules take it as present with a value that nobody
	 * knows, so that one mistake is one finding. Never in a record without errors. */
	CONF_INVALID
};
enum conf_reload { CONF_LIVE, CONF_NEXT, CONF_RESTART };
const char *conf_reload_name(enum conf_reload reload); /* "live" "next" "restart" */

struct conf_rules; /* compiled rules of one field, all levels: conf/rule.h */

struct conf_field {
	struct str name;
	const struct conf_type *type;
	uint32_t index, offset; /* place in conf_struct.fields; bytes from the record's start */
	const struct conf_rules *rules;
	struct str validate; /* the tag as written, for explain and export; may be empty */
	bool has_default, required, explicit_, secret;
	enum conf_reload reload;
	struct str default_text; /* as written; the value itself lies in conf_struct.blank */
	struct str doc, unit, example, deprecated, was, since;
	struct conf_place at; /* the field's spec in the schema */
};

struct conf_struct {
	struct str name; /* the kind's own name for a document's top */
	struct str doc;
	const struct conf_field *fields; /* in schema order */
	uint32_t field_count;
	uint32_t size, align, state_offset;
	const void *blank;  /* a record with every default in place and its states set */
	struct map by_name; /* name -> const struct conf_field */
	struct map by_was;  /* old name -> const struct conf_field */
	/* Indexes of the fields that have rules, or lead to structs that have some. */
	const uint32_t *checked;
	uint32_t checked_count;
	bool ref_defaults; /* an absent field may yet refer to a document */
	struct conf_place at;
};

struct conf_kind {
	struct conf_struct top;
	const struct conf_struct *const *structs; /* of this kind's `structs:`, in order */
	uint32_t struct_count;
	bool builtin;
	struct str source_text; /* the schema document as written */
	uint8_t fingerprint[32];
};

struct conf_schema {
	struct arena *mem; /* everything above lives here */
	/* name -> const struct conf_kind; built-in first, then by file and place */
	struct map kinds;
	struct map
		faulty; /* names of kinds with errors, which are not in `kinds`; values: not NULL */
	bool nameless;  /* a faulty schema did not even tell its kind's name */
	uint8_t fingerprint[32]; /* of all kinds: same bytes = same meaning */
	bool broken;             /* findings were errors: sound kinds are still here */
	_Atomic uint32_t refs;
};

/* Loads the built-in kinds and every schema document of `sources`. Never NULL: with errors in `d`
 * the sound kinds are given and .broken is set. The sources are copied, and findings point into the
 * copies: the schema outlives them. */
struct conf_schema *conf_schema_load(const struct conf_source *const *sources, size_t count,
				     const struct yaml_caps *caps, struct diags *d);
struct conf_schema *conf_schema_ref(struct conf_schema *schema);
void conf_schema_unref(struct conf_schema *schema); /* NULL is fine */

const struct conf_kind *conf_kind_find(const struct conf_schema *schema, struct str name);
/* The kind is declared, but its schema has errors (or some schema's name could not be read):
 * documents of it and references to it are neither right nor wrong. */
bool conf_kind_faulty(const struct conf_schema *schema, struct str name);
const struct conf_field *conf_field_find(const struct conf_struct *s, struct str name);
bool conf_is_schema_path(struct str path); /* schemas/...: holds kinds, not documents */

/* The built-in kinds' sources, compiled in from schemas/ (generated). */
extern const struct conf_builtin {
	const char *path, *text;
} conf_builtins[];
extern const size_t conf_builtin_count;
