/* gamesrvd/control/shapes.h
 * The named JSON shapes of docs/admin-api.md, one row each, and what they are in JSON Schema (draft 2020-12).
 *
 * Thread: any; the rows are constant. Fields are "name:type", separated by spaces; "name?:type" may be left out.
 * Types: text int num bool time obj (any object) any, #Shape, [type], {type} (map of texts to it), a|b|c (one of
 * these words); a trailing ? means: or null. apiVersion stands at the top of every answer and is not repeated here.
 */
#pragma once
#include <jansson.h>

#include "base/base.h"

struct shape {
	const char *name, *doc, *fields;
};

extern const struct shape shapes_table[];
extern const size_t shapes_table_count;

const struct shape *shape_find(struct str name); /* NULL: no such shape */
json_t *shape_schema(const struct shape *shape); /* new reference; NULL: out of memory */
/* The schema of one type text: "int", "#Plan", "[#Change]?"; for op_param.type also "string" and the like. */
json_t *shape_type(struct str type);
