/* gamesrvd/store/migrations.h
 * The steps that bring a database to this binary's format, embedded from migrations/NNNN_name.sql.
 *
 * Thread: store, inside store_open().
 */
#pragma once
#include "gamesrvd/store/db.h"

struct migration {
	int number; /* 1, 2, 3 … without a gap */
	const char *name, *sql;
	size_t sql_bytes;
};
extern const struct migration migrations[];
extern const size_t migrations_count;

/* Makes an empty database ours, all steps in one transaction. */
MUST_USE int migrations_create(struct store_db *db);
/* Checks that the database is ours and that its steps are the ones this binary knows, then runs
 * those it lacks, each in a transaction of its own. Errors as store_open(). */
MUST_USE int migrations_run(struct store_db *db);
