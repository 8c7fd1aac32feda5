/* Presence: absent, null, defaulted, written; rules between fields; levels. */
#include "conf_check.h"

#define DOC(lines)    "kind: A\nname: x\n" lines
#define FIELDS(lines) "schema: A\nfields:\n" lines

TEST(required_is_met_by_zero_false_and_empty)
{
	static const char schema[] = FIELDS("  n: int  `validate:\"required\"`\n"
					    "  b: bool  `validate:\"required\"`\n"
					    "  s: string  `validate:\"required\"`\n"
					    "  l: list[int]  `validate:\"required\"`\n");

	CHECK_DOC(schema, DOC("n: 0\nb: false\ns: \"\"\nl: []\n"), "");
}

TEST(required_points_at_the_first_key_around)
{
	CHECK_DOC(FIELDS("  n: int  `validate:\"required\"`\n  w: W\n  l: list[W]\nstructs:\n"
			 "  W:\n    a: int\n    s: int  `validate:\"required\"`\n"),
		  DOC("w:\n  a: 1\nl:\n  - {}\n  - a: 2\n"),
		  "d.yaml:1:1: error: n: a value is required [required] -> add n: with a whole "
		  "number\n"
		  "d.yaml:4:3: error: w.s: a value is required [required] -> add s: with a whole "
		  "number\n"
		  "d.yaml:6:5: error: l[0].s: a value is required [required] -> add s: with a "
		  "whole number\n"
		  "d.yaml:7:5: error: l[1].s: a value is required [required] -> add s: with a "
		  "whole number\n");
}

TEST(required_fails_on_a_written_null_at_the_value)
{
	static const char schema[] = FIELDS("  n: int?  `validate:\"required,min=3\"`\n");

	CHECK_DOC(schema, DOC("n: null\n"),
		  "d.yaml:3:4: error: n: a value is required, and null is none [required] -> write "
		  "a whole number\n");
	CHECK_DOC(schema, DOC("n:\n"),
		  "d.yaml:3:1: error: n: a value is required, and null is none [required] -> write "
		  "a whole number\n");
}

TEST(null_that_is_no_value_is_told_once)
{
	CHECK_DOC(FIELDS("  n: int  `validate:\"required,min=3\"`\n"), DOC("n: ~\n"),
		  "d.yaml:3:4: error: n: null is not a whole number [null] -> write a value or "
		  "remove "
		  "the key\n");
}

TEST(absence_and_null_skip_value_rules)
{
	CHECK_DOC(FIELDS("  n: int  `validate:\"min=3\"`\n  m: int?  `validate:\"min=3\"`\n"),
		  DOC("m: ~\n"), "");
}

TEST(omitempty_skips_empty_but_not_zero)
{
	CHECK_DOC(FIELDS("  s: string  `validate:\"omitempty,min=3\"`\n"
			 "  l: list[int]  `validate:\"omitempty,min=2\"`\n"
			 "  n: int  `validate:\"omitempty,min=3\"`\n"),
		  DOC("s: \"\"\nl: []\nn: 0\n"),
		  "d.yaml:5:4: error: n: 0 is below the minimum 3 [min]\n");
}

TEST(explicit_wants_the_key_in_spite_of_a_default)
{
	static const char schema[] = FIELDS("  n: int  `default:\"5\" validate:\"explicit\"`\n");

	CHECK_DOC(schema, DOC("n: 5\n"), "");
	CHECK_DOC(schema, DOC(""),
		  "d.yaml:1:1: error: n: the key must be written, even for the "
		  "default 5 [explicit] -> add n: with a whole number\n");
}

TEST(all_failing_rules_of_all_fields_are_reported)
{
	CHECK_DOC(FIELDS("  a: int  `validate:\"min=5,oneof=7 9\"`\n"
			 "  b: string  `validate:\"min=3,ne=x\"`\n"),
		  DOC("a: 1\nb: x\n"),
		  "d.yaml:3:4: error: a: 1 is below the minimum 5 [min]\n"
		  "d.yaml:3:4: error: a: 1 is not one of 7, 9 [oneof]\n"
		  "d.yaml:4:4: error: b: \"x\" has 1 character, below the minimum 3 [min]\n"
		  "d.yaml:4:4: error: b: \"x\" is the one value that is not allowed [ne]\n");
}

