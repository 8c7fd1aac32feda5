/* tests/unit/test_gamebot_threshold.c */
#include "test.h"
#include "threshold.h"

static struct arena *mem;
static struct metrics m;

static bool holds(const char *text)
{
	struct threshold t;
	struct str hint;

	if (mem == NULL)
		mem = arena_new("test");
	CHECK(threshold_parse(mem, str_of(text), &t, &hint) == NULL);
	return threshold_holds(&t, threshold_value(&t, &m, 500));
}

static const char *problem(const char *text)
{
	static struct threshold t;
	struct str hint;

	if (mem == NULL)
		mem = arena_new("test");
	return threshold_parse(mem, str_of(text), &t, &hint);
}

TEST(numbers_are_compared_with_every_operator)
{
	m.counts[M_joins] = 5;
	CHECK(holds("joins == 5") && holds("joins<=5") && holds("joins >= 5") &&
	      holds("joins > 4") && holds("joins < 6"));
	CHECK(!holds("joins == 4") && !holds("joins <= 4") && !holds("joins >= 6") &&
	      !holds("joins > 5"));
	CHECK(holds("joins count == 5"));
}

TEST(a_rate_is_by_the_second)
{
	CHECK(holds("delivered rate >= 500/s") && !holds("delivered rate > 500"));
}

TEST(latencies_take_quantiles_mean_and_max_with_units)
{
	for (int i = 1; i <= 100; i++)
		hist_add(&m.latencies[L_echo], i * 1000);
	CHECK(holds("echo p50 < 52ms") && holds("echo p50 > 48ms") && holds("echo p99.9 <= 100ms"));
	CHECK(holds("echo max == 100ms") && holds("echo mean < 0.051s") &&
	      holds("echo count == 100"));
	CHECK(!holds("echo p99 < 90000us"));
}

TEST(what_cannot_be_meant_is_refused_in_words)
{
	CHECK_TEXT(problem("joins 5"), "has none of < <= == >= >");
	CHECK_TEXT(problem("joyns == 5"), "no metric is called \"joyns\"");
	CHECK_TEXT(problem("echo < 5ms"), "does not say what of the latency is meant");
	CHECK_TEXT(problem("echo p100x < 5ms"), "\"p100x\" is nothing that echo has");
	CHECK_TEXT(problem("joins p99 < 5"), "\"p99\" is nothing that joins has");
	CHECK_TEXT(problem("echo p99 < 5"), "\"5\" is no bound for this");
	CHECK_TEXT(problem("joins < 5ms"), "\"5ms\" is no bound for this");
}
