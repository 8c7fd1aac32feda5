/* gamectl/findings.h
 * Findings that the daemon gave back. Where the bundle lies on this side, it is checked here once more for
 * people: then they see their source lines, with secrets hidden, just as `validate` shows them.
 *
 * Thread: one.
 */
#pragma once
#include "cmd.h"
#include "conf/bundle.h"

/* Tells the findings object of an `invalid` answer; `bundle` may be NULL. Gives EXIT_INVALID. */
int findings_fail(struct cmd_call *call, json_t *object, const struct bundle *bundle);
/* Warnings of a plan or apply answer ("findings", "total"), on standard error; nothing with -o json, whose
 * reply has them. */
void findings_warn(struct cmd_call *call, const json_t *reply, const struct bundle *bundle);
