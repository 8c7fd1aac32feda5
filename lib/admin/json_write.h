/* lib/admin/json_write.h
 * JSON values as text: compact, keys in the order they were put, numbers with a fraction as a short text that
 * reads back as the same number (0.4, where jansson's own writer says 0.40000000000000002).
 *
 * Thread: any; reads the value. An allocation failure sticks in `out`.
 */
#pragma once
#include <jansson.h>

#include "base/buf.h"

void json_write(struct buf *out, const json_t *value);
