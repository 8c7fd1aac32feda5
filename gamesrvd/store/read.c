/* gamesrvd/store/read.c
 * Reading the history. A limit or a cursor bounds every list whose length users decide.
 */
#include <errno.h>
#include <inttypes.h>

#include "base/digest.h"
#include "gamesrvd/store/db.h"
#include "gamesrvd/store/history.h"

#define ATTEMPT                                                                                    \
	"SELECT a.id, a.revision, a.base, a.time_us, a.uid, a.actor, a.message, a.origin, "        \
	"a.outcome,"                                                                               \
	" a.digest, a.docs_added, a.docs_removed, a.docs_changed, a.changes_total,"                \
	" a.findings_total, a.rollback_of, a.error, r.pinned"                                      \
	" FROM attempt a LEFT JOIN revision r ON r.number = a.revision "

static void read_attempt(struct arena *mem, sqlite3_stmt *stmt, struct history_attempt *out)
{
	*out = (struct history_attempt){
		.id = sqlite3_column_int64(stmt, 0),
		.revision = db_int(stmt, 1, 0),
		.base = sqlite3_column_int64(stmt, 2),
		.time_us = sqlite3_column_int64(stmt, 3),
		.uid = sqlite3_column_int64(stmt, 4),
		.actor = db_text(mem, stmt, 5),
		.message = db_text(mem, stmt, 6),
		.origin = db_text(mem, stmt, 7),
		.outcome = db_text(mem, stmt, 8),
		.docs_added = sqlite3_column_int64(stmt, 10),
		.docs_removed = sqlite3_column_int64(stmt, 11),
		.docs_changed = sqlite3_column_int64(stmt, 12),
		.changes_total = sqlite3_column_int64(stmt, 13),
		.findings_total = sqlite3_column_int64(stmt, 14),
		.rollback_of = db_int(stmt, 15, 0),
		.error = db_text(mem, stmt, 16),
		.pinned = db_int(stmt, 17, 0) != 0,
	};
	out->has_digest = db_digest(stmt, 9, out->digest);
}

static int one_attempt(struct store_db *db, struct arena *mem, sqlite3_stmt *stmt,
		       struct history_attempt *out)
{
	int rc = db_step(db, stmt);

	if (rc < 0)
		return rc;
	if (rc == 0)
		return -ENOENT;
	read_attempt(mem, stmt, out);
	sqlite3_reset(stmt);
	return 0;
}

int history_head(struct store_db *db, struct arena *mem, struct history_attempt *out)
{
	return one_attempt(
		db, mem,
		db_query(db, ATTEMPT "WHERE a.revision = (SELECT max(number) FROM revision)", ""),
		out);
}

int history_revision(struct store_db *db, struct arena *mem, int64_t number,
		     struct history_attempt *out)
{
	return one_attempt(db, mem, db_query(db, ATTEMPT "WHERE a.revision = ?", "i", number), out);
}

int history_by_id(struct store_db *db, struct arena *mem, int64_t id, struct history_attempt *out)
{
	return one_attempt(db, mem, db_query(db, ATTEMPT "WHERE a.id = ?", "i", id), out);
}

int history_list(struct store_db *db, struct arena *mem, int64_t before, size_t limit,
		 history_attempts *out)
{
	sqlite3_stmt *stmt = db_query(db, ATTEMPT "WHERE a.id < ? ORDER BY a.id DESC LIMIT ?", "ii",
				      before > 0 ? before : INT64_MAX, (int64_t)limit);
	int rc;

	while ((rc = db_step(db, stmt)) > 0)
		read_attempt(mem, stmt, vec_push(mem, out));
	return rc;
}

int history_read_files(struct store_db *db, struct arena *mem, int64_t revision, bool texts,
		       history_files *out)
{
	sqlite3_stmt *stmt = db_query(db,
				      "SELECT f.path, b.digest, CASE WHEN ?2 THEN b.text END"
				      " FROM file_version f LEFT JOIN blob b ON b.id = f.blob"
				      " WHERE f.since <= ?1 AND (f.until IS NULL OR f.until > ?1)"
				      " ORDER BY f.path",
				      "ii", revision, (int64_t)texts);
	int rc;

	while ((rc = db_step(db, stmt)) > 0) {
		struct history_file *f = vec_push(mem, out);

		f->path = db_text(mem, stmt, 0);
		f->text = texts ? db_text(mem, stmt, 2) : (struct str){NULL, 0};
		if (!db_digest(stmt, 1, f->digest) || (texts && f->text.p == NULL)) {
			sqlite3_reset(stmt);
			return db_damaged(db,
					  "the text of " STR_FMT " in revision %" PRId64 " is gone",
					  STR_ARG(f->path), revision);
		}
	}
	return rc;
}

