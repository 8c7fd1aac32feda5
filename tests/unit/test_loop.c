/* tests/unit/test_loop.c */
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "gamesrvd/loop/loop.h"
#include "test.h"

enum { LOOPS = 3, SWAPS = 2000 };

static struct conf_set *make_set(void)
{
	struct arena *mem = arena_new("set");
	struct conf_set *set = ARENA_NEW(mem, struct conf_set);

	set->mem = mem;
	set->refs = 1;
	return set;
}

static struct publication *publication_of_test(void)
{
	struct conf_set *set = make_set();
	struct publication *pub = publication_new(set, 1);

	conf_set_unref(set);
	return pub;
}

static void publish(struct publication *pub, uint64_t revision)
{
	struct conf_set *set = make_set();
	struct conf_publish *swap = publish_prepare(pub, set, revision);

	conf_set_unref(set);
	publish_commit(swap);
}

static int whoami(void *ctx)
{
	struct loop *loop = ctx;

	loop_assert(loop);
	return loop_here() == loop ? (int)loop->index : -1;
}

TEST(every_loop_knows_which_one_it_is)
{
	struct publication *pub = publication_of_test();
	struct loops *all = loops_start(LOOPS, pub);

	CHECK(all != NULL);
	CHECK(loop_here() == NULL);
	for (int i = 0; i < LOOPS; i++) {
		struct loop *loop = &all->loop[i];

		CHECK_INT(thread_call(loop->thread, whoami, loop), i);
		CHECK(loop->config.now->revision == 1);
	}
	loops_stop(all);
	CHECK(publish_settled(pub)); /* they left: nobody is waited for */
	publication_free(pub);
}

/* ---- Configuration ---- */

struct watcher {
	struct loop_hook on_config, before_sleep;
	struct loop *loop;
	uint64_t seen;
	uint32_t changes;
	_Atomic uint32_t sleeps;
};

static void saw_config(struct loop_hook *hook)
{
	struct watcher *w = CONTAINER_OF(hook, struct watcher, on_config);

	if (w->loop->config.now->revision <= w->seen)
		abort();
	w->seen = w->loop->config.now->revision;
	w->changes++;
}

static void goes_to_sleep(struct loop_hook *hook)
{
	struct watcher *w = CONTAINER_OF(hook, struct watcher, before_sleep);

	atomic_fetch_add(&w->sleeps, 1);
}

static int hook_in(void *ctx)
{
	struct watcher *w = ctx;

	w->on_config.call = saw_config;
	w->before_sleep.call = goes_to_sleep;
	loop_on_config(w->loop, &w->on_config);
	loop_before_sleep(w->loop, &w->before_sleep);
	return 0;
}

TEST(idle_loops_adopt_what_is_published_as_soon_as_they_are_woken)
{
	struct publication *pub = publication_of_test();
	struct loops *all = loops_start(LOOPS, pub);
	static struct watcher watchers[LOOPS];

	CHECK(all != NULL);
	for (int i = 0; i < LOOPS; i++) {
		watchers[i].loop = &all->loop[i];
		thread_call(all->loop[i].thread, hook_in, &watchers[i]);
	}
	for (uint64_t revision = 2; revision < SWAPS; revision++) {
		publish(pub, revision);
		loops_wake(all);
		while (!publish_settled(pub))
			sched_yield();
	}
	loops_stop(all);
	for (int i = 0; i < LOOPS; i++) {
		CHECK_INT(watchers[i].seen, SWAPS - 1);
		CHECK_INT(watchers[i].changes, SWAPS - 2);
	}
	publication_free(pub);
}

TEST(an_idle_loop_sleeps)
{
	struct publication *pub = publication_of_test();
	struct loops *all = loops_start(1, pub);
	static struct watcher w;
	uint32_t before;

	w.loop = &all->loop[0];
	thread_call(all->loop[0].thread, hook_in, &w);
	usleep(20000);
	before = atomic_load(&w.sleeps);
	usleep(200000);
	CHECK(atomic_load(&w.sleeps) - before <= 2);
	loops_stop(all);
	publication_free(pub);
}

static struct loop *hooked;
static char order[8];
static unsigned calls;

static void first(struct loop_hook *hook)
{
	order[calls++] = '1';
}

static void second(struct loop_hook *hook)
{
	order[calls++] = '2';
}

static int add_two(void *ctx)
{
	static struct loop_hook a = {.call = first}, b = {.call = second};

	loop_on_config(hooked, &a);
	loop_on_config(hooked, &b);
	return 0;
}

TEST(hooks_are_called_in_the_order_they_were_added)
{
	struct publication *pub = publication_of_test();
	struct loops *all = loops_start(1, pub);

	hooked = &all->loop[0];
	thread_call(hooked->thread, add_two, NULL);
	publish(pub, 2);
	loops_wake(all);
	loops_stop(all);
	CHECK_TEXT(order, "12");
	publication_free(pub);
}

/* ---- What a loop gives its owners ---- */

struct parts {
	struct loop *loop;
	struct tick tick;
	struct wheel_timer timer;
	_Atomic uint32_t ticks, fired;
};

static struct parts parts;

static void on_tick(struct tick *tick, uint32_t skipped, int64_t late_us)
{
	struct shared *s = shared_new(parts.loop->pool, 100);

	loop_assert(parts.loop);
	shared_unref(s);
	atomic_fetch_add(&parts.ticks, 1);
}

static void on_fire(struct wheel_timer *timer)
{
	atomic_fetch_add(&parts.fired, 1);
}

static int start_parts(void *ctx)
{
	parts.loop = ctx;
	parts.tick.run = on_tick;
	parts.timer.fire = on_fire;
	wheel_in(parts.loop->wheel, &parts.timer, 10000);
	return tick_start(parts.loop->ticker, &parts.tick, 2000, 5);
}

TEST(ticks_and_timers_run_on_their_loop)
{
	struct publication *pub = publication_of_test();
	struct loops *all = loops_start(1, pub);

	CHECK_INT(thread_call(all->loop[0].thread, start_parts, &all->loop[0]), 0);
	while (atomic_load(&parts.ticks) < 20 || atomic_load(&parts.fired) < 1)
		usleep(1000);
	loops_stop(all);
	CHECK_INT(atomic_load(&parts.fired), 1);
	publication_free(pub);
}
