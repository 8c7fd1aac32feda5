/* gamectl/plan_view.h
 * What a plan or an applied change says to people: fields before and after, when each takes effect, whom it
 * touches.
 *
 * Thread: one.
 */
#pragma once
#include "cmd.h"

/* The changes, their effects, and what must be allowed first. Adds to call->out, at most `max_lines` lines of
 * changes (0: all). */
void plan_view(struct cmd_call *call, const json_t *plan, size_t max_lines);
/* Counts of a plan's documents: "2 documents changed, 1 added". */
void plan_view_counts(struct buf *out, const json_t *plan);
bool plan_is_empty(const json_t *plan);
