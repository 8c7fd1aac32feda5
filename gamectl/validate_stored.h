/* gamectl/validate_stored.h
 * Before an upgrade: which revisions that the daemon has stored would no longer pass, under this gamectl's built-in
 * kinds and perhaps another directory's schemas?
 *
 * Thread: one.
 */
#pragma once
#include "bundle_opts.h"

/* Puts the schemas of `dir` in the place of those in *files. EXIT_DONE, or the exit code of what was told. */
int bundle_swap_schemas(struct cmd_call *call, const char *dir, struct bundle *files,
			struct diags *d);

/* Checks every stored revision; `against` may be NULL. EXIT_INVALID when one would break. */
int validate_stored(struct cmd_call *call, const char *against);
