/* gamesrvd/store/db.c */
#include "gamesrvd/store/db.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static const char *meaning(int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL: return "the disk is full";
	case SQLITE_READONLY: return "the database or its directory cannot be written";
	case SQLITE_IOERR: return "reading or writing the disk failed";
	case SQLITE_CANTOPEN: return "a file of the database cannot be opened";
	case SQLITE_BUSY: return "another program holds the database locked";
	default: return sqlite3_errstr(code);
	}
}

static int errno_of(int code, int system)
{
	switch (code & 0xff) {
	case SQLITE_FULL: return -ENOSPC;
	case SQLITE_READONLY:
	case SQLITE_PERM: return -EROFS;
	case SQLITE_ERROR: /* our own SQL is right: a table or column is not */
	case SQLITE_CORRUPT: return -EUCLEAN;
	case SQLITE_NOTADB: return -EMEDIUMTYPE;
	case SQLITE_NOMEM: return -ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return -EBUSY;
	default: return system > 0 ? -system : -EIO;
	}
}

int db_failed(struct store_db *db, const char *doing)
{
	int code = sqlite3_extended_errcode(db->sqlite);
	int system = sqlite3_system_errno(db->sqlite);
	bool disk = (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN;

	if (disk && system > 0) {
		char text[64];

		snprintf(db->problem, sizeof(db->problem), "%s: %s (%s)", doing, meaning(code),
			 strerror_r(system, text, sizeof(text)));
	} else {
		snprintf(db->problem, sizeof(db->problem), "%s: %s", doing,
			 code == SQLITE_ERROR ? sqlite3_errmsg(db->sqlite) : meaning(code));
	}
	return errno_of(code, disk ? system : 0);
}

int db_damaged(struct store_db *db, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(db->problem, sizeof(db->problem), fmt, args);
	va_end(args);
	return -EUCLEAN;
}

int db_open(struct store_db *db, const char *path)
{
	int rc = sqlite3_open_v2(path, &db->sqlite, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
				 NULL);

	if (rc != SQLITE_OK && db->sqlite == NULL)
		return -ENOMEM;
	if (rc != SQLITE_OK)
		return db_failed(db, "open");
	sqlite3_extended_result_codes(db->sqlite, 1);
	sqlite3_busy_timeout(db->sqlite, 2000);
	/* A hostile file must not bring code of its own: no views or triggers that call functions.
	 */
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	return db_exec(db, "PRAGMA temp_store = MEMORY; PRAGMA synchronous = FULL;"
			   "PRAGMA cell_size_check = ON; PRAGMA foreign_keys = OFF;");
}

void db_close(struct store_db *db)
{
	for (size_t i = 0; i < db->cached; i++)
		sqlite3_finalize(db->cache[i].stmt);
	db->cached = 0;
	sqlite3_close(db->sqlite);
	db->sqlite = NULL;
}

static sqlite3_stmt *prepared(struct store_db *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;

	for (size_t i = 0; i < db->cached; i++)
		if (db->cache[i].sql == sql)
			return db->cache[i].stmt;
	if (db->cached == ARRAY_LEN(db->cache)) {
		snprintf(db->problem, sizeof(db->problem), "too many statements");
		return NULL;
	}
	if (sqlite3_prepare_v3(db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) !=
	    SQLITE_OK)
		return NULL;
	db->cache[db->cached++] = (struct db_statement){sql, stmt};
	return stmt;
}

static int bind_text(sqlite3_stmt *stmt, int at, struct str s)
{
	return sqlite3_bind_text64(stmt, at, s.p ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8);
}

static int bind_one(sqlite3_stmt *stmt, int at, char type, va_list *args)
{
	switch (type) {
	case 'i': return sqlite3_bind_int64(stmt, at, va_arg(*args, int64_t));
	case 'n': {
		int64_t value = va_arg(*args, int64_t);

		return value < 0 ? sqlite3_bind_null(stmt, at)
				 : sqlite3_bind_int64(stmt, at, value);
	}
	case 's': return bind_text(stmt, at, va_arg(*args, struct str));
	case 'S': {
		struct str s = va_arg(*args, struct str);

		return s.p ? bind_text(stmt, at, s) : sqlite3_bind_null(stmt, at);
	}
	case 'b': {
		struct str s = va_arg(*args, struct str);

		return sqlite3_bind_blob64(stmt, at, s.p ? s.p : "", s.n, SQLITE_STATIC);
	}
	case 'd': {
		const uint8_t *digest = va_arg(*args, const uint8_t *);

		return digest ? sqlite3_bind_blob(stmt, at, digest, 32, SQLITE_STATIC)
			      : sqlite3_bind_null(stmt, at);
	}
	default: return SQLITE_MISUSE;
	}
}

static sqlite3_stmt *bound(struct store_db *db, const char *sql, const char *types, va_list *args)
{
	sqlite3_stmt *stmt = prepared(db, sql);

	if (stmt == NULL)
		return NULL;
	sqlite3_reset(stmt);
	for (int i = 0; types[i] != '\0'; i++)
		if (bind_one(stmt, i + 1, types[i], args) != SQLITE_OK)
			return NULL;
	return stmt;
}

sqlite3_stmt *db_query(struct store_db *db, const char *sql, const char *types, ...)
{
	sqlite3_stmt *stmt;
	va_list args;

	va_start(args, types);
	stmt = bound(db, sql, types, &args);
	va_end(args);
	return stmt;
}

int db_step(struct store_db *db, sqlite3_stmt *stmt)
{
	int rc = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE) {
		sqlite3_reset(stmt);
		return 0;
	}
	rc = db_failed(db, "history");
	if (stmt != NULL)
		sqlite3_reset(stmt);
	return rc;
}

