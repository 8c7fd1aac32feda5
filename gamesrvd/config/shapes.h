/* gamesrvd/config/shapes.h
 * The JSON shapes of docs/admin-api.md that config and the operations on the history share.
 *
 * Thread: any; no state. New references; NULL: out of memory, which json_pack() and op_reply() pass on.
 */
#pragma once
#include <jansson.h>

#include "conf/diff.h"
#include "conf/set.h"
#include "gamesrvd/store/history.h"

json_t *shape_text(struct str s); /* p == NULL: null; bytes that are no UTF-8 are shown as \xNN */
json_t *shape_digest(const uint8_t digest[32]);
json_t *shape_time(int64_t wall_us);
json_t *shape_revision(const struct history_attempt *a);
json_t *shape_changes(const struct conf_change *changes, size_t count);
json_t *shape_findings(const history_texts *findings, bool valid, int64_t total);
/* {"kind","name","file","line","spec"} */
json_t *shape_item(const struct conf_doc *doc);
