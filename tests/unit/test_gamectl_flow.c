/* tests/unit/test_gamectl_flow.c: long values for people. */
#include "flow.h"
#include "test.h"

static const char *laid_out(const char *value, size_t indent, size_t width)
{
	static struct buf out;

	out.n = 0;
	flow_put(&out, str_of(value), indent, width);
	buf_addc(&out, '\0');
	return out.p;
}

#define CHECK_FLOW(value, indent, width, wanted) CHECK_TEXT(laid_out(value, indent, width), wanted)

TEST(what_fits_stays_on_its_line)
{
	CHECK_FLOW("{min: 2, max: 8}", 4, 16, "{min: 2, max: 8}");
	CHECK_FLOW("10s", 4, 16, "10s");
	CHECK_FLOW("[]", 4, 16, "[]");
}

TEST(a_long_list_has_a_line_for_each_item)
{
	CHECK_FLOW("[\"first\", \"second\", \"third\"]", 2, 20,
		   "- \"first\"\n  - \"second\"\n  - \"third\"");
}

TEST(only_the_levels_that_are_too_long_are_broken)
{
	CHECK_FLOW("[{name: \"a\", groups: [{x: 1}, {x: 2}], odd: 1}, {x: 1}]", 0, 26,
		   "- name: \"a\"\n"
		   "  groups: [{x: 1}, {x: 2}]\n"
		   "  odd: 1\n"
		   "- {x: 1}");
	CHECK_FLOW("[{name: \"a\", groups: [{x: 1}, {x: 2}], odd: 1}]", 0, 16,
		   "- name: \"a\"\n"
		   "  groups:\n"
		   "    - {x: 1}\n"
		   "    - {x: 2}\n"
		   "  odd: 1");
}

TEST(brackets_commas_and_colons_inside_texts_part_nothing)
{
	CHECK_FLOW("{\"a: [\": \"x, y: \\\"}\", b: \"Shut it, {behind} you.\"}", 0, 20,
		   "\"a: [\": \"x, y: \\\"}\"\nb: \"Shut it, {behind} you.\"");
}

TEST(what_is_not_well_formed_is_shown_all_the_same)
{
	CHECK_FLOW("[\"never ends, really never]", 0, 16, "- \"never ends, really never");
	CHECK_FLOW("{no colon in here at all}", 0, 16, " no colon in here at all");
	CHECK_FLOW("[[[[[[[[[[[[[[[[[[[[[", 0, 16, "[[[[[[[[[[[[[[[[[[[[[");
}

TEST(nothing_reaches_a_terminal_that_could_steer_it)
{
	CHECK_FLOW("[\"\033[31m and more of it\"]", 0, 16, "- \"\\x1B[31m and more of it\"");
}
