#include "types.h"

TEST(a_string_takes_what_looks_like_other_types)
{
	CHECK_TYPE(string, "no", "no");
	CHECK_TYPE(string, "100", "100");
	CHECK_TYPE(string, "", "");
	CHECK_TYPE(string, "1.2.30", "1.2.30");
	CHECK_TYPE(string, "1.5", "1.5");
	CHECK_QUOTED(string, "1.10", "1.10");
}

TEST(an_unquoted_version_that_ends_in_zero_is_warned_about)
{
	CHECK_TYPE(string, "1.10",
		   "1.10 version-text: 1.10 is text here, but other YAML readers take it for the "
		   "number 1.1; write "
		   "\"1.10\" in quotes");
	CHECK_TYPE(string, "2.0",
		   "2.0 version-text: 2.0 is text here, but other YAML readers take it for the "
		   "number 2; write "
		   "\"2.0\" in quotes");
}

TEST(a_control_character_is_refused_wherever_it_came_from)
{
	CHECK_QUOTED(string, "x\0y", "control-char: the text holds the control character \\x00");
	CHECK_QUOTED(string, "\x1b[31m",
		     "control-char: the text holds the control character \\x1b");
	CHECK_QUOTED(string, "line\nnext\tcell", "line\nnext\tcell");
}

TEST(an_excerpt_is_short_and_printable)
{
	CHECK_TEXT(type_quote(STR("a\x1b[2Jb")).text, "\"a\\x1b[2Jb\"");
	CHECK_TEXT(type_quote(STR("0123456789012345678901234567890123456789012345678901234567890123"
				  "456789"))
			   .text,
		   "\"012345678901234567890123456789012345678901234567890123456789012...\"");
}

TEST(a_list_where_a_scalar_belongs_is_a_type_error)
{
	struct yaml_node item = {.kind = YAML_SCALAR, .style = YAML_PLAIN, .n = 1, .text = "5"};
	struct yaml_node list = {.kind = YAML_SEQ, .n = 1, .first = &item};
	struct yaml_node map = {.kind = YAML_MAP};
	struct type_fail why;
	int64_t n;

	CHECK(!conf_scalar_parse(&type_of_int, &list, NULL, &n, &why));
	CHECK_TEXT(why.code, "type");
	CHECK_TEXT(why.message, "this is a list, not a whole number");
	CHECK_TEXT(why.hint, "write the value without the brackets or the dash");
	CHECK(!conf_scalar_parse(&type_of_duration, &map, NULL, &n, &why));
	CHECK_TEXT(why.message, "this is a mapping, not a duration such as 1m30s");
}

TEST(the_name_of_a_type_is_that_of_the_schema_language)
{
	CHECK_TEXT(conf_type_name(&type_of_int), "int");
	CHECK_TEXT(conf_type_name(&type_of_uint8), "uint8");
	CHECK_TEXT(conf_type_name(&type_of_duration), "duration");
	CHECK_TEXT(conf_type_wanted(&type_of_size), "a size such as 64KiB");
}
