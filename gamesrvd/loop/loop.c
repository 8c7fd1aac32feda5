/* gamesrvd/loop/loop.c
 * One turn of a loop: wait; adopt the configuration (woken); ticks, then timers, mail and sockets; adopt again, and
 * what hooks flush (sleeping). libev calls a check watcher of the highest priority first after its wait, which is what
 * makes "between two turns" true.
 */
#include "gamesrvd/loop/loop.h"

#include <stdio.h>
#include <stdlib.h>

enum { POOL_KEEP = 8 << 20 }; /* free memory a loop holds on to for frames */

static _Thread_local struct loop *here;

static void call_all(struct loop_hook *hook)
{
	while (hook != NULL) {
		struct loop_hook *next = hook->next;

		hook->call(hook);
		hook = next;
	}
}

static void adopt(struct loop *loop)
{
	if (conf_reader_adopt(&loop->config))
		call_all(loop->on_config);
}

static void on_nudge(struct ev_loop *ev, struct ev_async *nudge, int revents)
{
	/* It ended the wait, which is all it is for. */
}

static void on_woken(struct ev_loop *ev, struct ev_check *woken, int revents)
{
	adopt(woken->data);
}

static void on_sleeping(struct ev_loop *ev, struct ev_prepare *sleeping, int revents)
{
	struct loop *loop = sleeping->data;

	/* Again: a nudge that came since on_woken() may have been merged with the one that woke the loop. */
	adopt(loop);
	call_all(loop->before_sleep);
}

static void watch(struct loop *loop)
{
	ev_async_init(&loop->nudge, on_nudge);
	ev_check_init(&loop->woken, on_woken);
	ev_prepare_init(&loop->sleeping, on_sleeping);
	ev_set_priority(&loop->woken, EV_MAXPRI);
	/* After the prepare watchers of libraries, whose output may be what there is to flush. */
	ev_set_priority(&loop->sleeping, EV_MINPRI);
	loop->woken.data = loop->sleeping.data = loop;
	ev_async_start(loop->ev, &loop->nudge);
	ev_check_start(loop->ev, &loop->woken);
	ev_prepare_start(loop->ev, &loop->sleeping);
}

static void unwatch(struct loop *loop)
{
	ev_async_stop(loop->ev, &loop->nudge);
	ev_check_stop(loop->ev, &loop->woken);
	ev_prepare_stop(loop->ev, &loop->sleeping);
}

struct opening {
	struct loop *loop;
	struct publication *publication;
};

static int open_here(void *ctx)
{
	const struct opening *o = ctx;
	struct loop *loop = o->loop;

	here = loop;
	loop->ev = thread_loop(loop->thread);
	loop->wheel = wheel_new(loop->ev);
	loop->ticker = ticker_new(loop->ev);
	loop->pool = shared_pool_new(POOL_KEEP);
	watch(loop);
	conf_reader_join(o->publication, &loop->config);
	return loop->wheel && loop->ticker && loop->pool ? 0 : -1;
}

static int close_here(void *ctx)
{
	struct loop *loop = ctx;

	unwatch(loop);
	conf_reader_leave(&loop->config);
	ticker_free(loop->ticker);
	wheel_free(loop->wheel);
	shared_pool_free(loop->pool);
	return 0;
}

static const char *loop_name(unsigned index)
{
	static char names[ID_LOOPS_MAX][8];

	snprintf(names[index], sizeof(names[index]), "loop%u", index & 63);
	return names[index];
}

static bool loop_start(struct loops *all, unsigned index, struct publication *publication)
{
	struct loop *loop = &all->loop[index];
	struct opening opening = {loop, publication};

	loop->index = index;
	loop->all = all;
	loop->thread = thread_start(loop_name(index));
	return loop->thread && thread_call(loop->thread, open_here, &opening) == 0;
}

struct loops *loops_start(unsigned count, struct publication *publication)
{
	struct loops *all;

	count = count < 1 ? 1 : count > ID_LOOPS_MAX ? ID_LOOPS_MAX : count;
	all = calloc(1, sizeof(*all) + count * sizeof(all->loop[0]));
	if (all == NULL)
		return NULL;
	for (all->count = 0; all->count < count;) {
		if (loop_start(all, all->count++, publication))
			continue;
		loops_stop(all);
		return NULL;
	}
	return all;
}

void loops_stop(struct loops *all)
{
	if (all == NULL)
		return;
	for (unsigned i = 0; i < all->count; i++) {
		if (all->loop[i].thread != NULL)
			thread_call(all->loop[i].thread, close_here, &all->loop[i]);
	}
	for (unsigned i = 0; i < all->count; i++)
		thread_stop(all->loop[i].thread);
	free(all);
}

void loops_wake(struct loops *all)
{
	for (unsigned i = 0; i < all->count; i++)
		ev_async_send(all->loop[i].ev, &all->loop[i].nudge);
}

struct loop *loop_here(void)
{
	return here;
}

void loop_assert(const struct loop *loop)
{
	thread_assert_here(loop->thread);
}

static void hook_add(struct loop_hook **at, struct loop_hook *hook)
{
	while (*at != NULL)
		at = &(*at)->next;
	hook->next = NULL;
	*at = hook;
}

void loop_before_sleep(struct loop *loop, struct loop_hook *hook)
{
	hook_add(&loop->before_sleep, hook);
}

void loop_on_config(struct loop *loop, struct loop_hook *hook)
{
	hook_add(&loop->on_config, hook);
}

static void hook_remove(struct loop_hook **at, const struct loop_hook *hook)
{
	while (*at != NULL && *at != hook)
		at = &(*at)->next;
	if (*at != NULL)
		*at = hook->next;
}

void loop_unhook(struct loop *loop, struct loop_hook *hook)
{
	hook_remove(&loop->before_sleep, hook);
	hook_remove(&loop->on_config, hook);
}
