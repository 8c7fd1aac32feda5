/* gamesrvd/drain/stop.c
 * The end of the process: a drain of the server that nobody can call off. What runs already is joined, with the deadline
 * that comes first, so that a preStop hook and the SIGTERM behind it share one budget.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "conf/set.h"
#include "gamesrvd/config/config.h"
#include "gamesrvd/drain/state.h"
#include "schemas/builtin.h"

enum { TELL_US = 1000000, LOG_US = 10000000, SLACK_US = 5000000 };

static struct drain_entry *server_of(struct drain *d)
{
	struct drain_target server = drain_target_server();

	return drain_find(d, &server);
}

static struct drain_options shutdown_options(struct drain *d)
{
	struct conf_set *set = config_snapshot(d->host.config, NULL);
	const struct conf_server_shutdown *s = &conf_server_of(set)->shutdown;
	struct drain_options how = {.policy = DRAIN_WAIT,
				    .deadline_us = s->deadline.us,
				    .lb_wait_us = s->lb_wait.us,
				    .rate = 200};

	if (how.lb_wait_us > how.deadline_us)
		how.deadline_us = how.lb_wait_us;
	conf_set_unref(set);
	return how;
}

static void begin(struct drain *d, const struct drain_options *how)
{
	struct drain_who who = {.uid = getuid(), .name = "SIGTERM", .message = STR("")};
	struct drain_target server = drain_target_server();
	struct drain_entry *e = drain_take(d, &server);

	if (e == NULL)
		return;
	drain_note_set(&e->who, &who);
	e->drains = e->by_signal = true;
	e->sample_count = 0;
	drain_run_init(&e->run, &server, how, time_mono_us());
	drain_show_state(d);
	drain_step(d, e);
}

/* The nearer deadline of the two. */
static void join(struct drain *d, struct drain_entry *e, const struct drain_options *stop)
{
	struct drain_options how = e->run.how;
	int64_t now = time_mono_us(), mine = now + stop->deadline_us - e->run.begun_us;

	if (mine < how.deadline_us) {
		how.deadline_us = mine;
		if (how.lb_wait_us > mine)
			how.lb_wait_us = mine;
		drain_run_change(&e->run, &how, now);
	}
	drain_step(d, e);
}

/* What it was for has happened: the next start serves again. */
static void finish(struct drain *d)
{
	struct drain_entry *e = server_of(d);

	if (d->told_gone)
		return;
	d->told_gone = true;
	if (e != NULL && e->drains)
		(void)drain_forget(d, e);
	d->host.gone(d->host.stop_ctx);
}

static void tell(struct drain *d, const struct drain_entry *e)
{
	int64_t now = time_mono_us(), left = drain_run_deadline_us(&e->run) - now;
	char text[160];

	if (now - d->told_us < TELL_US)
		return;
	d->told_us = now;
	if (left < 0)
		left = 0;
	(void)snprintf(
		text, sizeof(text), "draining: waits for %u rooms and %u sessions, %lld s at most",
		e->run.left.rooms, e->run.left.sessions, (long long)((left + 999999) / 1000000));
	if (d->host.waiting != NULL)
		d->host.waiting(d->host.stop_ctx, text, left + SLACK_US);
	if (now - d->logged_us < LOG_US)
		return;
	d->logged_us = now;
	log_info("%s", text);
}

void drain_stop_turn(struct drain *d)
{
	struct drain_entry *e = server_of(d);

	if (!d->stopping)
		return;
	if (e == NULL || !drain_entry_runs(e))
		finish(d);
	else
		tell(d, e);
}

static void on_stop(struct task *task)
{
	struct drain *d = CONTAINER_OF(task, struct drain, stop_task);
	struct drain_options how = shutdown_options(d);
	struct drain_entry *e = server_of(d);

	if (d->stopping)
		return;
	d->stopping = true;
	if (e != NULL && drain_entry_runs(e))
		join(d, e, &how);
	else if (e == NULL || !e->drains || e->run.phase != DRAIN_DRAINED)
		begin(d, &how);
	drain_show_state(d);
	drain_stop_turn(d);
	drain_wind(d);
}

/* Everybody is told to come back later, at once. */
static void on_hurry(struct task *task)
{
	struct drain *d = CONTAINER_OF(task, struct drain, hurry_task);
	struct drain_target server = drain_target_server();
	struct drain_order order = {.all = true};

	if (d->hurried)
		return;
	d->hurried = d->stopping = true;
	d->host.world.refuse(d->host.world.ctx, &server, true);
	(void)d->host.world.sweep(d->host.world.ctx, &server, &order);
	finish(d);
}

void drain_stop_init(struct drain *d)
{
	d->stop_task.run = on_stop;
	d->hurry_task.run = on_hurry;
}

void drain_stop(struct drain *d, bool now)
{
	atomic_store(&d->is_stopping, true);
	if (now && !atomic_exchange(&d->hurry_sent, true))
		thread_send(d->host.live, &d->hurry_task);
	else if (!now && !atomic_exchange(&d->stop_sent, true))
		thread_send(d->host.live, &d->stop_task);
}
