/* gamesrvd/control/json.h
 * A request's body to JSON: depth is looked at before anything is built, duplicate keys are refused, and the top
 * is an object.
 *
 * Thread: any; may take long for large bodies, so not on a loop.
 */
#pragma once
#include <jansson.h>

#include "base/buf.h"

enum { JSON_BODY_DEPTH = 32 };

/* Once, before any thread and any JSON: from then on a failed allocation inside jansson is remembered per
 * thread, because jansson itself drops bytes then, or calls it a syntax error. */
void json_watch_memory(void);

/* How deep brackets nest, strings left out; looks no further than one above `max`. */
int json_body_depth(struct str text, int max);
/* A new reference, or NULL with *status (400, 503) and what is wrong in `why`. Nothing at all means {}. */
json_t *json_body_read(struct str text, int *status, struct buf *why);
