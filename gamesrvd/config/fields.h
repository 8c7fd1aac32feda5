/* gamesrvd/config/fields.h
 * The fields of a document one by one, and the value behind a path.
 *
 * Thread: any; reads immutable sets.
 */
#pragma once
#include "conf/set.h"

struct field_row {
	struct str path; /* behind Kind/name */
	const struct conf_type *type;
	const void *value; /* NULL: inside a list or map, which is one row */
	enum conf_state state;
	enum conf_reload reload;
	bool secret;
};
typedef VEC(struct field_row) field_rows;

/* Every field of the document; structs are entered, lists and maps are one row. Paths live in `mem`. */
void fields_of(struct arena *mem, const struct conf_doc *doc, field_rows *out);
/* The value at a path that may lead into lists and maps. False: nothing is there. */
bool fields_find(struct arena *mem, const struct conf_doc *doc, struct str path,
		 struct field_row *out);
/* Canonical text; "***" for secrets, p == NULL for what is null or absent. */
struct str fields_text(struct arena *mem, const struct field_row *row);
/* `path` is `of` itself or something inside it; everything is inside the empty path. */
bool fields_within(struct str path, struct str of);
