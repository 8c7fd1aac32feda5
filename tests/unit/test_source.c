/* tests/unit/test_source.c */
#include "conf/source.h"
#include "test.h"

static struct conf_source *source_of(struct arena *mem, const char *text)
{
	return conf_source_new(mem, STR("a.yaml"), str_of(text));
}

static void check_mark(const struct conf_source *src, size_t byte, uint32_t line, uint32_t column)
{
	struct conf_mark mark = conf_source_mark(src, byte);

	CHECK_INT(mark.line, line);
	CHECK_INT(mark.column, column);
	CHECK_INT(conf_source_byte(src, mark), byte);
}

TEST(lines_end_at_lf_crlf_and_lone_cr)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct conf_source *src = source_of(mem, "one\ntwo\r\nthree\rfour\r\r\n\nlast");

	CHECK_INT(src->line_count, 7);
	CHECK_STR(conf_source_line(src, 1), "one");
	CHECK_STR(conf_source_line(src, 2), "two");
	CHECK_STR(conf_source_line(src, 3), "three");
	CHECK_STR(conf_source_line(src, 4), "four");
	CHECK_STR(conf_source_line(src, 5), "");
	CHECK_STR(conf_source_line(src, 6), "");
	CHECK_STR(conf_source_line(src, 7), "last");
	CHECK_STR(conf_source_line(src, 8), "");
	CHECK_STR(conf_source_line(src, 0), "");
}

TEST(line_ends_are_found_wherever_they_fall_in_the_scan)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	static const char *const ends[] = {"\n", "\r\n", "\r"};

	for (size_t pad = 0; pad < 40; pad++)
		for (size_t e = 0; e < ARRAY_LEN(ends); e++) {
			struct str text = arena_printf(mem, "%.*s%sé%sxy", (int)pad,
						       "........................................",
						       ends[e], ends[e]);
			struct conf_source *src = conf_source_new(mem, STR("a"), text);

			CHECK_INT(src->line_count, 3);
			CHECK_INT(conf_source_line(src, 1).n, pad);
			CHECK_STR(conf_source_line(src, 2), "é");
			CHECK_STR(conf_source_line(src, 3), "xy");
			CHECK(!src->ascii && !src->suspect);
		}
}

TEST(a_byte_order_mark_is_no_column)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct conf_source *src = source_of(mem, "\xef\xbb\xbf"
						 "ab\nc");

	CHECK(src->ascii && !src->suspect);
	CHECK_STR(conf_source_line(src, 1), "ab");
	check_mark(src, 3, 1, 1);
	check_mark(src, 4, 1, 2);
	check_mark(src, 6, 2, 1);
	CHECK_INT(conf_source_mark(src, 1).column, 1);
}

TEST(columns_count_code_points_and_utf16_units_are_given_beside_them)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct conf_source *src = source_of(mem, "é漢😀x\n😀y");

	check_mark(src, 2, 1, 2);
	check_mark(src, 5, 1, 3);
	check_mark(src, 9, 1, 4);
	CHECK_INT(conf_source_utf16_column(src, (struct conf_mark){1, 3}), 3);
	CHECK_INT(conf_source_utf16_column(src, (struct conf_mark){1, 4}), 5);
	CHECK_INT(conf_source_utf16_column(src, (struct conf_mark){2, 2}), 3);
}

TEST(a_byte_that_is_no_utf8_is_one_column)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct conf_source *src = source_of(mem, "\xff\xc3\xe9z");

	CHECK(src->suspect);
	check_mark(src, 1, 1, 2);
	check_mark(src, 3, 1, 4);
}

TEST(marks_behind_a_line_or_the_text_stop_at_its_end)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct conf_source *src = source_of(mem, "ab\r\nc");

	CHECK_INT(conf_source_byte(src, (struct conf_mark){1, 99}), 2);
	CHECK_INT(conf_source_byte(src, (struct conf_mark){2, 99}), 5);
	CHECK_INT(conf_source_byte(src, (struct conf_mark){9, 1}), 5);
	CHECK_INT(conf_source_byte(src, (struct conf_mark){0, 0}), 0);
	CHECK_INT(conf_source_mark(src, 99).column, 2);
}

TEST(suspect_is_what_yaml_text_must_not_hold_and_nothing_else)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	static const char *const fine[] = {"a: 1\t# x\r\n", "é漢😀",     "\xee\x80\x80",
					   "\xef\xbf\xbd",  "\xc2\xa0", "\xf4\x8f\xbf\xbf"};
	static const char *const wrong[] = {
		"\x01",         "a\x7f",        "\x1f",          "\xc2\x85",         "\xc2\x80",
		"\xe2\x80\xa8", "\xe2\x80\xa9", "a\xef\xbb\xbf", "\xef\xbf\xbe",     "\xef\xbf\xbf",
		"\x80",         "\xc0\x80",     "\xed\xa0\x80",  "\xf4\x90\x80\x80", "\xe2\x82",
		"\xf8"};

	for (size_t i = 0; i < ARRAY_LEN(fine); i++)
		CHECK(!source_of(mem, fine[i])->suspect);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		CHECK(source_of(mem, wrong[i])->suspect);
		CHECK(source_of(mem, arena_printf(mem, "0123456789abcdefghij%s0123456789abcdef",
						  wrong[i])
					     .p)
			      ->suspect);
	}
	CHECK(conf_source_new(mem, STR("a"), (struct str){"a\0b", 3})->suspect);
}

TEST(an_empty_text_has_one_empty_line)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct conf_source *src = source_of(mem, "");

	CHECK_INT(src->line_count, 1);
	CHECK_STR(conf_source_line(src, 1), "");
	check_mark(src, 0, 1, 1);
}
