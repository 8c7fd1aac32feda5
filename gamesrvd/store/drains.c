/* gamesrvd/store/drains.c */
#include "gamesrvd/store/drains.h"

#include "gamesrvd/store/db.h"

int drains_put(struct store_db *db, const struct drain_row *r)
{
	return db_run(
		db,
		"INSERT OR REPLACE INTO drain (target, phase, policy, uid, actor, message, wall_us,"
		" boot_id, boottime_us, deadline_us, lb_wait_us, rate, notices, rooms, sessions)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		"sssissisiiiisii", r->target, r->phase, r->policy, r->uid, r->actor, r->message,
		r->wall_us, r->boot_id, r->boottime_us, r->deadline_us, r->lb_wait_us, r->rate,
		r->notices, r->rooms, r->sessions);
}

int drains_remove(struct store_db *db, struct str target)
{
	return db_run(db, "DELETE FROM drain WHERE target = ?", "s", target);
}

int drains_put_cordon(struct store_db *db, const struct cordon_row *r)
{
	return db_run(db,
		      "INSERT OR REPLACE INTO cordon (target, time_us, uid, actor, message)"
		      " VALUES (?, ?, ?, ?, ?)",
		      "siiss", r->target, r->time_us, r->uid, r->actor, r->message);
}

int drains_remove_cordon(struct store_db *db, struct str target)
{
	return db_run(db, "DELETE FROM cordon WHERE target = ?", "s", target);
}

static int read_cordons(struct store_db *db, struct arena *mem, cordon_rows *out)
{
	sqlite3_stmt *stmt = db_query(
		db, "SELECT target, time_us, uid, actor, message FROM cordon ORDER BY target", "");
	int rc;

	while ((rc = db_step(db, stmt)) > 0)
		vec_add(mem, out,
			((struct cordon_row){.target = db_text(mem, stmt, 0),
					     .time_us = sqlite3_column_int64(stmt, 1),
					     .uid = sqlite3_column_int64(stmt, 2),
					     .actor = db_text(mem, stmt, 3),
					     .message = db_text(mem, stmt, 4)}));
	return rc;
}

int drains_read(struct store_db *db, struct arena *mem, cordon_rows *cordons, drain_rows *drains)
{
	sqlite3_stmt *stmt;
	int rc = read_cordons(db, mem, cordons);

	if (rc < 0)
		return rc;
	stmt = db_query(
		db,
		"SELECT target, phase, policy, uid, actor, message, wall_us, boot_id, boottime_us,"
		" deadline_us, lb_wait_us, rate, notices, rooms, sessions FROM drain"
		" ORDER BY target",
		"");
	while ((rc = db_step(db, stmt)) > 0)
		vec_add(mem, drains,
			((struct drain_row){.target = db_text(mem, stmt, 0),
					    .phase = db_text(mem, stmt, 1),
					    .policy = db_text(mem, stmt, 2),
					    .uid = sqlite3_column_int64(stmt, 3),
					    .actor = db_text(mem, stmt, 4),
					    .message = db_text(mem, stmt, 5),
					    .wall_us = sqlite3_column_int64(stmt, 6),
					    .boot_id = db_text(mem, stmt, 7),
					    .boottime_us = sqlite3_column_int64(stmt, 8),
					    .deadline_us = sqlite3_column_int64(stmt, 9),
					    .lb_wait_us = sqlite3_column_int64(stmt, 10),
					    .rate = sqlite3_column_int64(stmt, 11),
					    .notices = db_text(mem, stmt, 12),
					    .rooms = sqlite3_column_int64(stmt, 13),
					    .sessions = sqlite3_column_int64(stmt, 14)}));
	return rc;
}
