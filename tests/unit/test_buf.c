/* tests/unit/test_buf.c */
#include "base/buf.h"
#include "test.h"

TEST(an_untouched_buf_is_an_empty_text)
{
	struct buf b = {0};

	CHECK_STR(buf_str(&b), "");
	buf_add(&b, (struct str){NULL, 0});
	CHECK_INT(buf_str(&b).n, 0);
	buf_free(&b);
}

TEST(all_ways_to_add_come_out_in_order_and_end_with_nul)
{
	CLEANUP(buf_free) struct buf b = {0};

	buf_add(&b, STR("one "));
	buf_addc(&b, '2');
	buf_fill(&b, '.', 3);
	buf_printf(&b, " %s %d", "three", 4);
	CHECK_TEXT(b.p, "one 2... three 4");
	CHECK_INT(b.n, strlen(b.p));
}

TEST(a_text_grows_past_every_size_of_block)
{
	CLEANUP(buf_free) struct buf b = {0};

	for (int i = 0; i < 20000; i++)
		buf_printf(&b, "%05d,", i);
	CHECK_INT(b.n, 120000);
	CHECK(memcmp(b.p + 6 * 12345, "12345,", 6) == 0);
	CHECK(!b.failed);
}

TEST(a_failure_sticks_and_later_calls_change_nothing)
{
	CLEANUP(buf_free) struct buf b = {0};

	buf_add(&b, STR("kept"));
	buf_add(&b, (struct str){"", SIZE_MAX / 2});
	CHECK(b.failed);
	buf_add(&b, STR("more"));
	buf_printf(&b, "%d", 1);
	CHECK_STR(buf_str(&b), "kept");
}
