/* gamebot/report.h
 * What a run came to: latencies, numbers, checks and thresholds; as text for people and as JSON for programs.
 *
 * Thread: one.
 */
#pragma once
#include <jansson.h>

#include "base/buf.h"
#include "play.h"

/* How many thresholds and checks were missed. */
uint32_t report_missed(const struct play *play);
void report_text(struct buf *out, const struct play *play, bool colour);
json_t *report_json(const struct play *play); /* a new reference; NULL: out of memory */