int db_run(struct store_db *db, const char *sql, const char *types, ...)
{
	sqlite3_stmt *stmt;
	va_list args;
	int rc;

	va_start(args, types);
	stmt = bound(db, sql, types, &args);
	va_end(args);
	do
		rc = db_step(db, stmt);
	while (rc > 0);
	return rc;
}

int db_exec(struct store_db *db, const char *sql)
{
	return sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL) == SQLITE_OK
		       ? 0
		       : db_failed(db, "history");
}

int db_begin(struct store_db *db)
{
	return db_run(db, "BEGIN IMMEDIATE", "");
}

int db_end(struct store_db *db, int rc)
{
	if (rc == 0)
		rc = db_run(db, "COMMIT", "");
	/* A commit that failed leaves its transaction open; other failures may have ended it
	 * already. */
	if (rc < 0 && !sqlite3_get_autocommit(db->sqlite)) {
		char problem[sizeof(db->problem)];

		memcpy(problem, db->problem, sizeof(problem));
		for (size_t i = 0; i < db->cached; i++)
			sqlite3_reset(db->cache[i].stmt);
		sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
		memcpy(db->problem, problem, sizeof(problem));
	}
	return rc;
}

struct str db_text(struct arena *mem, sqlite3_stmt *stmt, int column)
{
	const void *p;

	if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
		return (struct str){NULL, 0};
	p = sqlite3_column_blob(stmt, column); /* NULL for an empty one */
	return arena_str(mem, (struct str){p, p ? (size_t)sqlite3_column_bytes(stmt, column) : 0});
}

bool db_digest(sqlite3_stmt *stmt, int column, uint8_t out[32])
{
	const void *p = sqlite3_column_blob(stmt, column);

	if (p == NULL || sqlite3_column_bytes(stmt, column) != 32)
		return false;
	memcpy(out, p, 32);
	return true;
}

int64_t db_int(sqlite3_stmt *stmt, int column, int64_t if_null)
{
	return sqlite3_column_type(stmt, column) == SQLITE_NULL
		       ? if_null
		       : sqlite3_column_int64(stmt, column);
}
