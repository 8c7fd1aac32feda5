/* gamesrvd/config/state.h
 * What config is made of, for the files of this folder.
 *
 * Thread: everything belongs to work but what lies under `lock` and the atomics: control and others
 * read those. No function here holds the lock across a call into another module.
 */
#pragma once
#include <pthread.h>
#include <stdatomic.h>

#include "conf/diff.h"
#include "gamesrvd/config/config.h"
#include "gamesrvd/config/watch.h"
#include "gamesrvd/store/history.h"

enum { CONFIG_PARTS_MAX = 16, CONFIG_STATUS_PENDING = 20, CONFIG_CHANGES_SHOWN = 10000 };

enum config_alarm_kind {
	ALARM_BUNDLE,  /* the bundle on disk is invalid, gone, unreadable or another one */
	ALARM_LOOPS,   /* a thread still runs a former revision */
	ALARM_STORE,   /* the history could not be written */
	ALARM_CONFIRM, /* a take-back that was due could not be done */
	ALARM_COUNT
};

struct config_alarm {
	const char *code; /* static; NULL: silent */
	int64_t since_us;
	char message[512];
};

enum watch_mode { WATCH_OFF, WATCH_PLAN_ONLY, WATCH_AUTO };

/* The fields of the Server document that this module obeys. */
struct config_settings {
	enum watch_mode watch;
	int64_t watch_quiet_us, watch_rescan_us;
	struct history_limits history; /* now_us is not set */
};

/* What the last look at the bundle on disk found. */
struct config_disk {
	const char *state; /* "in-sync" "differs" "invalid" "missing" "unreadable" "none" */
	bool has_digest;
	uint8_t digest[32];
	int64_t checked_us; /* wall; 0: never */
	char message[512];
	size_t findings_total;
};

struct config_waits { /* one restart-class field that does not run yet */
	struct str path, running, desired;
	int64_t since;
};

struct config {
	struct config_host host;
	struct store *store;
	char *bundle; /* NULL: none */
	bool watch_given;
	enum watch_mode watch_option;
	bool strict_boot;
	struct yaml_caps caps;
	struct config_part parts[CONFIG_PARTS_MAX];
	size_t part_count;
	struct publication *publication;
	struct watch *watch;

	/* work: */
	struct conf_set
		*booted; /* what the process started with: restart-class fields run from it */
	struct config_settings settings;
	struct history_confirm confirm; /* boot_id is not kept */
	bool booting;
	struct arena *waits_mem;
	VEC(struct config_waits) waits;
	uint8_t acted
		[32]; /* the digest on disk that was last taken, or refused, by reload and watch */
	bool has_acted;
	bool disk_seen; /* what the last reading found, to be found again before it is believed */
	int disk_seen_rc;
	uint8_t disk_seen_digest[32];
	bool disk_final,
		judged_taking; /* the last judgement, so that the same bytes need no other */
	uint8_t judged[32];
	int64_t judged_revision;
	int64_t looked_us, look_took_us; /* the last look at the disk: when it ended (monotonic) */

	/* Under the lock: */
	pthread_mutex_t lock;
	struct conf_set *now;
	int64_t revision;                     /* 0: the defaults */
	int64_t running;                      /* what every thread has moved on to */
	json_t *revision_json, *pending_json; /* immutable once here */
	struct config_disk disk;
	struct config_alarm alarms[ALARM_COUNT];
	struct history_confirm confirm_shown;
	struct config_settings settings_shown;

	/* any: */
	_Atomic int64_t confirm_due_us; /* boot-time clock; 0: none */
	_Atomic bool confirm_posted;
	_Atomic uint64_t applied, unchanged, invalid, refused, failed, conflicts, scans;
	_Atomic uint32_t documents, pending_total;
};

/* One attempt to change what is in force, or one look at what it would do. */
struct config_change {
	struct config *c;
	struct arena *mem;
	const struct config_request *req;
	const char *origin; /* "apply" "rollback" … */
	int64_t rollback_of;
	int64_t takes_back;              /* the pending revision that this one ends */
	bool plan_only;                  /* answers with the plan */
	bool unguarded;                  /* the guard against mass deletion does not look */
	const struct conf_input *inputs; /* sorted by path */
	size_t input_count;

