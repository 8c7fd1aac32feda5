/* gamesrvd/store/prune.c
 * Forgetting: the oldest attempts go first, and what somebody may still need stays whatever its
 * age.
 */
#include <errno.h>

#include "gamesrvd/store/db.h"
#include "gamesrvd/store/history.h"

struct victim {
	int64_t id, revision, time_us;
};

/* Counted once; later every write keeps the figures. */
static int count(struct store_db *db)
{
	sqlite3_stmt *stmt;
	int rc;

	if (db->counted)
		return 0;
	stmt = db_query(db,
			"SELECT (SELECT count(*) FROM attempt), (SELECT total(bytes) FROM blob),"
			" (SELECT count(*) FROM attempt WHERE revision IS NULL)",
			"");
	rc = db_step(db, stmt);
	if (rc > 0) {
		db->kept = sqlite3_column_int64(stmt, 0);
		db->kept_bytes = sqlite3_column_int64(stmt, 1);
		db->kept_failures = sqlite3_column_int64(stmt, 2);
		db->counted = true;
		sqlite3_reset(stmt);
	}
	return rc < 0 ? rc : 0;
}

static int first_victim(struct store_db *db, sqlite3_stmt *stmt, struct victim *out)
{
	int rc = db_step(db, stmt);

	if (rc <= 0)
		return rc < 0 ? rc : -ENOENT;
	*out = (struct victim){sqlite3_column_int64(stmt, 0), db_int(stmt, 1, 0),
			       sqlite3_column_int64(stmt, 2)};
	sqlite3_reset(stmt);
	return 0;
}

static int oldest_failure(struct store_db *db, struct victim *out)
{
	return first_victim(db,
			    db_query(db,
				     "SELECT id, revision, time_us FROM attempt"
				     " WHERE revision IS NULL ORDER BY id LIMIT 1",
				     ""),
			    out);
}

/* Kept: pinned, in force, the one before it, the last good one, the base of a pending confirmation. Failures
 * have a quarter of the room: a pipeline that fails all night must not push out what worked. */
static int oldest(struct store_db *db, const struct history_limits *limits, struct victim *out)
{
	if (db->kept > limits->count && db->kept_failures > limits->count / 4)
		return oldest_failure(db, out);
	return first_victim(
		db,
		db_query(db,
			 "SELECT a.id, a.revision, a.time_us FROM attempt a"
			 " LEFT JOIN revision r ON r.number = a.revision"
			 " WHERE a.revision IS NULL OR (r.pinned = 0"
			 "  AND a.revision < (SELECT max(number) FROM revision) - 1"
			 "  AND a.revision NOT IN (SELECT base FROM confirm)"
			 "  AND a.revision <> coalesce((SELECT g.revision FROM attempt g"
			 "   WHERE g.revision < (SELECT max(number) FROM revision)"
			 "   AND g.outcome IN ('applied', 'confirmed')"
			 "   ORDER BY g.revision DESC LIMIT 1), 0))"
			 " ORDER BY a.id LIMIT 1",
			 ""),
		out);
}

static bool beyond(const struct store_db *db, const struct history_limits *l,
		   const struct victim *v)
{
	return db->kept > l->count || db->kept_bytes > l->bytes ||
	       v->time_us < l->now_us - l->age_us;
}

static int neighbour(struct store_db *db, const char *sql, int64_t revision, int64_t *out)
{
	sqlite3_stmt *stmt = db_query(db, sql, "i", revision);
	int rc = db_step(db, stmt);

	if (rc > 0) {
		*out = sqlite3_column_int64(stmt, 0);
		sqlite3_reset(stmt);
	}
	return rc < 0 ? rc : 0;
}

static int drop_blob(struct store_db *db, int64_t blob)
{
	sqlite3_stmt *stmt =
		db_query(db,
			 "DELETE FROM blob WHERE id = ?1 AND NOT EXISTS"
			 " (SELECT 1 FROM file_version WHERE blob = ?1) RETURNING bytes",
			 "i", blob);
	int64_t bytes = 0;
	int rc;

	while ((rc = db_step(db, stmt)) > 0)
		bytes = sqlite3_column_int64(stmt, 0);
	if (rc == 0)
		db->kept_bytes -= bytes;
	return rc;
}

/* Files that only this revision, of all that are left, holds: they came after its older neighbour
 * and went by its younger one. */
static int drop_files(struct store_db *db, struct arena *mem, int64_t revision)
{
	VEC(int64_t) blobs = {0};
	int64_t before = 0, after = INT64_MAX, *blob;
	sqlite3_stmt *stmt;
	int rc;

	rc = neighbour(db,
		       "SELECT number FROM revision WHERE number < ? ORDER BY number DESC LIMIT 1",
		       revision, &before);
	if (rc == 0)
		rc = neighbour(
			db, "SELECT number FROM revision WHERE number > ? ORDER BY number LIMIT 1",
			revision, &after);
	if (rc < 0)
		return rc;
	stmt = db_query(db,
			"DELETE FROM file_version WHERE until > ?1 AND until <= ?2 AND since > ?3"
			" RETURNING blob",
			"iii", revision, after, before);
	while ((rc = db_step(db, stmt)) > 0)
		vec_add(mem, &blobs, sqlite3_column_int64(stmt, 0));
	VEC_EACH (&blobs, blob)
		if (rc == 0)
			rc = drop_blob(db, *blob);
	return rc;
}

static int drop(struct store_db *db, struct arena *mem, const struct victim *v)
{
	int rc = v->revision != 0 ? drop_files(db, mem, v->revision) : 0;

	if (rc == 0)
		rc = db_run(db, "DELETE FROM change WHERE attempt = ?", "i", v->id);
	if (rc == 0)
		rc = db_run(db, "DELETE FROM finding WHERE attempt = ?", "i", v->id);
	if (rc == 0)
		rc = db_run(db, "DELETE FROM revision WHERE number = ?", "i", v->revision);
	if (rc == 0)
		rc = db_run(db, "DELETE FROM attempt WHERE id = ?", "i", v->id);
	return rc;
}

int history_prune(struct store_db *db, const struct history_limits *limits, size_t most,
		  size_t *gone)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("prune");
	struct victim v;
	int rc = count(db), found = 0;

	*gone = 0;
	if (rc < 0)
		return rc;
	found = oldest(db, limits, &v);
	if (found < 0 || !beyond(db, limits, &v))
		return found == -ENOENT ? 0 : found;
	rc = db_begin(db);
	while (rc == 0 && found == 0 && *gone < most && beyond(db, limits, &v)) {
		rc = drop(db, mem, &v);
		db->kept--;
		db->kept_failures -= v.revision == 0;
		++*gone;
		found = oldest(db, limits, &v);
	}
	if (rc == 0 && found < 0 && found != -ENOENT)
		rc = found;
	rc = db_end(db, rc);
	if (rc < 0)
		db->counted = false;
	return rc;
}
