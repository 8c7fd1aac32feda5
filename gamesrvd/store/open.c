/* gamesrvd/store/open.c
 * Finding, making and checking the database file. A new one is built under another name and moved
 * into place when it is complete: so an empty or headless history.db is always damage and never a
 * beginning.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gamesrvd/store/history.h"
#include "gamesrvd/store/migrations.h"
#include "gamesrvd/store/open.h"

struct paths {
	struct str db, wal, fresh, fresh_journal;
};

static int sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 || fsync(fd) < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return rc;
}

static int fail(struct store_db *db, const char *doing)
{
	int rc = -errno;
	char text[64];

	snprintf(db->problem, sizeof(db->problem), "%s: %s", doing,
		 strerror_r(-rc, text, sizeof(text)));
	return rc;
}

static int create(struct store_db *db, const char *dir, const struct paths *at)
{
	int fd, rc;

	unlink(at->fresh.p);
	unlink(at->fresh_journal.p);
	fd = open(at->fresh.p, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(db, "cannot be created");
	close(fd);
	rc = db_open(db, at->fresh.p);
	if (rc == 0)
		rc = migrations_create(db);
	db_close(db);
	if (rc < 0)
		return rc;
	if (rename(at->fresh.p, at->db.p) < 0)
		return fail(db, "cannot be moved into place");
	rc = sync_dir(dir);
	if (rc < 0)
		snprintf(db->problem, sizeof(db->problem), "the directory cannot be synced");
	return rc;
}

static int check(struct store_db *db)
{
	sqlite3_stmt *stmt = db_query(db, "PRAGMA quick_check(1)", "");
	int rc = db_step(db, stmt);
	bool fine;

	if (rc < 0)
		return rc;
	fine = rc > 0 && sqlite3_column_text(stmt, 0) != NULL &&
	       strcmp((const char *)sqlite3_column_text(stmt, 0), "ok") == 0;
	if (!fine)
		rc = db_damaged(db, "%s", rc > 0 ? (const char *)sqlite3_column_text(stmt, 0) : "");
	sqlite3_reset(stmt);
	return fine ? history_verify(db) : rc;
}

static int open_existing(struct store_db *db, const struct paths *at)
{
	int rc = db_open(db, at->db.p);

	if (rc == 0)
		rc = migrations_run(db);
	if (rc == 0)
		rc = db_exec(db, "PRAGMA journal_mode = WAL");
	return rc < 0 ? rc : check(db);
}

static int find(struct store_db *db, const char *dir, const struct paths *at)
{
	struct stat st;
	int rc = lstat(at->db.p, &st) == 0 ? 0 : -errno;

	if (rc == -ENOENT) {
		if (access(at->wal.p, F_OK) == 0)
			return db_damaged(db, "it is missing but its write-ahead log %s is there",
					  at->wal.p);
		rc = create(db, dir, at);
		return rc < 0 ? rc : open_existing(db, at);
	}
	if (rc < 0)
		return fail(db, "cannot be read");
	if (!S_ISREG(st.st_mode)) {
		snprintf(db->problem, sizeof(db->problem), "it is not a regular file");
		return -EMEDIUMTYPE;
	}
	if (st.st_size == 0)
		return db_damaged(db, "it is empty");
	return open_existing(db, at);
}

static const char *verdict(int rc)
{
	switch (rc) {
	case -EMEDIUMTYPE: return "is not a history of gamesrvd";
	case -ENOTSUP: return "was written by a newer gamesrvd";
	case -EUCLEAN: return "is damaged";
	default: return "cannot be used";
	}
}

static const char *way_out(int rc)
{
	switch (rc) {
	case -EMEDIUMTYPE:
	case -EUCLEAN: return "restore it from a backup, or start with another --data directory";
	case -ENOTSUP: return "start the newer binary, or another --data directory";
	case -ENOSPC: return "make room on the disk";
	default: return "see that the directory can be read and written by this user";
	}
}

int store_db_open(struct store_db *db, const char *dir, struct buf *why)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("store open");
	struct paths at = {
		arena_printf(mem, "%s/history.db", dir),
		arena_printf(mem, "%s/history.db-wal", dir),
		arena_printf(mem, "%s/history.db.new", dir),
		arena_printf(mem, "%s/history.db.new-journal", dir),
	};
	int rc = find(db, dir, &at);

	if (rc == 0)
		return 0;
	buf_printf(why, "%s %s: %s; %s", at.db.p, verdict(rc), db->problem, way_out(rc));
	db_close(db);
	return rc;
}
