/* gamesrvd/store/record.c
 * Writing an attempt: one transaction, and every row of it is about what changed, never about what
 * stayed.
 */
#include <errno.h>
#include <inttypes.h>

#include "base/digest.h"
#include "gamesrvd/store/chain.h"
#include "gamesrvd/store/db.h"

static int64_t none_if_zero(int64_t value)
{
	return value == 0 ? -1 : value; /* -1 is NULL to db_run() */
}

static int next_link(struct store_db *db, int64_t *number, uint8_t prev[32])
{
	sqlite3_stmt *stmt =
		db_query(db, "SELECT number, chain FROM revision ORDER BY number DESC LIMIT 1", "");
	int rc = db_step(db, stmt);

	*number = 1;
	memset(prev, 0, 32);
	if (rc <= 0)
		return rc;
	*number = sqlite3_column_int64(stmt, 0) + 1;
	if (!db_digest(stmt, 1, prev))
		rc = db_damaged(db, "revision %" PRId64 " lacks a digest", *number - 1);
	sqlite3_reset(stmt);
	return rc < 0 ? rc : 0;
}

static int write_attempt(struct store_db *db, struct history_record *rec)
{
	struct history_attempt *a = &rec->attempt;
	uint8_t prev[32], chain[32];
	int rc = 0;

	a->revision = 0;
	if (rec->succeeded)
		rc = next_link(db, &a->revision, prev);
	if (rc == 0)
		rc = db_run(
			db,
			"INSERT INTO attempt (revision, base, time_us, uid, actor, message, origin,"
			" outcome, digest, docs_added, docs_removed, docs_changed, changes_total,"
			" findings_total, rollback_of, error)"
			" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			"niiissssdiiiiinS", none_if_zero(a->revision), a->base, a->time_us, a->uid,
			a->actor, a->message, a->origin, a->outcome,
			a->has_digest ? a->digest : NULL, a->docs_added, a->docs_removed,
			a->docs_changed, a->changes_total, a->findings_total,
			none_if_zero(a->rollback_of), a->error);
	if (rc < 0)
		return rc;
	a->id = sqlite3_last_insert_rowid(db->sqlite);
	if (!rec->succeeded)
		return 0;
	chain_digest(prev, a, chain);
	return db_run(db, "INSERT INTO revision (number, attempt, prev, chain) VALUES (?, ?, ?, ?)",
		      "iidd", a->revision, a->id, prev, chain);
}

/* The row of this text, made when it is new, mended when its bytes went bad on the disk. */
static int write_blob(struct store_db *db, const struct history_file *f, int64_t *id)
{
	sqlite3_stmt *stmt =
		db_query(db, "SELECT id, text FROM blob WHERE digest = ?", "d", f->digest);
	int rc = db_step(db, stmt);
	bool same;

	if (rc < 0)
		return rc;
	if (rc == 0) {
		rc = db_run(db, "INSERT INTO blob (digest, bytes, text) VALUES (?, ?, ?)", "dib",
			    f->digest, (int64_t)f->text.n, f->text);
		*id = sqlite3_last_insert_rowid(db->sqlite);
		db->kept_bytes += (int64_t)f->text.n;
		return rc;
	}
	*id = sqlite3_column_int64(stmt, 0);
	same = str_eq(f->text, (struct str){sqlite3_column_blob(stmt, 1),
					    (size_t)sqlite3_column_bytes(stmt, 1)});
	sqlite3_reset(stmt);
	return same ? 0
		    : db_run(db, "UPDATE blob SET text = ?, bytes = ? WHERE id = ?", "bii", f->text,
			     (int64_t)f->text.n, *id);
}

static int end_file(struct store_db *db, struct str path, int64_t revision)
{
	return db_run(db, "UPDATE file_version SET until = ? WHERE path = ? AND until IS NULL",
		      "is", revision, path);
}

