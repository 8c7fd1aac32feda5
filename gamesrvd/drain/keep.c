/* gamesrvd/drain/keep.c
 * Cordons and drains to the store and back. The beginning of a drain is kept on two clocks: within one boot of the
 * machine the one that nobody can set decides; after a boot the wall clock does, but never for longer than the
 * deadline was.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/time.h"
#include "gamesrvd/config/config.h"
#include "gamesrvd/drain/state.h"

struct keeping {
	struct arena *mem;
	enum { PUT, REMOVE, PUT_CORDON, REMOVE_CORDON, READ } what;
	struct drain_row row;
	struct cordon_row cordon;
	drain_rows drains;
	cordon_rows cordons;
	struct store_db *db;
	char problem[256];
	int rc;
};

static int carry_out(void *ctx)
{
	struct keeping *k = ctx;

	switch (k->what) {
	case PUT: return drains_put(k->db, &k->row);
	case REMOVE: return drains_remove(k->db, k->row.target);
	case PUT_CORDON: return drains_put_cordon(k->db, &k->cordon);
	case REMOVE_CORDON: return drains_remove_cordon(k->db, k->cordon.target);
	case READ: return drains_read(k->db, k->mem, &k->cordons, &k->drains);
	}
	return -EINVAL;
}

static void on_store(struct store_db *db, void *ctx)
{
	struct keeping *k = ctx;

	k->db = db;
	k->rc = arena_try(carry_out, k);
	if (k->rc < 0)
		(void)snprintf(k->problem, sizeof(k->problem), "%s",
			       k->rc == -ENOMEM ? "out of memory" : store_problem(db));
}

static int ask(struct drain *d, struct keeping *k)
{
	store_call(d->host.store, on_store, k);
	return k->rc;
}

static bool is_kept(const struct drain_entry *e)
{
	return e->target.kind != DRAIN_ROOM && !e->by_signal;
}

static struct str notices_text(const struct drain_options *how, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < how->notice_count && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%u", i ? "," : "", how->notices_ms[i]);
	return str_of(out);
}

int drain_keep(struct drain *d, struct drain_entry *e)
{
	char boot_id[64], notices[DRAIN_NOTICES_MAX * 12];
	const struct drain_run *run = &e->run;
	struct keeping k = {
		.what = PUT,
		.row = {.target = str_of(e->target.text),
			.phase = str_of(drain_phase_name(run->phase)),
			.policy = str_of(drain_policy_name(run->how.policy)),
			.uid = (int64_t)e->who.uid,
			.actor = str_of(e->who.actor),
			.message = str_of(e->who.message ? e->who.message : ""),
			.wall_us = e->who.wall_us,
			.boottime_us = run->begun_us,
			.boot_id = str_of(config_boot_id(boot_id)),
			.deadline_us = run->how.deadline_us,
			.lb_wait_us = run->how.lb_wait_us,
			.rate = run->how.rate,
			.notices = notices_text(&run->how, notices, sizeof(notices)),
			.rooms = run->first.rooms,
			.sessions = run->first.sessions},
	};

	if (!is_kept(e))
		return 0;
	e->saved_us = time_mono_us();
	e->unsaved = ask(d, &k) < 0;
	if (e->unsaved)
		log_warn("the drain of %s goes on, but a restart would not know of it: %s",
			 e->target.text, k.problem);
	return k.rc;
}

int drain_forget(struct drain *d, const struct drain_entry *e)
{
	struct keeping k = {.what = REMOVE, .row = {.target = str_of(e->target.text)}};

	if (!is_kept(e))
		return 0;
	if (ask(d, &k) < 0)
		log_warn("the drain of %s is over, but a restart would go on with it: %s",
			 e->target.text, k.problem);
	return k.rc;
}

int drain_keep_cordon(struct drain *d, const struct drain_entry *e)
{
	struct keeping k = {
		.what = e->cordoned ? PUT_CORDON : REMOVE_CORDON,
		.cordon = {.target = str_of(e->target.text),
			   .time_us = e->cordon.wall_us,
			   .uid = (int64_t)e->cordon.uid,
			   .actor = str_of(e->cordon.actor),
			   .message = str_of(e->cordon.message ? e->cordon.message : "")},
	};

	if (e->target.kind == DRAIN_ROOM)
		return 0;
	if (ask(d, &k) < 0)
		log_warn("%s is %s, but a restart would not know of it: %s", e->target.text,
			 e->cordoned ? "cordoned" : "open again", k.problem);
	return k.rc;
}

/* ---- Back ---- */

