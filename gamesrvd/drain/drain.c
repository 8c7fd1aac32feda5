/* gamesrvd/drain/drain.c
 * The drains there are, and the timer that drives them.
 */
#include "gamesrvd/drain/state.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/time.h"

enum { STEP_MS = 100, SAMPLE_US = 1000000, RETRY_US = 5000000, FORGET_US = 600000000 };

struct drain_entry *drain_find(struct drain *d, const struct drain_target *t)
{
	for (size_t i = 0; i < d->entry_count; i++)
		if (drain_target_eq(&d->entries[i]->target, t))
			return d->entries[i];
	return NULL;
}

void drain_drop(struct drain *d, struct drain_entry *e)
{
	size_t i = 0;

	while (d->entries[i] != e)
		i++;
	d->entries[i] = d->entries[--d->entry_count];
	free(e->cordon.message);
	free(e->who.message);
	free(e);
}

/* What ended a while ago, and cordons of rooms that are gone. */
static void tidy(struct drain *d)
{
	int64_t now = time_mono_us();

	for (size_t i = d->entry_count; i-- > 0;) {
		struct drain_entry *e = d->entries[i];
		bool room = e->target.kind == DRAIN_ROOM;

		if (e->drains && !e->cordoned && drain_run_is_over(&e->run) &&
		    (room || e->run.phase != DRAIN_DRAINED) && now - e->run.over_us > FORGET_US)
			drain_drop(d, e);
		else if (room && !e->drains && d->host.exists != NULL &&
			 !d->host.exists(d->host.ctx, &e->target))
			drain_drop(d, e);
	}
}

struct drain_entry *drain_take(struct drain *d, const struct drain_target *t)
{
	struct drain_entry *e = drain_find(d, t);

	if (e != NULL)
		return e;
	tidy(d);
	e = d->entry_count < DRAIN_ENTRIES_MAX ? calloc(1, sizeof(*e)) : NULL;
	if (e == NULL)
		return NULL;
	e->target = *t;
	d->entries[d->entry_count++] = e;
	return e;
}

void drain_note_set(struct drain_note *note, const struct drain_who *who)
{
	free(note->message);
	*note = (struct drain_note){.uid = who->uid, .wall_us = time_wall_us()};
	(void)snprintf(note->actor, sizeof(note->actor), "%s", who->name);
	if (who->message.n > 0)
		note->message = strndup(who->message.p, who->message.n);
}

/* ---- Steps ---- */

static void log_phase(const struct drain_entry *e)
{
	const struct drain_run *run = &e->run;
	bool nobody = run->first.rooms + run->first.sessions == 0;
	int64_t left_s = (drain_run_deadline_us(run) - time_mono_us()) / 1000000;

	if (e->by_signal && nobody)
		return; /* the end of the process says it all */
	if (run->phase == DRAIN_DRAINED && run->outcome == DRAIN_CUT)
		log_warn("drain of %s: the deadline closed %u rooms with %u players",
			 e->target.text, run->cut.rooms, run->cut.players);
	else if (run->phase == DRAIN_DRAINED)
		log_info("drain of %s: done, nobody is left", e->target.text);
	else
		log_info("drain of %s: %s, %u rooms and %u %s left, at most %lld s", e->target.text,
			 drain_phase_name(run->phase), run->left.rooms, run->left.sessions,
			 run->target.kind == DRAIN_SERVER ? "sessions" : "players",
			 (long long)(left_s > 0 ? left_s : 0));
}

static void sample(struct drain_entry *e, int64_t now_us)
{
	struct drain_sample *last = e->sample_count ? &e->samples[e->sample_count - 1] : NULL;

	if (last != NULL && now_us - last->at_us < SAMPLE_US)
		return;
	if (e->sample_count == DRAIN_SAMPLES)
		memmove(e->samples, e->samples + 1, sizeof(e->samples[0]) * --e->sample_count);
	e->samples[e->sample_count++] = (struct drain_sample){now_us, e->run.left};
}

