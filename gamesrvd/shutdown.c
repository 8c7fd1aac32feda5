/* gamesrvd/shutdown.c */
#include "gamesrvd/shutdown.h"

#include <inttypes.h>
#include <signal.h>
#include <string.h>

#include "base/log.h"
#include "base/time.h"
#include "gamesrvd/control/control.h"
#include "gamesrvd/drain/drain.h"
#include "gamesrvd/loop/thread.h"
#include "gamesrvd/net/net.h"
#include "gamesrvd/notify.h"

enum { FAREWELL_US = 1500000, HURRY_US = 3000000 };
#define LOOK_S 0.02

static struct ev_loop *loop_of(const struct shutdown *s)
{
	return thread_loop(s->d->control_thread);
}

static void over(void *ctx)
{
	struct shutdown *s = ctx;

	thread_break(s->d->control_thread);
}

static void stop_watching(struct shutdown *s, ev_signal *signal)
{
	ev_ref(loop_of(s));
	ev_signal_stop(loop_of(s), signal);
}

/* Nobody plays any more: what is left are answers of the admin API. */
static void end(struct shutdown *s)
{
	if (s->ends)
		return;
	s->ends = true;
	ev_timer_stop(loop_of(s), &s->farewell);
	stop_watching(s, &s->term);
	stop_watching(s, &s->interrupt);
	log_info("stopping after signal %d (%s); a second one ends at once", s->signal,
		 strsignal(s->signal));
	notify("STOPPING=1\nSTATUS=finishing what is being done");
	control_drain(s->d->control, over, s);
}

static void on_farewell(struct ev_loop *loop, struct ev_timer *timer, int revents)
{
	struct shutdown *s = timer->data;
	bool gone = atomic_load(&s->is_gone);

	if ((gone && net_connections(s->d->net) == 0) || time_mono_us() > s->until_us)
		end(s);
}

static void look_often_until(struct shutdown *s, int64_t us)
{
	s->until_us = time_mono_us() + us;
	ev_timer_stop(loop_of(s), &s->farewell);
	ev_timer_set(&s->farewell, LOOK_S, LOOK_S);
	ev_timer_start(loop_of(s), &s->farewell);
}

/* The last words to players may still be on their way. */
static void on_gone(struct ev_loop *loop, struct ev_async *async, int revents)
{
	struct shutdown *s = async->data;

	if (!atomic_load(&s->is_gone) || s->ends)
		return;
	net_unlisten(s->d->net);
	if (net_connections(s->d->net) == 0)
		end(s);
	else
		look_often_until(s, FAREWELL_US);
}

static void on_signal(struct ev_loop *loop, struct ev_signal *signal, int revents)
{
	struct shutdown *s = signal->data;
	bool hurry = s->signal != 0 || signal->signum == SIGINT;

	atomic_store(&s->d->state, DAEMON_STOPPING); /* readyz fails before anything is refused */
	if (s->signal == 0)
		s->signal = signal->signum;
	if (hurry && s->hurries) {
		end(s);
		return;
	}
	if (hurry) {
		s->hurries = true;
		look_often_until(s, HURRY_US);
	}
	drain_stop(s->d->drain, hurry);
}

static void watch(struct shutdown *s, ev_signal *signal, int number)
{
	ev_signal_init(signal, on_signal, number);
	signal->data = s;
	ev_signal_start(loop_of(s), signal);
	ev_unref(loop_of(s));
}

void shutdown_watch(struct shutdown *s, struct daemon *d)
{
	s->d = d;
	ev_timer_init(&s->farewell, on_farewell, LOOK_S, LOOK_S);
	ev_async_init(&s->gone, on_gone);
	s->farewell.data = s->gone.data = s;
	ev_async_start(loop_of(s), &s->gone);
	ev_unref(loop_of(s));
	watch(s, &s->term, SIGTERM);
	watch(s, &s->interrupt, SIGINT);
}

void shutdown_waiting(void *shutdown, const char *text, int64_t left_us)
{
	notify("STOPPING=1\nSTATUS=%s\nEXTEND_TIMEOUT_USEC=%" PRId64, text, left_us);
}

void shutdown_gone(void *shutdown)
{
	struct shutdown *s = shutdown;

	atomic_store(&s->is_gone, true);
	ev_async_send(loop_of(s), &s->gone);
}
