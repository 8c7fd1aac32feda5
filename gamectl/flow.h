/* gamectl/flow.h
 * Canonical values ("[{name: \"a\", at: 10s}]") laid out for people: on one line where that is short enough, else
 * broken as YAML's block style, level by level.
 *
 * Thread: any.
 */
#pragma once
#include "base/buf.h"

/* Lines after the first stand behind `indent` spaces; all fit into `width` columns behind them where a break
 * can be found: texts are never broken. `value` is shown as it is when it is not well-formed. No line end at
 * the end. */
void flow_put(struct buf *out, struct str value, size_t indent, size_t width);
