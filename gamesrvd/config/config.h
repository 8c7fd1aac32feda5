/* gamesrvd/config/config.h
 * The configuration of this process: what is in force, how it changes, what waits, how it is told.
 *
 *	read -> parse -> check -> plan -> prepare -> record -> commit -> (confirm)
 *
 * Thread: open, boot and everything marked "work" belong to the work thread (during start-up: to
 * main, before the threads run). "control" marks what the control loop drives; "any" may come from
 * every thread.
 * Ownership: sets in force are reference-counted; requests and answers live in the caller's arena.
 * Errors: an answer is an HTTP status, a stable code, a text and the JSON shape of
 * docs/admin-api.md. Nothing but config_boot() can make the daemon stop. What happens is logged
 * here (base/log.h): a change once, an alarm when it comes and when it goes.
 */
#pragma once
#include <jansson.h>
#include <sys/types.h>

#include "conf/publish.h"
#include "conf/set.h"

struct config;
struct store;

struct config_rooms { /* of one room type and pinned revision, open now */
	struct str type;
	uint64_t pinned;
	uint32_t rooms, members;
};

/* What config asks of its surroundings; every function may be called from any thread. */
struct config_host {
	void *ctx;
	/* Runs fn(arg) on the work thread behind what is queued there. False: the daemon is
	 * stopping. */
	bool (*post_work)(void *ctx, void (*fn)(void *arg), void *arg);
	/* config_next_ms() changed: the control loop should ask again. */
	void (*rearm)(void *ctx);
	/* A new snapshot was published: loops should pass between two ticks now and adopt it. May
	 * be NULL. */
	void (*published)(void *ctx);
	/* work: the rooms that are open now, in `mem`; may wait for loops. Gives how many rows. NULL: there are no rooms. */
	size_t (*rooms)(void *ctx, struct arena *mem, struct config_rooms **out);
	uint32_t (*sessions)(void *ctx); /* of the process; NULL: there are none */
};

struct config_options {
	const char *bundle;    /* --bundle; NULL: none */
	const char *watch;     /* --watch, wins over Server.watch; NULL: not given */
	bool strict_boot;      /* --strict-boot */
	struct yaml_caps caps; /* yaml_caps_default unless raised */
};

/* What a change needs from other parts of the daemon: a listener, a certificate. prepare() may take
 * time and refuse with findings; exactly one of commit() and abandon() follows a successful
 * prepare(). All on work. */
struct config_part {
	const char *name;
	void *self;
	int (*prepare)(void *self, const struct conf_set *next, struct diags *d);
	void (*commit)(void *self);
	void (*abandon)(void *self);
};

/* Before config_boot(). Copies the options and the host; the store outlives the config. */
MUST_USE int config_open(const struct config_options *options, struct store *store,
			 const struct config_host *host, struct config **out);
void config_add_part(struct config *c, const struct config_part *part); /* copied; before boot */
/* Brings the last revision in force (or the bundle, as revision 1 of an empty history; or the
 * defaults) and publishes it. -EINVAL: findings in `d`; other errors: `why` tells. The daemon must
 * not start then. */
MUST_USE int config_boot(struct config *c, struct diags *d, struct buf *why);
/* Once the loops run: starts looking at the bundle on disk. */
void config_start(struct config *c);
void config_close(struct config *c); /* after work and control stopped; NULL is fine */

/* any: what loops read from; valid from boot to close. */
struct publication *config_publication(struct config *c);
/* any: a reference to the set in force. */
struct conf_set *config_snapshot(struct config *c, uint64_t *revision);
/* any: puts revision, documents, bytes, bundle, drift, confirm, pending, pending_total, alarms and
 * the schema fingerprints into the status object. -ENOMEM. */
MUST_USE int config_status(struct config *c, json_t *into);
/* work: before config_status(), where no watch tells of edits: the bundle on disk is looked at again. */
void config_disk_refresh(struct config *c, struct arena *mem);
/* any: which boot of the machine this is; what time_mono_us() says means nothing in another. Gives back `out`. */
const char *config_boot_id(char out[64]);
/* any: numbers for metrics. */
struct config_counts {
	uint64_t revision, applied, unchanged, invalid, refused, failed, conflicts, watch_scans;
	uint32_t documents, pending, alarms;
};
struct config_counts config_counts(struct config *c);

/* control: one descriptor to poll for reading (-1: none, constant after boot) and one timer. */
int config_fd(const struct config *c);
void config_on_readable(struct config *c);
/* Milliseconds from now until config_on_timer() wants to be called; -1: no timer. */
int64_t config_next_ms(struct config *c);
void config_on_timer(struct config *c);

/* A request as it came in. Views stay the caller's. */
struct config_unchanged {
	struct str path;
	uint8_t digest[32];
};
struct config_request {
	uid_t uid;
	const char *actor; /* name */
	struct str message;
	const struct conf_input *files;
	size_t file_count;
	const struct config_unchanged *unchanged;
	size_t unchanged_count;
	int64_t base_revision; /* -1: whatever is in force */
	int64_t confirm_ms;    /* 0: final at once */
	int64_t allow_delete;
	size_t max_findings; /* shown in the answer; 0: all */
	bool dry_run;
};

struct config_answer {
	int status;       /* 200, or the error's HTTP status */
	const char *code; /* NULL: fine, `body` is the answer */
	struct str message;
	json_t *body; /* the answer, or the error's details (may be NULL); the taker's reference */
};

/* work: each fills in the whole answer. */
void config_validate(struct config *c, struct arena *mem, const struct config_request *req,
		     struct config_answer *out);
void config_plan(struct config *c, struct arena *mem, const struct config_request *req,
		 struct config_answer *out);
void config_apply(struct config *c, struct arena *mem, const struct config_request *req,
		  struct config_answer *out);
void config_confirm(struct config *c, struct arena *mem, const struct config_request *who,
		    struct config_answer *out);
void config_cancel(struct config *c, struct arena *mem, const struct config_request *who,
		   struct config_answer *out);
/* `to` < 0: the one before the one in force. */
void config_rollback(struct config *c, struct arena *mem, const struct config_request *who,
		     int64_t to, struct config_answer *out);
void config_reload(struct config *c, struct arena *mem, const struct config_request *who,
		   struct config_answer *out);
/* {"pending":[...],"total":N}; new reference. any. */
json_t *config_pending(struct config *c);
