/* gamesrvd/store/db.h
 * The thin layer over SQLite that the rest of the store speaks: prepared once, bound by a format,
 * errors as errno.
 *
 * Thread: store. A statement given by db_query() belongs to the database and is used until the next
 * db_query() of the same text.
 */
#pragma once
#include <sqlite3.h>

#include "gamesrvd/store/store.h"

struct store_db {
	sqlite3 *sqlite;
	struct db_statement {
		const char *sql; /* compared as a pointer: literals only */
		sqlite3_stmt *stmt;
	} cache[64];
	size_t cached;
	char problem[256];
	bool counted; /* kept and kept_bytes were counted: history_prune() */
	int64_t kept, kept_failures, kept_bytes;
};

/* Opens an existing file. Errors as store_open(). */
MUST_USE int db_open(struct store_db *db, const char *path);
void db_close(struct store_db *db);

/* Binds one argument a letter: i int64_t, n int64_t where negative is NULL, s struct str as text, S
 * the same where p == NULL is NULL, b struct str as blob, d const uint8_t[32] as blob where NULL is
 * NULL. NULL: see store_problem(). The texts must stay until the statement was stepped. */
sqlite3_stmt *db_query(struct store_db *db, const char *sql, const char *types, ...);
/* 1: a row, 0: no more (the statement is reset), or -errno. stmt may be NULL: -errno of the
 * db_query(). */
MUST_USE int db_step(struct store_db *db, sqlite3_stmt *stmt);
/* For statements without rows: 0 or -errno. */
MUST_USE int db_run(struct store_db *db, const char *sql, const char *types, ...);
MUST_USE int db_exec(struct store_db *db, const char *sql); /* many statements, no arguments */
MUST_USE int db_begin(struct store_db *db);
/* Commits when rc is 0, else takes everything back; gives rc or what the commit said. */
MUST_USE int db_end(struct store_db *db, int rc);
/* Notes the last SQLite error as the problem and gives its errno. */
int db_failed(struct store_db *db, const char *doing);
int db_damaged(struct store_db *db, const char *fmt, ...) PRINTF(2, 3); /* -EUCLEAN */

struct str db_text(struct arena *mem, sqlite3_stmt *stmt, int column); /* NULL: p == NULL */
bool db_digest(sqlite3_stmt *stmt, int column, uint8_t out[32]); /* false: NULL or not 32 bytes */
int64_t db_int(sqlite3_stmt *stmt, int column, int64_t if_null);
