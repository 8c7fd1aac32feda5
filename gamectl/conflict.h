/* gamectl/conflict.h
 * Two writers, one base: who won, where both sides changed the same field, and how to go on.
 *
 * Thread: one.
 */
#pragma once
#include "cmd.h"

/* Tells a `conflict` answer (details as docs/admin-api.md has them). Gives EXIT_CONFLICT. */
int conflict_fail(struct cmd_call *call, struct str message, json_t *details);
