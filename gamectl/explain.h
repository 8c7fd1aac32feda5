/* gamectl/explain.h
 * What a path of the schema means, and what a document says there.
 *
 * Thread: one. Everything lives in the call's arena or in what the origin loaded.
 */
#pragma once
#include "conf/value.h"
#include "origin.h"

/* "Arena", "Arena.waves.boss", "Arena/keep.waves[0].boss" understood. */
struct explain_target {
	struct str kind_name, name; /* name empty: the schema alone */
	struct str path;            /* behind Kind or Kind/name; empty: the whole */
	const struct conf_kind *kind;
	const struct conf_field *field; /* the last field on the way; NULL: the kind itself */
	const struct conf_type
		*type; /* of the place: the field's, or an element's; NULL: the kind */
	const struct conf_struct
		*inside; /* the fields of the place, through lists and maps; NULL: a scalar */
	const struct conf_rules *rules; /* of the place */
};

/* EXIT_DONE, or the exit code of what was told. */
int explain_resolve(struct cmd_call *call, struct origin *from, struct str what,
		    struct explain_target *out);

/* One value of a document, as canonical text. */
struct explain_value {
	struct str field, value;
	const char *state; /* "written" "defaulted" "null" "absent" */
	struct str file;
	uint32_t line; /* 0: not written */
};
struct explain_values {
	VEC(struct explain_value) list;
	json_t *document;  /* the whole document as JSON; borrowed from the process */
	const char *where; /* "the bundle in ." or "revision 12, in force" */
	struct str file;
	uint32_t line;
};
/* The values at and below the path. EXIT_DONE, or the exit code of what was told. */
int explain_values(struct cmd_call *call, struct origin *from, const struct explain_target *t,
		   struct explain_values *out);

void explain_text(struct cmd_call *call, const struct explain_target *t,
		  const struct explain_values *v);
json_t *explain_json(const struct explain_target *t, const struct explain_values *v);
/* All kinds of a schema. */
void explain_kinds_text(struct cmd_call *call, const struct origin *from);
json_t *explain_kinds_json(const struct origin *from);

/* Each rule of a place, levels told apart: depth "", "each item: ", "each key: ". */
void explain_each_rule(const struct conf_rules *rules, const char *level,
		       void (*each)(void *ctx, const char *level, struct str written,
				    struct str summary),
		       void *ctx);