void drain_step(struct drain *d, struct drain_entry *e)
{
	int64_t now = time_mono_us();

	if (drain_run_step(&e->run, &d->host.world, now)) {
		(void)drain_keep(d, e);
		log_phase(e);
	} else if (e->unsaved && now - e->saved_us > RETRY_US) {
		(void)drain_keep(d, e);
	}
	sample(e, now);
}

void drain_show_state(struct drain *d)
{
	struct drain_target server = drain_target_server();
	const struct drain_entry *e = drain_find(d, &server);
	uint32_t others = 0;

	for (size_t i = 0; i < d->entry_count; i++)
		others += d->entries[i]->target.kind != DRAIN_SERVER &&
			  drain_entry_runs(d->entries[i]);
	atomic_store(&d->others, others);
	atomic_store(&d->cordoned, e != NULL && e->cordoned);
	atomic_store(&d->deadline_us,
		     e != NULL && drain_entry_runs(e) ? drain_run_deadline_us(&e->run) : 0);
	atomic_store(&d->phase, e != NULL && e->drains ? (int)e->run.phase : DRAIN_ACTIVE);
}

static bool anything_runs(const struct drain *d)
{
	for (size_t i = 0; i < d->entry_count; i++)
		if (drain_entry_runs(d->entries[i]))
			return true;
	return d->stopping;
}

void drain_wind(struct drain *d)
{
	struct ev_loop *loop = thread_loop(d->host.live);
	bool wanted = anything_runs(d);

	if (wanted == (bool)ev_is_active(&d->timer))
		return;
	ev_timer_stop(loop, &d->timer);
	if (wanted) {
		ev_now_update(loop);
		ev_timer_set(&d->timer, STEP_MS / 1000., STEP_MS / 1000.);
		ev_timer_start(loop, &d->timer);
	}
}

static void on_timer(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	struct drain *d = timer->data;

	for (size_t i = 0; i < d->entry_count; i++)
		if (drain_entry_runs(d->entries[i]))
			drain_step(d, d->entries[i]);
	drain_show_state(d);
	drain_stop_turn(d);
	drain_wind(d);
}

/* ---- Life ---- */

struct drain *drain_open(const struct drain_host *host, struct buf *why)
{
	struct drain *d = calloc(1, sizeof(*d));

	if (d == NULL) {
		buf_printf(why, "out of memory");
		return NULL;
	}
	d->host = *host;
	ev_init(&d->timer, on_timer);
	d->timer.data = d;
	drain_stop_init(d);
	if (drain_load(d, why) < 0) {
		drain_close(d);
		return NULL;
	}
	drain_show_state(d);
	return d;
}

static int serve(void *ctx)
{
	struct drain *d = ctx;

	for (size_t i = 0; i < d->entry_count; i++) {
		struct drain_entry *e = d->entries[i];
		enum drain_phase phase = e->run.phase;

		if (e->cordoned) {
			d->host.world.refuse(d->host.world.ctx, &e->target, true);
			log_info("%s is cordoned, by %s", e->target.text, e->cordon.actor);
		}
		if (!e->drains)
			continue;
		log_info("drain of %s by %s goes on", e->target.text, e->who.actor);
		drain_run_restore(&e->run, phase, &d->host.world, time_mono_us());
		drain_step(d, e);
	}
	drain_show_state(d);
	drain_wind(d);
	return 0;
}

void drain_serve(struct drain *d)
{
	(void)thread_call(d->host.live, serve, d);
}

void drain_close(struct drain *d)
{
	if (d == NULL)
		return;
	while (d->entry_count > 0)
		drain_drop(d, d->entries[0]);
	free(d);
}

struct drain_brief drain_brief(const struct drain *d)
{
	return (struct drain_brief){
		.phase = (enum drain_phase)atomic_load(&d->phase),
		.cordoned = atomic_load(&d->cordoned),
		.stopping = atomic_load(&d->is_stopping),
		.deadline_us = atomic_load(&d->deadline_us),
		.others = atomic_load(&d->others),
	};
}
