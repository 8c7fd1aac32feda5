/* gamectl/saved_plan.h
 * A plan in a file: the bundle that `plan --out FILE` looked at, bound to the revision it was made on, for
 * `apply FILE` to carry out later and elsewhere.
 *
 * Thread: any. The file is JSON; whoever hands it over is not trusted: every field is checked before anything is
 * made of it. Its digest tells a damaged or edited file. It is no signature: whoever may apply a plan may apply
 * anything else as well.
 */
#pragma once
#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"

enum { SAVED_PLAN_FORMAT = 1 };

struct saved_plan {
	int64_t base_revision;
	const char *
		base_digest; /* of its content: other daemons count revisions, too; "": revision 0 */
	int64_t allow_delete; /* as given to plan */
	const char *digest;   /* manifest of the whole bundle, 64 hex digits */
	const char *bundle;   /* where it lay, for people */
	const char *created;  /* RFC 3339 */
	json_t *files;        /* path -> text: what differs from the base revision */
	json_t *unchanged;    /* path -> digest */
	json_t *root;         /* owns all of the above after saved_plan_parse() */
};

/* Writes it for its owner alone (it holds texts, which may hold secrets). 0 or -errno. */
MUST_USE int saved_plan_write(const char *path, const struct saved_plan *plan);
/* False: `problem` says what is wrong, without the file's name. */
MUST_USE bool saved_plan_parse(struct str text, struct saved_plan *out, struct buf *problem);
/* The same from a file; a directory, a pipe or a file above 512 MiB is a problem, too. */
MUST_USE bool saved_plan_read(const char *path, struct saved_plan *out, struct buf *problem);
/* Sets the digest that fits the rest of the object. False: out of memory. */
bool saved_plan_seal(json_t *root);
void saved_plan_free(struct saved_plan *plan);
