/* tests/unit/test_gamebot_hist.c */
#include "hist.h"
#include "test.h"

static struct hist h;

TEST(an_empty_histogram_knows_nothing)
{
	h = (struct hist){0};
	CHECK_INT(hist_quantile(&h, 0.99), 0);
	CHECK(hist_mean(&h) == 0);
}

TEST(quantiles_are_true_to_two_percent_from_microseconds_to_hours)
{
	static const int64_t tops[] = {63, 1000, 50000, 3000000, 3600000000};

	for (size_t t = 0; t < ARRAY_LEN(tops); t++) {
		h = (struct hist){0};
		for (int64_t i = 1; i <= 1000; i++)
			hist_add(&h, tops[t] * i / 1000);
		for (double q = 0.1; q < 1; q += 0.1) {
			double wanted = (double)tops[t] * q, is = (double)hist_quantile(&h, q);

			CHECK(is >= wanted * 0.98 - 1 && is <= wanted * 1.02 + 1);
		}
		CHECK_INT(hist_quantile(&h, 1.0), tops[t]);
		CHECK_INT(h.max, tops[t]);
	}
}

TEST(a_quantile_is_never_above_the_largest_value)
{
	h = (struct hist){0};
	hist_add(&h, 1000001);
	CHECK_INT(hist_quantile(&h, 0.5), 1000001);
}

TEST(what_is_below_zero_counts_as_zero_and_what_is_beyond_all_buckets_as_the_last)
{
	h = (struct hist){0};
	hist_add(&h, -5);
	CHECK_INT(h.min, 0);
	hist_add(&h, INT64_MAX);
	CHECK_INT(hist_quantile(&h, 0.1), 0);
	CHECK_INT(h.count, 2);
}
