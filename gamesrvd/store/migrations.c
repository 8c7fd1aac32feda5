/* gamesrvd/store/migrations.c
 * The database names itself (application_id), the number of its last step (user_version) and the
 * digest of each step that ran, so that a file of another program, of a newer gamesrvd or of a
 * build with other steps is told apart from damage.
 */
#include "gamesrvd/store/migrations.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/digest.h"

#define APPLICATION_ID 0x67737276 /* "gsrv" */

static int pragma(struct store_db *db, const char *sql, int64_t *value)
{
	sqlite3_stmt *stmt = db_query(db, sql, "");
	int rc = db_step(db, stmt);

	if (rc > 0) {
		*value = sqlite3_column_int64(stmt, 0);
		sqlite3_reset(stmt);
	}
	return rc < 0 ? rc : 0;
}

static void digest_step(const struct migration *m, uint8_t out[32])
{
	digest_of((struct str){m->sql, m->sql_bytes}, out);
}

static int run_step(struct store_db *db, const struct migration *m)
{
	uint8_t digest[32];
	char sql[64];
	int rc = db_exec(db, m->sql);

	digest_step(m, digest);
	if (rc == 0)
		rc = db_run(db, "INSERT INTO migration VALUES (?, ?, ?, ?)", "isdi",
			    (int64_t)m->number, str_of(m->name), digest, (int64_t)time(NULL));
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", m->number);
	return rc < 0 ? rc : db_exec(db, sql);
}

int migrations_create(struct store_db *db)
{
	char sql[64];
	int rc = db_begin(db);

	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d", APPLICATION_ID);
	if (rc == 0)
		rc = db_exec(db, sql);
	if (rc == 0)
		rc = db_exec(
			db,
			"CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL,"
			" digest BLOB NOT NULL, time INTEGER NOT NULL) STRICT");
	for (size_t i = 0; rc == 0 && i < migrations_count; i++)
		rc = run_step(db, &migrations[i]);
	return db_end(db, rc);
}

static int check_step(struct store_db *db, const struct migration *m)
{
	sqlite3_stmt *stmt = db_query(db, "SELECT digest FROM migration WHERE number = ?", "i",
				      (int64_t)m->number);
	uint8_t wanted[32], found[32];
	int rc = db_step(db, stmt);
	bool same;

	if (rc < 0)
		return rc;
	if (rc == 0)
		return db_damaged(db, "the record of step %d (%s) is missing", m->number, m->name);
	digest_step(m, wanted);
	same = db_digest(stmt, 0, found) && digest_eq(found, wanted);
	sqlite3_reset(stmt);
	return same ? 0
		    : db_damaged(db, "step %d (%s) ran with another text than this binary has",
				 m->number, m->name);
}

int migrations_run(struct store_db *db)
{
	int64_t id = 0, version = 0;
	int rc = pragma(db, "PRAGMA application_id", &id);

	if (rc == 0)
		rc = pragma(db, "PRAGMA user_version", &version);
	if (rc < 0)
		return rc;
	if (id != APPLICATION_ID) {
		snprintf(db->problem, sizeof(db->problem),
			 "it is a SQLite database of another program");
		return -EMEDIUMTYPE;
	}
	if (version > (int64_t)migrations_count) {
		snprintf(db->problem, sizeof(db->problem),
			 "it has format %" PRId64 "; this binary knows formats up to %zu", version,
			 migrations_count);
		return -ENOTSUP;
	}
	if (version < 1)
		return db_damaged(db, "its format number is %" PRId64, version);
	for (int64_t i = 0; rc == 0 && i < version; i++)
		rc = check_step(db, &migrations[i]);
	for (size_t i = (size_t)version; rc == 0 && i < migrations_count; i++) {
		rc = db_begin(db);
		if (rc == 0)
			rc = db_end(db, run_step(db, &migrations[i]));
	}
	return rc;
}
