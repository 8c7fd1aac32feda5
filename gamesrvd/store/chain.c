/* gamesrvd/store/chain.c */
#include "gamesrvd/store/chain.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/digest.h"
#include "gamesrvd/store/db.h"

static void add_number(struct digest *d, int64_t value)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%" PRId64, value);

	digest_add_part(d, (struct str){text, (size_t)n});
}

void chain_digest(const uint8_t prev[32], const struct history_attempt *a, uint8_t out[32])
{
	struct digest d;

	digest_init(&d);
	digest_add(&d, (struct str){(const char *)prev, 32});
	digest_add(&d, (struct str){(const char *)a->digest, 32});
	add_number(&d, a->revision);
	add_number(&d, a->id);
	add_number(&d, a->base);
	add_number(&d, a->time_us);
	add_number(&d, a->uid);
	add_number(&d, a->rollback_of);
	digest_add_part(&d, a->actor);
	digest_add_part(&d, a->message);
	digest_add_part(&d, a->origin);
	digest_end(&d, out);
}

struct link {
	int64_t number;
	uint8_t chain[32];
};

static int verify_link(struct store_db *db, struct arena *mem, sqlite3_stmt *stmt,
		       struct link *last)
{
	struct history_attempt a = {
		.revision = sqlite3_column_int64(stmt, 0),
		.id = sqlite3_column_int64(stmt, 3),
		.base = sqlite3_column_int64(stmt, 4),
		.time_us = sqlite3_column_int64(stmt, 5),
		.uid = sqlite3_column_int64(stmt, 6),
		.actor = db_text(mem, stmt, 7),
		.message = db_text(mem, stmt, 8),
		.origin = db_text(mem, stmt, 9),
		.rollback_of = db_int(stmt, 11, 0),
	};
	uint8_t prev[32], chain[32], wanted[32];

	if (!db_digest(stmt, 1, prev) || !db_digest(stmt, 2, chain) ||
	    !db_digest(stmt, 10, a.digest))
		return db_damaged(db, "revision %" PRId64 " lacks a digest", a.revision);
	if (last->number == a.revision - 1 && !digest_eq(prev, last->chain))
		return db_damaged(db, "revision %" PRId64 " does not follow revision %" PRId64,
				  a.revision, last->number);
	chain_digest(prev, &a, wanted);
	if (!digest_eq(wanted, chain))
		return db_damaged(db, "revision %" PRId64 " was changed after it was written",
				  a.revision);
	last->number = a.revision;
	memcpy(last->chain, chain, 32);
	return 0;
}

/* The chain cannot tell that its end is missing, but every revision has come or gone with a file. */
static int verify_end(struct store_db *db, int64_t newest)
{
	sqlite3_stmt *stmt = db_query(
		db, "SELECT max(max(since), max(coalesce(until, 0))) FROM file_version", "");
	int rc = db_step(db, stmt);
	int64_t last = rc > 0 ? sqlite3_column_int64(stmt, 0) : 0;

	if (rc > 0)
		sqlite3_reset(stmt);
	if (rc < 0)
		return rc;
	return last <= newest
		       ? 0
		       : db_damaged(db, "revision %" PRId64 " is missing, only its files are there",
				    last);
}

int history_verify(struct store_db *db)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("verify");
	struct link last = {0}; /* revision 0 has the digest of zeros: the chain's beginning */
	sqlite3_stmt *stmt = db_query(db,
				      "SELECT r.number, r.prev, r.chain, a.id, a.base, a.time_us, "
				      "a.uid, a.actor, a.message,"
				      " a.origin, a.digest, a.rollback_of FROM revision r"
				      " LEFT JOIN attempt a ON a.id = r.attempt AND a.revision = "
				      "r.number ORDER BY r.number",
				      "");
	int rc;

	while ((rc = db_step(db, stmt)) > 0) {
		rc = verify_link(db, mem, stmt, &last);
		arena_reset(mem);
		if (rc < 0) {
			sqlite3_reset(stmt);
			return rc;
		}
	}
	return rc < 0 ? rc : verify_end(db, last.number);
}
