/* gamesrvd/drain/state.h
 * What drain is made of, for the files of this folder.
 *
 * Thread: live, but for the atomics, which any may read.
 */
#pragma once
#include <ev.h>
#include <stdatomic.h>

#include "gamesrvd/drain/drain.h"
#include "gamesrvd/loop/thread.h"
#include "gamesrvd/store/drains.h"

enum {
	DRAIN_ENTRIES_MAX = 1024,
	DRAIN_SAMPLES = 11,
	DRAIN_ACTOR_MAX = 64,
	DRAIN_BLOCKERS_SHOWN = 10
};

struct drain_note { /* who asked, when and why */
	uid_t uid;
	char actor[DRAIN_ACTOR_MAX];
	char *message; /* on the heap; NULL: none */
	int64_t wall_us;
};

struct drain_entry { /* of one target */
	struct drain_target target;
	bool cordoned;
	struct drain_note cordon;
	bool drains; /* `run` holds something; over or not */
	struct drain_run run;
	struct drain_note who;
	bool by_signal;       /* not kept: it ends with the process */
	bool unsaved;         /* the store could not be written; tried again */
	int64_t saved_us;     /* when that was tried last */
	struct drain_sample { /* one a second, for the rate */
		int64_t at_us;
		struct drain_left left;
	} samples[DRAIN_SAMPLES];
	uint32_t sample_count;
};

struct drain {
	struct drain_host host;
	ev_timer timer; /* live: while something runs */
	struct drain_entry *entries[DRAIN_ENTRIES_MAX];
	size_t entry_count;
	int64_t told_us, logged_us;

	/* the end of the process */
	struct task stop_task, hurry_task;
	bool stopping, hurried, told_gone;

	/* any */
	_Atomic int phase; /* of the server's drain */
	_Atomic bool cordoned, is_stopping;
	_Atomic int64_t deadline_us;
	_Atomic uint32_t others;
	_Atomic bool hurry_sent, stop_sent;
};

/* drain.c */
struct drain_entry *drain_find(struct drain *d, const struct drain_target *t); /* NULL: none */
struct drain_entry *
drain_take(struct drain *d, const struct drain_target *t); /* makes it; NULL: no room, no memory */
void drain_drop(struct drain *d, struct drain_entry *e);
static inline bool drain_entry_runs(const struct drain_entry *e)
{
	return e->drains && !drain_run_is_over(&e->run);
}
void drain_note_set(struct drain_note *note, const struct drain_who *who);
/* Begins, steps and records; from then on the timer drives it. */
void drain_step(struct drain *d, struct drain_entry *e);
void drain_show_state(struct drain *d); /* to the atomics */
void drain_wind(struct drain *d);       /* the timer runs while something does */

/* keep.c: each 0 or -errno; a failure is logged */
int drain_keep(struct drain *d, struct drain_entry *e);
int drain_forget(struct drain *d, const struct drain_entry *e);
int drain_keep_cordon(struct drain *d, const struct drain_entry *e);
int drain_load(struct drain *d, struct buf *why);

/* stop.c */
void drain_stop_init(struct drain *d);
void drain_stop_turn(struct drain *d); /* after each step */

/* show.c */
json_t *drain_json(struct drain *d, struct arena *mem, struct drain_entry *e);
json_t *drain_cordon_json(const struct drain_entry *e);
json_t *drain_plan_json(struct arena *mem, const struct drain_run *run, const drain_rooms *rooms);
