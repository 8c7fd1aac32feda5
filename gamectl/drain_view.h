/* gamectl/drain_view.h
 * A drain for people: its progress, painted over and over on a terminal or a line whenever something changed; its plan.
 *
 * Thread: one.
 */
#pragma once
#include "cmd.h"

struct drain_view {      /* all-zero at the beginning */
	size_t lines;    /* painted last time; a terminal goes back over them */
	struct buf last; /* the line printed last, without a terminal */
	int64_t printed_ms;
};

void drain_view_show(struct cmd_call *call, struct drain_view *v, const json_t *drain);
void drain_view_end(struct drain_view *v);
void drain_view_plan(struct cmd_call *call, const json_t *plan);
/* "12 of 20 rooms and 118 players left" and the like, without a line end. */
void drain_view_line(struct cmd_call *call, struct buf *out, const json_t *drain);