static void read_change(struct arena *mem, sqlite3_stmt *stmt, struct conf_change *out)
{
	int64_t op = sqlite3_column_int64(stmt, 0), reload = sqlite3_column_int64(stmt, 6);

	*out = (struct conf_change){
		.op = op >= CONF_ADDED && op <= CONF_CHANGED ? (enum conf_change_op)op
							     : CONF_CHANGED,
		.kind = db_text(mem, stmt, 1),
		.name = db_text(mem, stmt, 2),
		.field = db_text(mem, stmt, 3),
		.before = db_text(mem, stmt, 4),
		.after = db_text(mem, stmt, 5),
		.reload = reload >= CONF_LIVE && reload <= CONF_RESTART ? (enum conf_reload)reload
									: CONF_LIVE,
	};
}

int history_changes(struct store_db *db, struct arena *mem, int64_t attempt, size_t limit,
		    struct conf_diff *out)
{
	sqlite3_stmt *stmt =
		db_query(db,
			 "SELECT op, kind, name, field, before, after, reload FROM change"
			 " WHERE attempt = ? ORDER BY seq LIMIT ?",
			 "ii", attempt, (int64_t)limit);
	int rc;

	while ((rc = db_step(db, stmt)) > 0)
		read_change(mem, stmt, vec_push(mem, &out->changes));
	return rc;
}

int history_findings(struct store_db *db, struct arena *mem, int64_t attempt, history_texts *out)
{
	sqlite3_stmt *stmt = db_query(db, "SELECT json FROM finding WHERE attempt = ? ORDER BY seq",
				      "i", attempt);
	int rc;

	while ((rc = db_step(db, stmt)) > 0)
		vec_add(mem, out, db_text(mem, stmt, 0));
	return rc;
}

int history_touches(struct store_db *db, struct arena *mem, struct str kind, struct str name,
		    int (*each)(void *ctx, const struct history_touch *touch), void *ctx)
{
	sqlite3_stmt *stmt = db_query(
		db,
		"SELECT c.op, c.kind, c.name, c.field, c.before, c.after, c.reload, a.revision,"
		" a.time_us, a.actor, a.message, a.uid FROM change c JOIN attempt a ON a.id = "
		"c.attempt"
		" WHERE c.kind = ? AND c.name = ? AND a.revision IS NOT NULL"
		" ORDER BY c.attempt DESC, c.seq",
		"ss", kind, name);
	int rc;

	while ((rc = db_step(db, stmt)) > 0) {
		struct conf_change change;
		struct history_touch touch = {
			.change = &change,
			.revision = sqlite3_column_int64(stmt, 7),
			.time_us = sqlite3_column_int64(stmt, 8),
			.actor = db_text(mem, stmt, 9),
			.message = db_text(mem, stmt, 10),
			.uid = sqlite3_column_int64(stmt, 11),
		};

		read_change(mem, stmt, &change);
		if (each(ctx, &touch) != 0) {
			sqlite3_reset(stmt);
			return 0;
		}
	}
	return rc;
}

int history_pending(struct store_db *db, struct arena *mem, struct history_confirm *out)
{
	sqlite3_stmt *stmt = db_query(
		db, "SELECT revision, base, wall_us, boot_id, boottime_us FROM confirm", "");
	int rc = db_step(db, stmt);

	*out = (struct history_confirm){0};
	if (rc <= 0)
		return rc;
	*out = (struct history_confirm){
		.revision = sqlite3_column_int64(stmt, 0),
		.base = sqlite3_column_int64(stmt, 1),
		.wall_us = sqlite3_column_int64(stmt, 2),
		.boot_id = db_text(mem, stmt, 3),
		.boottime_us = sqlite3_column_int64(stmt, 4),
	};
	sqlite3_reset(stmt);
	return 0;
}

int history_last_good(struct store_db *db, int64_t below, int64_t *out)
{
	sqlite3_stmt *stmt = db_query(db,
				      "SELECT revision FROM attempt WHERE revision < ?"
				      " AND outcome IN ('applied', 'confirmed')"
				      " ORDER BY revision DESC LIMIT 1",
				      "i", below);
	int rc = db_step(db, stmt);

	*out = rc > 0 ? sqlite3_column_int64(stmt, 0) : 0;
	if (rc > 0)
		sqlite3_reset(stmt);
	return rc < 0 ? rc : 0;
}

int history_note(struct store_db *db, struct arena *mem, const char *key, struct str *out)
{
	sqlite3_stmt *stmt = db_query(db, "SELECT value FROM note WHERE key = ?", "s", str_of(key));
	int rc = db_step(db, stmt);

	if (rc <= 0)
		return rc < 0 ? rc : -ENOENT;
	*out = db_text(mem, stmt, 0);
	sqlite3_reset(stmt);
	return 0;
}
