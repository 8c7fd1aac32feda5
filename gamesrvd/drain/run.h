/* gamesrvd/drain/run.h
 * One drain: which phase, what is next, what it asks of the world. Knows no clock, no thread and no disk.
 *
 *	CORDONED -> LB_WAIT -> NOTIFY -> DRAINING -> DRAINED
 *
 * CORDONED and LB_WAIT: readyz fails and everybody is still served. From NOTIFY on nobody new gets in; resumes do. Rooms end by
 * themselves (policy wait), in order (end) or are closed (kick); whatever is left at the deadline is closed. Every time
 * counts from the beginning, lb_wait included.
 *
 * Thread: one (live).
 */
#pragma once
#include "gamesrvd/drain/target.h"

enum drain_phase {
	DRAIN_ACTIVE,
	DRAIN_CORDONED,
	DRAIN_LB_WAIT,
	DRAIN_NOTIFY,
	DRAIN_DRAINING,
	DRAIN_DRAINED,
	DRAIN_PHASE_COUNT
};
enum drain_policy { DRAIN_WAIT, DRAIN_END, DRAIN_KICK, DRAIN_POLICY_COUNT };
enum drain_outcome { DRAIN_RUNS, DRAIN_DONE, DRAIN_CUT, DRAIN_ABORTED };

enum { DRAIN_NOTICES_MAX = 8 };

struct drain_options {
	enum drain_policy policy;
	int64_t deadline_us, lb_wait_us;        /* from the beginning */
	uint32_t rate;                          /* players that are sent away a second */
	uint32_t notices_ms[DRAIN_NOTICES_MAX]; /* before rooms are ended or closed */
	size_t notice_count;
};

/* What a drain asks of the world in one step. */
struct drain_order {
	bool finish;    /* every match ends in order */
	bool close;     /* rooms are closed, as far as the budget goes */
	bool all;       /* the deadline: everything is closed, whatever the budget */
	int64_t budget; /* players that may be sent away; the last room may exceed it */
};
struct drain_swept {
	uint32_t rooms, players; /* closed with somebody in them; those in them */
	uint32_t sessions;       /* ended */
	int64_t spent;           /* of the budget */
};
struct drain_left {
	uint32_t rooms, sessions; /* of a room or type: the seats taken */
};

struct drain_world {
	void *ctx;
	/* Once it returns with `on`, nobody new gets in any more, whatever was on its way. */
	void (*refuse)(void *ctx, const struct drain_target *t, bool on);
	void (*mark)(void *ctx, const struct drain_target *t,
		     bool draining); /* rooms tell their members */
	void (*say)(void *ctx, const struct drain_target *t, struct str text, uint32_t in_ms);
	struct drain_left (*left)(void *ctx, const struct drain_target *t);
	/* Always closes rooms without a seat taken, and (server) ends sessions that are in no room. */
	struct drain_swept (*sweep)(void *ctx, const struct drain_target *t,
				    const struct drain_order *order);
};

struct drain_run {
	struct drain_target target;
	struct drain_options how;
	enum drain_phase phase;
	enum drain_outcome outcome; /* DRAIN_RUNS until DRAINED or aborted */
	int64_t begun_us, acts_us;  /* acts: when rooms are ended or closed; 0 before NOTIFY */
	int64_t over_us;            /* when it was DRAINED or aborted; 0: not yet */
	bool refuses, finished;
	uint32_t said; /* bit i: notice i */
	struct drain_left first, left;
	struct drain_swept cut;        /* by the deadline */
	int64_t budget_us, stepped_us; /* allowance of `rate`, in players * 1e6 */
};

/* Not begun: drain_run_step() does it all. */
void drain_run_init(struct drain_run *run, const struct drain_target *target,
		    const struct drain_options *how, int64_t now_us);
/* After a restart: `phase` as it was recorded. What was refused then is refused again at once. */
void drain_run_restore(struct drain_run *run, enum drain_phase phase,
		       const struct drain_world *world, int64_t now_us);
/* As far as it goes at `now_us`. True: the phase is another one. Call it ten times a second. */
bool drain_run_step(struct drain_run *run, const struct drain_world *world, int64_t now_us);
/* Back to ACTIVE, unless `keep_refusing` (a cordon stays). What was closed stays closed. */
void drain_run_abort(struct drain_run *run, const struct drain_world *world, bool keep_refusing,
		     int64_t now_us);
/* Other options while it runs: the deadline may come nearer or move away; what was said is not said again. */
void drain_run_change(struct drain_run *run, const struct drain_options *how, int64_t now_us);

static inline bool drain_run_is_over(const struct drain_run *run)
{
	return run->over_us != 0;
}
static inline int64_t drain_run_deadline_us(const struct drain_run *run)
{
	return run->begun_us + run->how.deadline_us;
}

const char *drain_phase_name(enum drain_phase phase);    /* "lb-wait" */
const char *drain_policy_name(enum drain_policy policy); /* "wait" */
const char *
drain_outcome_name(enum drain_outcome outcome); /* "running" "drained" "cut" "aborted" */
bool drain_phase_parse(struct str name, enum drain_phase *out);
bool drain_policy_parse(struct str name, enum drain_policy *out);