TEST(dive_tells_containers_and_elements_apart)
{
	static const char schema[] =
		FIELDS("  l: list[int]  `validate:\"max=2,dive,min=10\"`\n"
		       "  m: map[string]list[int]  "
		       "`validate:\"min=1,dive,keys,max=3,endkeys,max=1,dive,gt=0\"`\n");

	CHECK_DOC(
		schema, DOC("l: [10, 1, 12]\nm: {long: [1], b: [0, 1]}\n"),
		"d.yaml:3:4: error: l: 3 items are above the maximum 2 [max]\n"
		"d.yaml:3:9: error: l[1]: 1 is below the minimum 10 [min]\n"
		"d.yaml:4:5: error: m.long: \"long\" has 4 characters, above the maximum 3 [max]\n"
		"d.yaml:4:19: error: m.b: 2 items are above the maximum 1 [max]\n"
		"d.yaml:4:20: error: m.b[0]: 0 is not above 0 [gt]\n");
}

TEST(structs_inside_lists_and_maps_are_always_checked)
{
	CHECK_DOC(FIELDS("  l: list[W]\n  m: map[string]list[W]\nstructs:\n  W:\n"
			 "    a: int  `validate:\"max=1\"`\n"),
		  DOC("l: [{a: 2}]\nm: {k: [{a: 1}, {a: 3}]}\n"),
		  "d.yaml:3:9: error: l[0].a: 2 is above the maximum 1 [max]\n"
		  "d.yaml:4:21: error: m.k[1].a: 3 is above the maximum 1 [max]\n");
}

TEST(required_holds_for_elements_that_may_be_null)
{
	CHECK_DOC(FIELDS("  l: list[int?]  `validate:\"dive,required\"`\n"), DOC("l: [1, ~]\n"),
		  "d.yaml:3:8: error: l[1]: a value is required, and null is none [required]\n");
}

TEST(alternatives_name_all_of_them)
{
	static const char schema[] = FIELDS("  n: int  `validate:\"min=10|eq=0|eq=-1\"`\n");

	CHECK_DOC(schema, DOC("n: 0\n"), "");
	CHECK_DOC(schema, DOC("n: 11\n"), "");
	CHECK_DOC(schema, DOC("n: 5\n"),
		  "d.yaml:3:4: error: n: 5 fits none of min=10|eq=0|eq=-1 [min]\n");
}

TEST(unique_points_at_the_second)
{
	CHECK_DOC(FIELDS("  l: list[W]  `validate:\"unique=n\"`\n  s: list[int]  "
			 "`validate:\"unique\"`\nstructs: {W: {n: string}}\n"),
		  DOC("l: [{n: a}, {n: b}, {n: a}]\ns: [1, 1]\n"),
		  "d.yaml:3:21: error: l[2]: n \"a\" is already at [0] [unique]\n"
		  "d.yaml:4:8: error: s[1]: 1 is already at [0] [unique]\n");
}

TEST(siblings_parents_and_the_root_can_be_compared_with)
{
	static const char schema[] = FIELDS(
		"  low: int\n  high: int  `validate:\"gtfield=low\"`\n  limits: L\n  l: list[W]\n"
		"structs:\n  L:\n    top: int  `validate:\"gtefield=../high\"`\n"
		"  W:\n    n: int  `validate:\"ltefield=/limits.top\"`\n");

	CHECK_DOC(schema, DOC("low: 1\nhigh: 2\nlimits: {top: 3}\nl: [{n: 3}]\n"), "");
	CHECK_DOC(schema, DOC("low: 5\nhigh: 5\nlimits: {top: 3}\nl: [{n: 4}]\n"),
		  "d.yaml:4:7: error: high: 5 is not above low (5) [gtfield]\n"
		  "d.yaml:5:15: error: limits.top: 3 is not at least ../high (5) [gtefield]\n"
		  "d.yaml:6:9: error: l[0].n: 4 is not at most /limits.top (3) [ltefield]\n");
}