static void read_notices(struct str text, struct drain_options *how)
{
	struct str part;

	while (how->notice_count < DRAIN_NOTICES_MAX && str_cut(&text, ',', &part))
		if (part.n > 0)
			how->notices_ms[how->notice_count++] = (uint32_t)strtoul(part.p, NULL, 10);
}

static void read_note(struct drain_note *note, int64_t uid, struct str actor, struct str message,
		      int64_t wall_us)
{
	char name[DRAIN_ACTOR_MAX];
	struct drain_who who = {.uid = (uid_t)uid, .name = name, .message = message};

	(void)snprintf(name, sizeof(name), STR_FMT, STR_ARG(actor));
	drain_note_set(note, &who);
	note->wall_us = wall_us;
}

static int64_t began_us(const struct drain_row *row)
{
	char boot_id[64];
	int64_t now = time_mono_us(), age = time_wall_us() - row->wall_us;

	if (str_is(row->boot_id, config_boot_id(boot_id)))
		return row->boottime_us;
	if (age < 0)
		age = 0;
	return now - (age < row->deadline_us ? age : row->deadline_us);
}

static void load_drain(struct drain *d, const struct drain_row *row)
{
	struct drain_options how = {.deadline_us = row->deadline_us,
				    .lb_wait_us = row->lb_wait_us,
				    .rate = (uint32_t)row->rate};
	enum drain_phase phase = DRAIN_CORDONED;
	struct drain_target target;
	struct drain_entry *e;

	if (!drain_target_parse(&target, row->target) || target.kind == DRAIN_ROOM ||
	    !drain_phase_parse(row->phase, &phase) ||
	    !drain_policy_parse(row->policy, &how.policy)) {
		log_warn("a drain of \"" STR_FMT "\" in the store is left alone",
			 STR_ARG(row->target));
		return;
	}
	e = drain_take(d, &target);
	if (e == NULL)
		return;
	read_notices(row->notices, &how);
	drain_run_init(&e->run, &target, &how, began_us(row));
	e->run.phase = phase;
	e->run.stepped_us = time_mono_us();
	e->run.first = (struct drain_left){(uint32_t)row->rooms, (uint32_t)row->sessions};
	read_note(&e->who, row->uid, row->actor, row->message, row->wall_us);
	e->drains = true;
}

static void load_cordon(struct drain *d, const struct cordon_row *row)
{
	struct drain_target target;
	struct drain_entry *e;

	if (!drain_target_parse(&target, row->target) || target.kind == DRAIN_ROOM)
		return;
	e = drain_take(d, &target);
	if (e == NULL)
		return;
	e->cordoned = true;
	read_note(&e->cordon, row->uid, row->actor, row->message, row->time_us);
}

int drain_load(struct drain *d, struct buf *why)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("drains");
	struct keeping k = {.mem = mem, .what = READ};
	const struct cordon_row *cordon;
	const struct drain_row *row;

	if (d->host.store == NULL)
		return 0;
	if (ask(d, &k) < 0) {
		buf_printf(why, "the cordons and drains in the store cannot be read: %s",
			   k.problem);
		return k.rc;
	}
	VEC_EACH (&k.cordons, cordon)
		load_cordon(d, cordon);
	VEC_EACH (&k.drains, row)
		load_drain(d, row);
	return 0;
}
