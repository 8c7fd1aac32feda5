/* lib/conf/export.h
 * A schema in the languages of others: JSON Schema for editors and other checkers, a C header for code that
 * reads records.
 *
 * Thread: any; reads the schema only.
 */
#pragma once
#include <jansson.h>

#include "base/buf.h"
#include "conf/schema.h"

/* JSON Schema, draft 2020-12, of one document of any of the kinds: what a YAML language server needs. It is
 * exact where JSON Schema can be; what it cannot say (references, comparisons of fields, bounds of durations,
 * sizes and percents) stands in the descriptions. New reference; NULL: out of memory. */
json_t *conf_export_json_schema(const struct conf_schema *schema);

/* C structs laid out as records of these kinds, with assertions that hold them to it. struct conf_room_type
 * for the kind RoomType, struct conf_room_type_resume for its struct Resume; `state_of` beside the fields says
 * what the author did with each. */
void conf_export_c_header(struct buf *out, const struct conf_kind *const *kinds, size_t count);
