/* gamesrvd/store/store.h
 * The history on disk: one SQLite database, `history.db` in the data directory, owned by one
 * thread.
 *
 * Thread: store_open() starts the store thread; store_call() and store_post() may come from any
 * other; the functions they carry run on the store thread, one after the other, and alone may touch
 * struct store_db. Ownership: ctx stays the caller's; with store_post() it must outlive the call of
 * fn. Errors: everything that touches the disk gives 0 or a negative errno and leaves a text in
 * store_problem(); a failed write leaves the database as it was and the store usable, so a later
 * try may succeed. The data directory's lock file is the business of main: two stores never share a
 * directory.
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

struct store;
struct store_db; /* the database, inside a store_fn */

typedef void store_fn(struct store_db *db, void *ctx);

/* Opens or creates DIR/history.db, brings it to this binary's format and checks it: a file that is
 * no database of ours, is newer than this binary, or is damaged is named in `why` and never served.
 * -EMEDIUMTYPE: not ours; -ENOTSUP: newer; -EUCLEAN: damaged; else an errno of the disk. */
MUST_USE int store_open(const char *dir, struct store **out, struct buf *why);
void store_close(struct store *s); /* runs what is queued, then ends the thread; NULL is fine */

void store_call(struct store *s, store_fn *fn, void *ctx); /* waits until fn has run */
/* Runs fn later; -ENOMEM: not queued. Order of calls and posts of one thread is kept. */
MUST_USE int store_post(struct store *s, store_fn *fn, void *ctx);
/* For an operation that already runs on the store thread (OP_ON_STORE). */
struct store_db *store_here(struct store *s);
/* What the last failed access said, "database or disk is full"; never NULL. */
const char *store_problem(const struct store_db *db);
