/* gamesrvd/store/history.h
 * What is written into the history and read out of it: attempts, revisions, files, changes,
 * findings, pins.
 *
 * Thread: store; every function runs inside a store_fn. Results live in the arena given.
 * Errors: 0 or a negative errno with the text in store_problem(); -ENOENT: no such row, -EUCLEAN:
 * damaged.
 */
#pragma once
#include "base/vec.h"
#include "conf/diff.h"
#include "gamesrvd/store/store.h"

struct history_attempt {
	int64_t id, revision; /* revision 0: a failure, it has none */
	int64_t base;         /* in force when it was tried; 0: the defaults */
	int64_t time_us;      /* since 1970, UTC */
	int64_t uid;
	struct str actor, message, origin, outcome;
	bool has_digest;
	uint8_t digest[32]; /* of the manifest */
	int64_t docs_added, docs_removed, docs_changed, changes_total, findings_total;
	int64_t rollback_of; /* 0: none */
	bool pinned;
	struct str error; /* p == NULL: none */
};
typedef VEC(struct history_attempt) history_attempts;

struct history_file {
	struct str path, text; /* text.p == NULL: not asked for */
	uint8_t digest[32];
};
typedef VEC(struct history_file) history_files;

/* The revision that waits for its confirmation; revision 0: none does. */
struct history_confirm {
	int64_t revision, base;
	int64_t wall_us, boottime_us; /* the deadline on both clocks */
	struct str boot_id;
};

/* One attempt on its way into the history: all of it or nothing. */
struct history_record {
	struct history_attempt attempt; /* id and, with `succeeded`, revision are filled in */
	bool succeeded;                 /* takes the next revision number */
	const struct conf_change *changes;
	size_t change_count;
	const struct str *findings; /* JSON objects */
	size_t finding_count;
	const struct history_file *written; /* files added or changed */
	size_t written_count;
	const struct str *removed; /* paths */
	size_t removed_count;
	const struct history_confirm *confirm; /* NULL: final; its revision is filled in here */
	int64_t takes_back; /* the pending revision that this one ends; 0: none */
};
MUST_USE int history_record(struct store_db *db, struct history_record *rec);

/* The pending revision stays for good. */
MUST_USE int history_confirmed(struct store_db *db, int64_t revision);
/* The machine booted: the deadline on its new clock. */
MUST_USE int history_rearm(struct store_db *db, const struct history_confirm *confirm);
MUST_USE int history_pending(struct store_db *db, struct arena *mem, struct history_confirm *out);
MUST_USE int history_pin(struct store_db *db, int64_t revision, bool pinned);

MUST_USE int history_head(struct store_db *db, struct arena *mem, struct history_attempt *out);
MUST_USE int history_revision(struct store_db *db, struct arena *mem, int64_t number,
			      struct history_attempt *out);
MUST_USE int history_by_id(struct store_db *db, struct arena *mem, int64_t id,
			   struct history_attempt *out);
/* Newest first, ids below `before` (0: from the newest), at most `limit`. */
MUST_USE int history_list(struct store_db *db, struct arena *mem, int64_t before, size_t limit,
			  history_attempts *out);
/* A revision's files by path. */
MUST_USE int history_read_files(struct store_db *db, struct arena *mem, int64_t revision,
				bool texts, history_files *out);
MUST_USE int history_changes(struct store_db *db, struct arena *mem, int64_t attempt, size_t limit,
			     struct conf_diff *out);
/* Finding objects, as JSON text. */
typedef VEC(struct str) history_texts;
MUST_USE int history_findings(struct store_db *db, struct arena *mem, int64_t attempt,
			      history_texts *out);

/* Changes of one document, newest first, each with the attempt that made it; ends when each() gives
 * non-zero. */
struct history_touch {
	const struct conf_change *change;
	int64_t revision, time_us, uid;
	struct str actor, message;
};
MUST_USE int history_touches(struct store_db *db, struct arena *mem, struct str kind,
			     struct str name,
			     int (*each)(void *ctx, const struct history_touch *touch), void *ctx);

/* The newest revision below `below` that has not failed its test: neither taken back nor waiting.
 * 0: none. */
MUST_USE int history_last_good(struct store_db *db, int64_t below, int64_t *out);

struct history_limits {
	int64_t count, age_us, bytes;
	int64_t now_us;
};
/* Removes the oldest attempts beyond the limits, at most `most` of them so that others get their
 * turn; never one that is pinned, in force, last good, its predecessor, or what a pending revision
 * falls back to. Gives how many went. */
MUST_USE int history_prune(struct store_db *db, const struct history_limits *limits, size_t most,
			   size_t *gone);

MUST_USE int history_note(struct store_db *db, struct arena *mem, const char *key, struct str *out);
MUST_USE int history_set_note(struct store_db *db, const char *key, struct str value);

/* Every link of the chain, the files' rows against the head's. Part of store_open(). */
MUST_USE int history_verify(struct store_db *db);
