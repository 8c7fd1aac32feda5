/* gamesrvd/host.c */
#include "gamesrvd/host.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "gamesrvd/control/control.h"
#include "gamesrvd/count_rooms.h"
#include "gamesrvd/loop/loop.h"
#include "gamesrvd/net/net.h"
#include "schemas/builtin.h"

struct host {
	struct daemon *d;
	struct ev_loop *loop;
	ev_async wake;   /* another thread wants control to look again */
	ev_prepare turn; /* between two turns of the loop: adopt what was published */
	ev_timer timer;
	ev_io io;
	struct conf_reader reader;
	bool attached;
	_Atomic bool detached;
};

struct post {
	struct task task;
	void (*fn)(void *arg);
	void *arg;
};

static void run_post(struct task *task)
{
	struct post *post = CONTAINER_OF(task, struct post, task);

	post->fn(post->arg);
	free(post);
}

static bool post_work(void *ctx, void (*fn)(void *arg), void *arg)
{
	struct host *h = ctx;
	struct post *post = atomic_load(&h->detached) ? NULL : malloc(sizeof(*post));

	if (post == NULL)
		return false;
	*post = (struct post){{.run = run_post}, fn, arg};
	thread_send(h->d->work, &post->task);
	return true;
}

static void free_set(void *set)
{
	conf_set_free(set);
}

/* Loops have no time for it. */
static bool free_later(void *ctx, struct conf_set *set)
{
	return loop_here() != NULL && post_work(ctx, free_set, set);
}

static void wake_control(void *ctx)
{
	struct host *h = ctx;

	ev_async_send(h->loop, &h->wake);
}

/* Loops that sleep adopt it too, so that an apply is answered at once. */
static void wake_readers(void *ctx)
{
	struct host *h = ctx;

	wake_control(ctx);
	if (h->d->loops != NULL)
		loops_wake(h->d->loops);
}

static void set_timer(struct host *h)
{
	int64_t ms = config_next_ms(h->d->config);

	ev_timer_stop(h->loop, &h->timer);
	if (ms < 0)
		return;
	ev_now_update(h->loop); /* the wait counts from now, not from the beginning of this turn */
	ev_timer_set(&h->timer, (double)ms / 1000, 0.);
	ev_timer_start(h->loop, &h->timer);
}

static void on_timer(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	struct host *h = timer->data;

	config_on_timer(h->d->config);
	set_timer(h);
}

static void on_readable(struct ev_loop *loop, struct ev_io *io, int revents)
{
	struct host *h = io->data;

	config_on_readable(h->d->config);
	set_timer(h);
}

static void adopt(struct host *h)
{
	const struct conf_server_admin *admin = &conf_server_of(h->reader.now->set)->admin;
	struct control_limits limits = {.connections = (uint32_t)admin->connections,
					.body_bytes = admin->body,
					.bundle_bytes = admin->bundle_body,
					.request_s = (double)admin->request_timeout.us / 1e6,
					.idle_s = (double)admin->idle_timeout.us / 1e6};

	control_set_limits(h->d->control, &limits);
}

static void on_turn(struct ev_loop *loop, struct ev_prepare *turn, int revents)
{
	struct host *h = turn->data;

	if (conf_reader_adopt(&h->reader))
		adopt(h);
}

static void on_wake(struct ev_loop *loop, struct ev_async *wake, int revents)
{
	struct host *h = wake->data;

	if (h->attached)
		set_timer(h);
}

static size_t rooms(void *ctx, struct arena *mem, struct config_rooms **out)
{
	const struct host *h = ctx;

	return count_rooms(h->d->loops, mem, out);
}

static uint32_t count_sessions(void *ctx)
{
	const struct host *h = ctx;

	return h->d->net ? net_sessions(h->d->net) : 0;
}

struct host *host_new(struct daemon *d)
{
	struct host *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->d = d;
	h->loop = thread_loop(d->control_thread);
	ev_async_init(&h->wake, on_wake);
	ev_prepare_init(&h->turn, on_turn);
	ev_init(&h->timer, on_timer);
	ev_init(&h->io, on_readable);
	h->wake.data = h->turn.data = h->timer.data = h->io.data = h;
	ev_async_start(h->loop, &h->wake);
	conf_set_free_by(free_later, h);
	return h;
}

struct config_host host_of(struct host *h)
{
	return (struct config_host){
		.ctx = h,
		.post_work = post_work,
		.rearm = wake_control,
		.published = wake_readers,
		.rooms = rooms,
		.sessions = count_sessions,
	};
}

void host_attach(struct host *h)
{
	int fd = config_fd(h->d->config);

	conf_reader_join(config_publication(h->d->config), &h->reader);
	adopt(h);
	h->attached = true;
	ev_prepare_start(h->loop, &h->turn);
	if (fd >= 0) {
		ev_io_set(&h->io, fd, EV_READ);
		ev_io_start(h->loop, &h->io);
	}
	config_start(h->d->config);
	set_timer(h);
}

static int pass(void *ctx)
{
	return 0;
}

void host_detach(struct host *h)
{
	struct loops *loops;

	if (h == NULL)
		return;
	atomic_store(&h->detached, true);
	loops = h->d->loops;
	for (unsigned i = 0; loops != NULL && i < loops->count; i++)
		(void)thread_call(loops->loop[i].thread, pass,
				  NULL); /* it was just about to post something */
	ev_timer_stop(h->loop, &h->timer);
	ev_io_stop(h->loop, &h->io);
	ev_prepare_stop(h->loop, &h->turn);
	if (h->attached)
		conf_reader_leave(&h->reader);
	h->attached = false;
}

void host_free(struct host *h)
{
	if (h == NULL)
		return;
	conf_set_free_by(NULL, NULL);
	ev_async_stop(h->loop, &h->wake);
	free(h);
}
