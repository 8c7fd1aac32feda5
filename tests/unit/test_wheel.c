/* tests/unit/test_wheel.c
 * Times of the tests' own go through wheel_advance(); only the last tests let a loop run.
 */
#include <stdlib.h>

#include "base/time.h"
#include "gamesrvd/loop/wheel.h"
#include "test.h"

enum { GRAIN_US = 8192, MANY = 100000 };

struct alarm_clock { /* a timer that notes when it fired */
	struct wheel_timer timer;
	struct wheel *wheel;
	int64_t wanted_us;
	unsigned fired;
};

static int64_t now_us; /* of the test */

static void note(struct wheel_timer *timer)
{
	struct alarm_clock *a = CONTAINER_OF(timer, struct alarm_clock, timer);

	a->fired++;
	CHECK(!wheel_is_set(timer));
	CHECK(now_us >= a->wanted_us);               /* never sooner */
	CHECK(now_us - a->wanted_us < 3 * GRAIN_US); /* and hardly later */
}

static void set(struct wheel *w, struct alarm_clock *a, int64_t at_us)
{
	a->timer.fire = note;
	a->wheel = w;
	a->wanted_us = at_us;
	wheel_set(w, &a->timer, at_us);
}

static void go_to(struct wheel *w, int64_t until_us)
{
	while (now_us < until_us) {
		now_us += GRAIN_US;
		wheel_advance(w, now_us);
	}
}

static struct wheel *wheel_of_test(void)
{
	struct wheel *w = wheel_new(ev_default_loop(EVFLAG_AUTO));

	now_us = time_mono_us();
	return w;
}

TEST(a_timer_fires_once_at_its_time)
{
	struct wheel *w = wheel_of_test();
	struct alarm_clock a = {0};

	set(w, &a, now_us + 1000000);
	CHECK(wheel_is_set(&a.timer));
	CHECK_INT(wheel_count(w), 1);
	go_to(w, now_us + 990000);
	CHECK_INT(a.fired, 0);
	go_to(w, now_us + 100000);
	CHECK_INT(a.fired, 1);
	CHECK_INT(wheel_count(w), 0);
	wheel_free(w);
}

TEST(a_cancelled_or_moved_timer_does_not_fire_at_its_old_time)
{
	struct wheel *w = wheel_of_test();
	struct alarm_clock a = {0}, b = {0};
	int64_t start = now_us;

	set(w, &a, start + 500000);
	set(w, &b, start + 500000);
	wheel_cancel(&a.timer);
	wheel_cancel(&a.timer);
	set(w, &b, start + 100 * 1000000);
	go_to(w, start + 99 * 1000000);
	CHECK_INT(a.fired + b.fired, 0);
	go_to(w, start + 101 * 1000000);
	CHECK_INT(b.fired, 1);
	wheel_free(w);
}

TEST(a_time_that_has_passed_means_as_soon_as_possible)
{
	struct wheel *w = wheel_of_test();
	struct alarm_clock a = {0};

	a.timer.fire = note;
	a.wanted_us = now_us;
	wheel_set(w, &a.timer, INT64_MIN);
	go_to(w, now_us + 2 * GRAIN_US);
	CHECK_INT(a.fired, 1);
	wheel_free(w);
}

TEST(the_end_of_time_is_a_time_to_wait_for)
{
	struct wheel *w = wheel_of_test();
	struct alarm_clock a = {0};

	set(w, &a, INT64_MAX);
	go_to(w, now_us + 10 * 1000000);
	now_us += (int64_t)86400 * 365 * 1000000;
	wheel_advance(w, now_us);
	CHECK_INT(a.fired, 0);
	wheel_cancel(&a.timer);
	CHECK_INT(wheel_count(w), 0);
	wheel_free(w);
}

static struct alarm_clock *victim;

static void cancel_victim(struct wheel_timer *timer)
{
	wheel_cancel(&victim->timer);
}

TEST(a_timer_may_cancel_another_that_is_due_with_it)
{
	struct wheel *w = wheel_of_test();
	struct alarm_clock a = {.timer.fire = cancel_victim}, b = {.timer.fire = cancel_victim};

	wheel_set(w, &a.timer, now_us + 50000);
	wheel_set(w, &b.timer, now_us + 50000);
	victim = &b; /* whoever is first cancels b: itself, or the one that is due with it */
	now_us += 100000;
	wheel_advance(w, now_us);
	CHECK_INT(wheel_count(w), 0);
	CHECK(!wheel_is_set(&a.timer) && !wheel_is_set(&b.timer));
	wheel_free(w);
}

