/* gamesrvd/reload.c */
#include "gamesrvd/reload.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "gamesrvd/config/config.h"
#include "gamesrvd/notify.h"

static void start(struct reload *r);

static void on_done(struct task *task)
{
	struct reload *r = CONTAINER_OF(task, struct reload, task);

	if (r->status == 200)
		log_info("reload: %s", r->text);
	else
		log_error("reload: %s", r->text);
	notify("READY=1\nSTATUS=reload: %s", r->text);
	r->running = false;
	if (r->again)
		start(r);
}

static int do_reload(void *ctx)
{
	struct reload *r = ctx;
	CLEANUP(arena_freep) struct arena *mem = arena_new("reload");
	struct config_request who = {
		.uid = geteuid(), .actor = "SIGHUP", .message = STR("SIGHUP"), .base_revision = -1};
	struct config_answer answer = {0};
	const char *outcome;

	config_reload(r->d->config, mem, &who, &answer);
	outcome = json_string_value(json_object_get(answer.body, "outcome"));
	r->status = answer.code ? answer.status : 200;
	if (answer.code != NULL)
		snprintf(r->text, sizeof(r->text), STR_FMT, STR_ARG(answer.message));
	else
		snprintf(r->text, sizeof(r->text), "%s", outcome ? outcome : "done");
	json_decref(answer.body);
	return 0;
}

static void on_work(struct task *task)
{
	struct reload *r = CONTAINER_OF(task, struct reload, task);

	if (arena_try(do_reload, r) < 0) {
		r->status = 503;
		snprintf(r->text, sizeof(r->text), "out of memory");
	}
	r->task.run = on_done;
	thread_send(r->d->control_thread, &r->task);
}

static void start(struct reload *r)
{
	r->again = false;
	r->running = true;
	r->task.run = on_work;
	notify_reloading();
	thread_send(r->d->work, &r->task);
}

static void on_hup(struct ev_loop *loop, struct ev_signal *signal, int revents)
{
	struct reload *r = signal->data;

	if (atomic_load(&r->d->state) != DAEMON_READY)
		return;
	if (r->running)
		r->again = true;
	else
		start(r);
}

void reload_watch(struct reload *r, struct daemon *d)
{
	r->d = d;
	ev_signal_init(&r->signal, on_hup, SIGHUP);
	r->signal.data = r;
	ev_signal_start(thread_loop(d->control_thread), &r->signal);
	ev_unref(thread_loop(d->control_thread));
}