static int write_files(struct store_db *db, const struct history_record *rec)
{
	int64_t revision = rec->attempt.revision, blob;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < rec->removed_count; i++)
		rc = end_file(db, rec->removed[i], revision);
	for (size_t i = 0; rc == 0 && i < rec->written_count; i++) {
		rc = end_file(db, rec->written[i].path, revision);
		if (rc == 0)
			rc = write_blob(db, &rec->written[i], &blob);
		if (rc == 0)
			rc = db_run(db,
				    "INSERT INTO file_version (path, since, blob) VALUES (?, ?, ?)",
				    "sii", rec->written[i].path, revision, blob);
	}
	return rc;
}

static int write_changes(struct store_db *db, const struct history_record *rec)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < rec->change_count; i++) {
		const struct conf_change *c = &rec->changes[i];

		rc = db_run(db, "INSERT INTO change VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			    "iiisssSSi", rec->attempt.id, (int64_t)i, (int64_t)c->op, c->kind,
			    c->name, c->field, c->before, c->after, (int64_t)c->reload);
	}
	for (size_t i = 0; rc == 0 && i < rec->finding_count; i++)
		rc = db_run(db, "INSERT INTO finding VALUES (?, ?, ?)", "iis", rec->attempt.id,
			    (int64_t)i, rec->findings[i]);
	return rc;
}

static int write_confirm(struct store_db *db, const struct history_record *rec)
{
	const struct history_confirm *c = rec->confirm;
	int rc = 0;

	if (rec->takes_back != 0) {
		rc = db_run(db, "UPDATE attempt SET outcome = 'rolled-back' WHERE revision = ?",
			    "i", rec->takes_back);
		if (rc == 0)
			rc = db_run(db, "DELETE FROM confirm", "");
	}
	if (rc == 0 && c != NULL)
		rc = db_run(db, "INSERT OR REPLACE INTO confirm VALUES (1, ?, ?, ?, ?, ?)", "iiisi",
			    rec->attempt.revision, c->base, c->wall_us, c->boot_id, c->boottime_us);
	return rc;
}

int history_record(struct store_db *db, struct history_record *rec)
{
	int64_t kept_bytes = db->kept_bytes;
	int rc = db_begin(db);

	if (rc == 0)
		rc = write_attempt(db, rec);
	if (rc == 0 && rec->succeeded)
		rc = write_files(db, rec);
	if (rc == 0)
		rc = write_changes(db, rec);
	if (rc == 0 && rec->succeeded)
		rc = write_confirm(db, rec);
	rc = db_end(db, rc);
	if (rc < 0) {
		db->kept_bytes = kept_bytes;
		return rc;
	}
	db->kept++;
	db->kept_failures += !rec->succeeded;
	return 0;
}

int history_confirmed(struct store_db *db, int64_t revision)
{
	int rc = db_begin(db);

	if (rc == 0)
		rc = db_run(db, "UPDATE attempt SET outcome = 'confirmed' WHERE revision = ?", "i",
			    revision);
	if (rc == 0)
		rc = db_run(db, "DELETE FROM confirm", "");
	return db_end(db, rc);
}

int history_rearm(struct store_db *db, const struct history_confirm *c)
{
	return db_run(db, "UPDATE confirm SET boot_id = ?, boottime_us = ? WHERE revision = ?",
		      "sii", c->boot_id, c->boottime_us, c->revision);
}

int history_pin(struct store_db *db, int64_t revision, bool pinned)
{
	int rc = db_run(db, "UPDATE revision SET pinned = ? WHERE number = ?", "ii",
			(int64_t)pinned, revision);

	return rc == 0 && sqlite3_changes(db->sqlite) == 0 ? -ENOENT : rc;
}

int history_set_note(struct store_db *db, const char *key, struct str value)
{
	return db_run(db, "INSERT OR REPLACE INTO note VALUES (?, ?)", "ss", str_of(key), value);
}
