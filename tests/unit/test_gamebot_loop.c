/* tests/unit/test_gamebot_loop.c */
#include <sys/epoll.h>
#include <unistd.h>

#include "loop.h"
#include "rng.h"
#include "test.h"

enum { MANY = 2000 };

static struct loop *loop;
static struct timer timers[MANY];
static int64_t last_at;
static int fired;

static void fire(struct timer *timer)
{
	CHECK(timer->at_us >= last_at);
	CHECK(timer->at_us <= loop_now(loop));
	CHECK(!timer_is_set(timer));
	last_at = timer->at_us;
	fired++;
	if (loop_timers(loop) == 0)
		loop_stop(loop);
}

TEST(timers_fire_in_order_once_and_not_before_their_time)
{
	struct rng r = rng_of(1, 2, 3);
	int left = MANY;

	loop = loop_new();
	for (int i = 0; i < MANY; i++) {
		timers[i] = (struct timer){.fire = fire};
		timer_in(loop, &timers[i], rng_below(&r, 50000));
	}
	for (int i = 0; i < MANY; i += 3) { /* move some, cancel some */
		timer_in(loop, &timers[i], rng_below(&r, 50000));
		if (i % 2) {
			timer_cancel(loop, &timers[i]);
			timer_cancel(loop, &timers[i]);
			left--;
		}
	}
	CHECK_INT(loop_timers(loop), left);
	loop_run(loop);
	CHECK_INT(fired, left);
	loop_free(loop);
}

static struct watch a, b;
static int calls;

static void end_the_other(struct watch *watch, uint32_t events)
{
	calls++;
	watch_set(loop, watch == &a ? &b : &a, 0);
	watch_set(loop, watch, 0);
	loop_stop(loop);
}

TEST(a_watch_that_was_unset_in_the_same_turn_is_not_called)
{
	int pipes[2][2];

	loop = loop_new();
	for (int i = 0; i < 2; i++) {
		CHECK(pipe(pipes[i]) == 0);
		CHECK(write(pipes[i][1], "x", 1) == 1);
	}
	a = (struct watch){.fd = pipes[0][0], .ready = end_the_other};
	b = (struct watch){.fd = pipes[1][0], .ready = end_the_other};
	watch_set(loop, &a, EPOLLIN);
	watch_set(loop, &b, EPOLLIN);
	loop_run(loop);
	CHECK_INT(calls, 1);
	for (int i = 0; i < 4; i++)
		close(pipes[i / 2][i % 2]);
	loop_free(loop);
}

TEST(the_same_seed_gives_the_same_chance_and_another_bot_another)
{
	struct rng one = rng_of(7, 1, 1), again = rng_of(7, 1, 1), other = rng_of(7, 2, 1);
	int same = 0;
	double sum = 0;

	for (int i = 0; i < 1000; i++) {
		uint64_t v = rng_next(&one);

		CHECK(v == rng_next(&again));
		same += v == rng_next(&other);
		sum += rng_part(&one);
		(void)rng_part(&again);
	}
	CHECK_INT(same, 0);
	CHECK(sum > 400 && sum < 600);
}
