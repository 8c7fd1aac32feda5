/* lib/conf/rule.h
 * A validator rule: one file in lib/conf/rules/, one row. The build finds it by its name; the schema loader,
 * explain, the JSON Schema export and the language manual follow from the row.
 *
 * Thread: rows are constant; compiled arguments live in their schema's arena and are immutable.
 */
#pragma once
#include <jansson.h>

#include "base/buf.h"
#include "conf/diags.h"
#include "conf/schema.h"
#include "conf/yaml.h"

enum rule_class {
	RULE_VALUE,    /* asks the value; may stand in a|b */
	RULE_PRESENCE, /* asks whether a field is there: required_*, excluded_*, explicit */
	RULE_STRUCTURE /* dive keys endkeys omitempty -: handled by the loader itself, a row for the manual */
};

/* Bit for each enum conf_base. */
#define RULE_ON(base) (1u << (base))
#define RULE_NUMBERS                                                                               \
	(RULE_ON(CONF_INT) | RULE_ON(CONF_UINT) | RULE_ON(CONF_FLOAT) | RULE_ON(CONF_DURATION) |   \
	 RULE_ON(CONF_SIZE) | RULE_ON(CONF_PERCENT))
#define RULE_COUNTED (RULE_ON(CONF_STRING) | RULE_ON(CONF_LIST) | RULE_ON(CONF_MAP))
#define RULE_TEXT    RULE_ON(CONF_STRING)
#define RULE_ANY     (RULE_ON(CONF_BASE_COUNT) - 1)

/* Where a rule stands, while the schema loads. */
struct rule_build {
	struct arena *mem;
	const struct conf_type *type; /* of this level: the field's, an element's, a key's */
	const struct conf_struct
		*owner; /* the struct the field belongs to: all its fields are known */
	const struct conf_kind
		*kind;      /* all its structs have their fields and types: for ../x and /x */
	struct str written; /* the rule as written, "min=abc": in front of messages */
	const struct conf_field *field;
	struct conf_place at;
	struct diags *d;
	uint32_t *guesses_left; /* for suggest_within() */
	bool failed;
};
/* Reports a schema-* finding at the field's spec. */
void rule_build_error(struct rule_build *b, const char *code, const char *fmt, ...) PRINTF(3, 4);

/* The records around a value, innermost first: for sibling, ../parent and /root references. */
struct rule_scope {
	const struct conf_struct *s;
	const void *record;
	const struct rule_scope *up;
};

/* One value under check. */
struct rule_call {
	const struct conf_type *type;
	const void *value; /* typed; CONF_MAP keys come as CONF_STRING */
	enum conf_state state;
	const struct rule_scope *scope;
	const struct conf_field *field;
};

struct conf_rule {
	const char *name;
	enum rule_class class;
	uint32_t bases;                 /* types it may stand on: RULE_ON() bits */
	uint8_t min_params, max_params; /* parameters as split at spaces; 255 = any number */
	const char *params; /* for the manual: "N", "a b c", "field value …"; "" = none */
	const char *
		summary; /* for the manual and explain: "the number, length or count is at least N" */
	const char *example; /* a whole field line for the manual: `hp: int  `validate:"min=1"`` */
	/* Checks the parameters and makes *arg (may be left NULL). Missing: the rule takes none.
	 * `params` are unquoted; `raw` is the whole text behind '='. */
	void (*compile)(struct rule_build *b, const struct str *params, size_t count,
			struct str raw, void **arg);
	bool (*passes)(const struct rule_call *call, const void *arg); /* hot: no allocation */
	/* What is wrong, without the field's name: "12000 is above the maximum 9999". */
	void (*say)(struct buf *out, const struct rule_call *call, const void *arg);
	/* The element a failed check is about, for rules on lists and maps (unique). Optional. */
	uint32_t (*item)(const struct rule_call *call, const void *arg);
	/* A way out, or nothing. Optional. */
	void (*hint)(struct buf *out, const struct rule_call *call, const void *arg);
	/* Adds keywords to a JSON Schema (draft 2020-12) of the value. Optional: left out where JSON Schema
	 * cannot say it exactly. */
	void (*json_schema)(json_t *schema, const struct conf_type *type, const void *arg);
};

