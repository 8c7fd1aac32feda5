/* tests/unit/test_ticker.c */
#include <stdlib.h>

#include "base/time.h"
#include "gamesrvd/loop/ticker.h"
#include "test.h"

enum { MS = 1000, SECOND = 1000000 };

struct metronome {
	struct tick tick;
	uint32_t runs, skips;
	uint64_t skipped;
	int64_t late_us, first_due_us;
};

static void count(struct tick *tick, uint32_t skipped, int64_t late_us)
{
	struct metronome *m = CONTAINER_OF(tick, struct metronome, tick);

	m->runs++;
	m->skips += skipped > 0;
	m->skipped += skipped;
	m->late_us = late_us;
}

static struct ticker *ticker_of_test(void)
{
	return ticker_new(ev_default_loop(EVFLAG_AUTO));
}

static void start(struct ticker *t, struct metronome *m, int64_t period_us, uint32_t max_catchup)
{
	m->tick.run = count;
	CHECK_INT(tick_start(t, &m->tick, period_us, max_catchup), 0);
	m->first_due_us = m->tick.due_us;
}

TEST(a_tick_never_drifts_however_late_it_is_called)
{
	struct ticker *t = ticker_of_test();
	struct metronome m = {.runs = 0};
	int64_t now;

	srand(3);
	start(t, &m, 16667, 5);
	now = m.first_due_us;
	for (int i = 0; i < 200000; i++) { /* most of an hour, up to three ticks late each time */
		ticker_advance(t, now);
		now += rand() % (3 * 16667);
	}
	CHECK_INT(m.skipped, 0);
	CHECK_INT((m.tick.due_us - m.first_due_us) % 16667, 0);
	CHECK_INT((m.tick.due_us - m.first_due_us) / 16667, m.runs); /* none lost, none too many */
	ticker_free(t);
}

TEST(late_ticks_run_back_to_back_up_to_max_catchup)
{
	struct ticker *t = ticker_of_test();
	struct metronome m = {.runs = 0};

	start(t, &m, 50 * MS, 5);
	ticker_advance(t, m.first_due_us + 5 * 50 * MS);
	CHECK_INT(m.runs, 6); /* five were missed */
	CHECK_INT(m.skipped, 0);
	CHECK_INT(m.late_us, 0);
	ticker_free(t);
}

TEST(beyond_max_catchup_the_tick_skips_to_now_and_says_how_many_it_left_out)
{
	struct ticker *t = ticker_of_test();
	struct metronome m = {.runs = 0};

	start(t, &m, 50 * MS, 5);
	ticker_advance(t, m.first_due_us + 10 * SECOND + 7 * MS); /* stopped for ten seconds */
	CHECK_INT(m.runs, 1);
	CHECK_INT(m.skipped, 200);
	CHECK_INT(m.late_us, 7 * MS);
	ticker_advance(t, m.first_due_us + 10 * SECOND + 49 * MS);
	CHECK_INT(m.runs, 1);
	ticker_advance(t, m.first_due_us + 10 * SECOND + 50 * MS);
	CHECK_INT(m.runs, 2);
	CHECK_INT(m.skips, 1);
	ticker_free(t);
}

TEST(ticks_of_one_period_are_spread_over_it_on_whole_milliseconds)
{
	struct ticker *t = ticker_of_test();
	static struct metronome many[300];
	uint32_t in_bucket[10] = {0};

	for (int i = 0; i < 300; i++) {
		start(t, &many[i], 50 * MS, 5);
		CHECK_INT(many[i].first_due_us % MS, 0);
		in_bucket[many[i].first_due_us % (50 * MS) / (5 * MS)]++;
	}
	for (int i = 0; i < 10; i++)
		CHECK(in_bucket[i] >= 15 && in_bucket[i] <= 45);
	ticker_free(t);
}

static struct ticker *ticker_here;
static struct metronome *target;
static unsigned ended;

static void stop_another(struct tick *tick, uint32_t skipped, int64_t late_us)
{
	tick_stop(ticker_here, &target->tick);
	tick_stop(ticker_here, tick);
	tick_stop(ticker_here, tick);
	ended++;
}

TEST(a_tick_may_stop_itself_and_others)
{
	struct metronome a = {.tick.run = stop_another}, b = {.runs = 0};

	ticker_here = ticker_of_test();
	target = &b;
	start(ticker_here, &b, 3600 * (int64_t)SECOND, 0);
	CHECK_INT(tick_start(ticker_here, &a.tick, MS, 0), 0);
	ticker_advance(ticker_here, a.tick.due_us);
	CHECK_INT(ended, 1);
	ticker_advance(ticker_here, b.first_due_us + SECOND);
	CHECK_INT(b.runs, 0);
	CHECK_INT(ended, 1);
	ticker_free(ticker_here);
}

TEST(random_ticks_each_run_as_often_as_their_time_allows)
{
	struct ticker *t = ticker_of_test();
	static struct metronome all[500];
	int64_t now = 0;

	srand(4);
	for (int i = 0; i < 500; i++)
		start(t, &all[i], 1 + rand() % (200 * MS), 1000000);
	for (int i = 0; i < 100; i++) /* some leave, some begin anew with another period */
		tick_stop(t, &all[i].tick);
	for (int i = 0; i < 50; i++)
		start(t, &all[i], 1 + rand() % (200 * MS), 1000000);
	for (int i = 0; i < 500; i++)
		now = all[i].first_due_us > now ? all[i].first_due_us : now;
	for (int i = 0; i < 100; i++)
		ticker_advance(t, now += rand() % (20 * MS));
	for (int i = 0; i < 500; i++) {
		const struct metronome *m = &all[i];

		if (i >= 50 && i < 100)
			CHECK_INT(m->runs, 0);
		else
			CHECK_INT(m->runs, (now - m->first_due_us) / m->tick.period_us + 1);
	}
	ticker_free(t);
}

static void end_after_ten(struct tick *tick, uint32_t skipped, int64_t late_us)
{
	struct metronome *m = CONTAINER_OF(tick, struct metronome, tick);

	CHECK(time_mono_us() >= tick->due_us - tick->period_us);
	if (++m->runs == 10)
		ev_break(ev_default_loop(0), EVBREAK_ALL);
}

TEST(the_timerfd_wakes_the_loop_for_each_tick)
{
	struct ticker *t = ticker_of_test();
	struct metronome m = {.tick.run = end_after_ten};

	CHECK_INT(tick_start(t, &m.tick, 5 * MS, 5), 0);
	ev_run(ev_default_loop(0), 0);
	CHECK_INT(m.runs, 10);
	ticker_free(t);
}
