/* tests/unit/test_yaml_comment.c: comments that are docs. */
#include "yaml_case.h"

static void check_comment(const char *text, uint32_t line, const char *wanted)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct conf_source *src = conf_source_new(mem, STR("a"), str_of(text));

	CHECK_STR(conf_yaml_comment(mem, src, line), wanted);
}

TEST(the_block_right_above_a_line_is_its_comment)
{
	check_comment("# far\n\n# one\n#  two\n#three\n#\n# five\nhp: 1\n", 8,
		      "one\n two\nthree\n\nfive");
	check_comment("a: 1\n    # deep \t\n    b: 2\n", 3, "deep");
	check_comment("# a\r\n# b\r\nhp: 1\r\n", 3, "a\nb");
	check_comment("\xef\xbb\xbf# é\rhp: 1\r", 2, "é");
}

TEST(a_blank_line_or_anything_else_in_between_ends_it)
{
	check_comment("# one\n\nhp: 1\n", 3, "");
	check_comment("# one\na: 1\nhp: 1\n", 3, "");
	check_comment("a: 1 # not a line of its own\nhp: 1\n", 2, "");
	check_comment("# one\n \t\n# two\nhp: 1\n", 4, "two");
}

TEST(the_first_line_and_lines_that_are_not_there_have_none)
{
	check_comment("hp: 1\n", 1, "");
	check_comment("# one\n", 0, "");
	check_comment("# one\n", 99, "");
	check_comment("# one\n", 2, "one");
}