TEST(a_default_is_compared_with_what_is_written)
{
	CHECK_DOC(FIELDS("  seats: int  `default:\"10\"`\n"
			 "  min: int  `default:\"2\" validate:\"ltefield=seats\"`\n"),
		  DOC("seats: 1\n"),
		  "d.yaml:1:1: error: min: 2 is not at most seats (1) [ltefield] -> 2 is its "
		  "default\n");
}

TEST(a_value_that_cannot_be_read_causes_no_second_finding)
{
	static const char schema[] =
		FIELDS("  low: int\n  high: int  `validate:\"required,gtfield=low\"`\n"
		       "  mode: string\n  a: int  `validate:\"required_with=low\"`\n"
		       "  b: int  `validate:\"required_without=low\"`\n"
		       "  c: int  `validate:\"required_if=low 0\"`\n"
		       "  d: int  `validate:\"required_unless=low 7\"`\n"
		       "  e: int  `validate:\"excluded_unless=low 7\"`\n"
		       "  l: list[int]  `validate:\"min=1,unique,dive,min=1\"`\n");

	CHECK_DOC(schema, DOC("low: x\nhigh: -5\na: 1\ne: 3\nl: [y, z, 2, 2]\n"),
		  "d.yaml:3:6: error: low: \"x\" is not a whole number [type]\n"
		  "d.yaml:7:5: error: l[0]: \"y\" is not a whole number [type]\n"
		  "d.yaml:7:8: error: l[1]: \"z\" is not a whole number [type]\n"
		  "d.yaml:7:14: error: l[3]: 2 is already at [2] [unique]\n");
	CHECK_DOC(schema, DOC("low: 5\nhigh: x\nd: 1\na: 1\n"),
		  "d.yaml:4:7: error: high: \"x\" is not a whole number [type]\n");
}

TEST(unique_says_nothing_about_elements_that_cannot_be_read)
{
	static const char schema[] = FIELDS("  l: list[int?]  `validate:\"unique\"`\n");

	CHECK_DOC(schema, DOC("l: [~, 1, ~]\n"),
		  "d.yaml:3:11: error: l[2]: null is already at [0] [unique]\n");
	CHECK_DOC(schema, DOC("l: [x, ~, y]\n"),
		  "d.yaml:3:5: error: l[0]: \"x\" is not a whole number [type]\n"
		  "d.yaml:3:11: error: l[2]: \"y\" is not a whole number [type]\n");
}

TEST(required_with_and_excluded_with_ask_for_presence)
{
	static const char schema[] = FIELDS("  a: int\n  b: int  `validate:\"required_with=a\"`\n"
					    "  c: int  `validate:\"excluded_with=a\"`\n");

	CHECK_DOC(schema, DOC("c: 1\n"), "");
	CHECK_DOC(schema, DOC("a: 1\nb: 2\n"), "");
	CHECK_DOC(schema, DOC("a: 1\nc: 2\n"),
		  "d.yaml:1:1: error: b: a value is required, because a is set [required_with] -> "
		  "add b: with a whole number\n"
		  "d.yaml:4:4: error: c: must be left out, because a is set [excluded_with]\n");
}

TEST(a_defaulted_field_counts_as_present_but_not_as_written)
{
	static const char schema[] =
		FIELDS("  a: int  `default:\"1\"`\n  b: int  `validate:\"required_with=a\"`\n"
		       "  c: int  `default:\"1\" validate:\"excluded_with=a\"`\n");

	CHECK_DOC(schema, DOC(""),
		  "d.yaml:1:1: error: b: a value is required, because a is set [required_with] -> "
		  "add b: with a whole number\n");
}