extern const struct conf_rule *const conf_rules_table[]; /* generated from the folder */
extern const size_t conf_rules_table_count;

/* A rule in use: the row, its compiled argument, and the alternatives behind '|'. */
struct rule_use {
	const struct conf_rule *rule;
	const void *arg;
	struct str written;             /* "max=9999" */
	const struct rule_use *or_else; /* a|b|c: the next alternative */
	bool compares; /* with other fields: a default has to be checked against them each time */
};

/* Whether the rule or one of its alternatives passes. */
static inline bool rule_use_passes(const struct rule_use *use, const struct rule_call *call)
{
	while (use != NULL && !use->rule->passes(call, use->arg))
		use = use->or_else;
	return use != NULL;
}

/* Rules of one level; `dive` leads to elements, `keys` to a map's keys. */
struct conf_rules {
	const struct rule_use *uses; /* presence rules first */
	uint32_t count, presence;    /* of all; of presence rules */
	bool omitempty, opaque;
	bool compares;                            /* one of the uses does */
	const struct conf_rules *keys, *elements; /* NULL: none */
};

/* Whether a value passes every value rule of its level; no rules: it does. */
bool rule_values_pass(const struct conf_rules *rules, const struct rule_call *call);

/* Helpers for rules (lib/conf/rule_help.c) */

/* A parameter in the unit of the type: "5", "30s", "4KiB", "12.5%". False: reported as schema-param. */
struct rule_number {
	bool is_float;
	union {
		__int128 i; /* ints, uints, durations in us, sizes, counts */
		double f;   /* floats, percents */
	};
	struct str text; /* as people write it, for messages */
};
bool rule_number_parse(struct rule_build *b, struct str param, struct rule_number *out);
/* The number, code points of a string, or count of a list or map. <0, 0, >0 against the parameter. */
int rule_compare(const struct rule_call *call, const struct rule_number *with);
/* The value as a message shows it: 12000, "text" (5 characters), 3 items. */
void rule_say_value(struct buf *out, const struct rule_call *call);
/* The same as the beginning of a sentence about its measure: `12000 is`, `"abc" has 3 characters,`, `3 items
 * are`; "above the maximum 2" fits behind all. */
void rule_say_measure(struct buf *out, const struct rule_call *call);

/* Checks between the rules of one compiled level: bounds that no value can meet are schema-param, a rule
 * twice is schema-rule (presence rules may repeat). For the level's own uses; call it for each level. */
void rule_level_check(struct rule_build *b, const struct conf_rules *rules);
/* A bound below zero stands at this level: its durations may be negative (conf_type.negative). */
bool rule_level_negative(const struct conf_rules *rules);

/* A field of a struct by its name. NULL: reported as schema-field. */
const struct conf_field *rule_field_find(struct rule_build *b, const struct conf_struct *s,
					 struct str name);
/* Field references: name, ../name, /a.b. False: reported as schema-field. */
struct rule_ref;
const struct rule_ref *rule_ref_parse(struct rule_build *b, struct str path);
const struct conf_field *rule_ref_field(const struct rule_ref *ref);
/* It leads to the very field whose rule it is; not to one of its name in a record around. */
bool rule_ref_is_self(const struct rule_build *b, const struct rule_ref *ref);
struct str rule_ref_text(const struct rule_ref *ref);
/* The field's value and state now. NULL: it has none, or (state CONF_INVALID) none that anybody knows;
 * also when a record on the way is null. */
const void *rule_ref_get(const struct rule_ref *ref, const struct rule_call *call,
			 enum conf_state *state);