static unsigned rounds;

static void again(struct wheel_timer *timer)
{
	struct alarm_clock *a = CONTAINER_OF(timer, struct alarm_clock, timer);

	rounds++;
	wheel_set(a->wheel, timer,
		  now_us); /* due already: must not fire in this same advance for ever */
}

TEST(a_timer_that_sets_itself_to_now_fires_once_an_advance)
{
	struct wheel *w = wheel_of_test();
	struct alarm_clock a = {.timer.fire = again, .wheel = w};

	rounds = 0;
	wheel_set(w, &a.timer, now_us);
	for (int i = 0; i < 10; i++) {
		now_us += GRAIN_US;
		wheel_advance(w, now_us);
	}
	CHECK(rounds >= 9 && rounds <= 10);
	wheel_free(w);
}

static int64_t random_wait(void)
{
	/* Every level of the wheel gets its share: from microseconds to days. */
	int64_t range = (int64_t)1000 << (rand() % 28);

	return (int64_t)((double)rand() / RAND_MAX * (double)range);
}

static int by_time(const void *a, const void *b)
{
	const struct alarm_clock *x = *(const struct alarm_clock *const *)a,
				 *y = *(const struct alarm_clock *const *)b;

	return (x->wanted_us > y->wanted_us) - (x->wanted_us < y->wanted_us);
}

/* Held against a sorted list: after each jump exactly its beginning fired. */
TEST(a_hundred_thousand_timers_fire_as_a_sorted_list_would)
{
	struct alarm_clock *all = calloc(MANY, sizeof(*all));
	struct alarm_clock **sorted = calloc(MANY, sizeof(struct alarm_clock *));
	struct wheel *w = wheel_of_test();
	uint32_t count = 0, done = 0;

	CHECK(all != NULL && sorted != NULL);
	srand(2);
	for (uint32_t i = 0; i < MANY; i++) {
		set(w, &all[i], now_us + random_wait());
		if (rand() % 4 == 0)
			set(w, &all[i], now_us + random_wait());
		if (rand() % 4 == 0)
			wheel_cancel(&all[i].timer);
		else
			sorted[count++] = &all[i];
	}
	CHECK_INT(wheel_count(w), count);
	qsort(sorted, count, sizeof(*sorted), by_time);
	while (done < count) {
		/* Straight to the next one, as a sleeping loop would: nothing on the way may be lost. */
		now_us = sorted[done]->wanted_us + GRAIN_US;
		wheel_advance(w, now_us);
		for (; done < count && sorted[done]->wanted_us <= now_us - GRAIN_US; done++)
			CHECK_INT(sorted[done]->fired, 1);
		if (rand() % 5000 == 0)
			CHECK(wheel_count(w) <= count - done);
	}
	for (uint32_t i = 0; i < MANY; i++)
		CHECK(all[i].fired <= 1);
	CHECK_INT(wheel_count(w), 0);
	wheel_free(w);
	free(sorted);
	free(all);
}

/* ---- With a loop ---- */

static void end_loop(struct wheel_timer *timer)
{
	ev_break(ev_default_loop(0), EVBREAK_ALL);
}

TEST(the_loop_is_woken_for_timers_and_for_nothing_else)
{
	struct ev_loop *loop = ev_default_loop(EVFLAG_AUTO);
	struct wheel *w = wheel_new(loop);
	struct wheel_timer far[1000] = {{0}}, end = {.fire = end_loop};
	int64_t start = time_mono_us();
	unsigned turns = ev_iteration(loop);

	for (int i = 0; i < 1000; i++) {
		far[i].fire = end_loop;
		wheel_in(w, &far[i], 3600 * (int64_t)1000000 + i);
	}
	wheel_in(w, &end, 900000); /* on a level of its own */
	ev_run(loop, 0);
	CHECK(time_mono_us() - start >= 900000);
	CHECK(ev_iteration(loop) - turns <= 3);
	wheel_free(w);
}

TEST(a_sooner_timer_moves_the_alarm)
{
	struct ev_loop *loop = ev_default_loop(EVFLAG_AUTO);
	struct wheel *w = wheel_new(loop);
	struct wheel_timer late = {.fire = end_loop}, soon = {.fire = end_loop};
	int64_t start = time_mono_us();

	wheel_in(w, &late, 3600 * (int64_t)1000000);
	wheel_in(w, &soon, 20000);
	ev_run(loop, 0);
	CHECK(time_mono_us() - start >= 20000);
	CHECK(wheel_is_set(&late) && !wheel_is_set(&soon));
	wheel_free(w);
}