	/* On the way: */
	struct conf_set *next;
	struct diags diags;
	struct conf_diff diff;
	bool has_diff;
	json_t *effects; /* dropped with mem */
	int64_t started_us, stage_us;
	struct {
		int64_t parse, plan, prepare, record, commit;
	} took;
	int64_t base;     /* in force when it began */
	int64_t revision; /* in force when it ended */
	struct config_answer *out;
};

/* ask.c: runs fn on the store thread and gives its result; with an error *problem tells, in mem. What fn puts
 * into mem is there afterwards. */
typedef int config_ask_fn(struct store_db *db, void *ctx);
int config_ask(struct config *c, struct arena *mem, config_ask_fn *fn, void *ctx,
	       struct str *problem);

/* state.c */
void config_alarm_set(struct config *c, enum config_alarm_kind kind, const char *code,
		      const char *fmt, ...) PRINTF(4, 5);
void config_alarm_clear(struct config *c, enum config_alarm_kind kind);
void config_swap(struct config *c, struct conf_set *next,
		 int64_t revision); /* takes the reference */
void config_show_confirm(struct config *c);
void config_show_revision(struct config *c, const struct history_attempt *a);
/* Fields of restart class: what runs against what is in force. */
void config_find_pending(struct config *c);

/* settings.c */
enum watch_mode config_watch_mode(struct str text);
void config_obey(struct config *c); /* what the Server document in force says */

/* request.c: the whole bundle of a request, sorted. False: answered. */
bool config_request_inputs(struct config *c, struct arena *mem, const struct config_request *req,
			   const struct conf_input **inputs, size_t *count,
			   struct config_answer *out);
void config_sort_inputs(struct conf_input *inputs, size_t count);

/* change.c */
void config_check_loops(struct config *c); /* have all threads moved on? */
/* Runs the whole pipeline and answers. */
void config_change_run(struct config_change *ch);

/* record.c: 0, or -errno with the answer given. */
int config_record(struct config_change *ch, const struct history_confirm *confirm);
/* A row for an attempt that failed; losing it is no harm to what is in force. */
void config_record_failure(struct config_change *ch, const char *outcome, const char *error);
void config_prune(struct config *c);

/* revisions.c: the files of a revision as inputs, and as a checked set. Revision 0 has none. -ENOENT, -EUCLEAN
 * and errors of the disk: *why (in mem) tells. */
int config_revision_inputs(struct config *c, struct arena *mem, int64_t revision,
			   const struct conf_input **inputs, size_t *count, struct str *why);
int config_revision_set(struct config *c, struct arena *mem, int64_t revision,
			struct conf_set **out, struct diags *d, struct str *why);
/* The revision nearest to `from` whose files today's schemas accept; 0: none. */
int64_t config_nearest_acceptable(struct config *c, int64_t from);

/* answer.c */
void answer_fail(struct config_answer *out, struct arena *mem, int status, const char *code,
		 json_t *details, const char *fmt, ...) PRINTF(6, 7);
void answer_invalid(struct config_change *ch, json_t *extra);
void answer_storage(struct config_change *ch, const char *problem);
void answer_conflict(struct config_change *ch);
void answer_plan(struct config_change *ch, const char *would, int64_t needs_allow_delete);
void answer_applied(struct config_change *ch, const char *outcome);

/* confirm.c */
void config_confirm_load(struct config *c, struct arena *mem, const struct history_confirm *stored,
			 int64_t window_us);
int64_t config_confirm_left_us(const struct config *c);
bool config_refused_while_pending(struct config *c, struct arena *mem, struct config_answer *out);
json_t *config_confirm_json(const struct history_confirm *confirm);
/* Takes the pending revision back. False: it still stands. */
bool config_take_back(struct config *c, struct arena *mem, const struct config_request *who,
		      const char *origin, struct config_answer *out);
void config_on_confirm_due(void *arg); /* work */

/* disk.c */
/* Reads the bundle and draws the conclusions; settle: only when the reading before found the same. */
void config_disk_look(struct config *c, bool settle, struct diags *d);
void config_disk_due(void *arg);            /* work */
void config_disk_compare(struct config *c); /* after a change: is what lies on disk in force? */
/* These bytes were taken or refused; they are not taken again by themselves. */
void config_disk_acted(struct config *c, const uint8_t digest[32]);
