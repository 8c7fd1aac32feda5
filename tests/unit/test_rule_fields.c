/* eqfield ... ltefield, required_*, excluded_*: rules about other fields. */
#include "rules.h"

#define RANGE "  lo: int\n  hi: int `validate:\"gtfield=lo\"`\n"

TEST(gtfield_names_the_other_field_and_its_value)
{
	CHECK_FIELDS(RANGE, "lo: 5\nhi: 6\n", "");
	CHECK_FIELDS(RANGE, "lo: 5\nhi: 5\n", "5 is not above lo (5) [gtfield]");
}

TEST(an_absent_or_wrong_other_field_is_nothing_to_compare_with)
{
	CHECK_FIELDS(RANGE, "hi: 5\n", "");
	CHECK_FIELDS(RANGE, "lo: x\nhi: 5\n", "\"x\" is not a whole number [type]");
}

TEST(every_comparison_has_its_side)
{
	CHECK_FIELDS("  a: int\n  b: int `validate:\"gtefield=a\"`\n", "a: 5\nb: 4\n",
		     "4 is not at least a (5) [gtefield]");
	CHECK_FIELDS("  a: int\n  b: int `validate:\"gtefield=a\"`\n", "a: 5\nb: 5\n", "");
	CHECK_FIELDS("  a: duration\n  b: duration `validate:\"ltfield=a\"`\n", "a: 60s\nb: 1m\n",
		     "1m is not below a (1m) [ltfield]");
	CHECK_FIELDS("  a: string\n  b: string `validate:\"ltefield=a\"`\n", "a: xx\nb: yyy\n",
		     "\"yyy\" is not at most a (\"xx\") [ltefield]");
	CHECK_FIELDS("  a: string\n  b: string `validate:\"eqfield=a\"`\n", "a: xx\nb: yy\n",
		     "\"yy\" is not equal to a (\"xx\") [eqfield]");
	CHECK_FIELDS(
		"  a: time\n  b: time `validate:\"nefield=a\"`\n",
		"a: 2026-01-01T00:00:00Z\nb: 2026-01-01T01:00:00+01:00\n",
		"2026-01-01T00:00:00Z is not different from a (2026-01-01T00:00:00Z) [nefield]");
	CHECK_FIELDS("  a: int8\n  b: uint64 `validate:\"gtfield=a\"`\n", "a: -1\nb: 0\n", "");
}

TEST(a_default_of_the_other_field_counts)
{
	CHECK_FIELDS("  a: int `default:\"10\"`\n  b: int `validate:\"gtfield=a\"`\n", "b: 9\n",
		     "9 is not above a (10) [gtfield]");
}

TEST(comparing_what_cannot_be_compared_is_found_in_the_schema)
{
	CHECK_FIELDS_ERROR("  a: string\n  b: int `validate:\"gtfield=a\"`\n",
			   "\"gtfield=a\": a is of another type: string, not int [schema-field]");
	CHECK_FIELDS_ERROR("  b: int `validate:\"gtfield=nope\"`\n",
			   "\"gtfield=nope\": A has no field nope [schema-field]");
	CHECK_FIELDS_ERROR("  b: int `validate:\"gtfield=b\"`\n",
			   "\"gtfield=b\": a field cannot be compared with itself [schema-field]");
	CHECK_FIELDS_ERROR("  b: int `validate:\"gtfield=../x\"`\n",
			   "\"gtfield=../x\": there is no struct around A [schema-field]");
	CHECK_FIELDS_ERROR("  a: int\n  b: int `validate:\"gtfield=a.x\"`\n",
			   "\"gtfield=a.x\": a is no struct, so it has no field x [schema-field]");
}

#define NESTED                                                                                     \
	"  hp: int\n  limits: L\n  waves: list[W]\nstructs:\n  L: {max: int}\n"                    \
	"  W:\n    a: int `validate:\"ltefield=../hp\"`\n    b: int "                              \
	"`validate:\"ltefield=/limits.max\"`\n"

TEST(fields_of_the_parent_and_the_root_are_reached)
{
	CHECK_FIELDS(NESTED, "hp: 5\nlimits: {max: 3}\nwaves: [{a: 5, b: 3}]\n", "");
	CHECK_FIELDS(NESTED, "hp: 5\nlimits: {max: 3}\nwaves: [{a: 6}, {b: 4}]\n",
		     "6 is not at most ../hp (5) [ltefield]\n"
		     "4 is not at most /limits.max (3) [ltefield]");
	CHECK_FIELDS(NESTED, "waves: [{a: 6, b: 4}]\n", "");
}

TEST(a_struct_in_two_places_looks_at_the_record_around_it)
{
#define TWICE                                                                                      \
	"  x: int\n  one: I\n  o: O\nstructs:\n  I: {a: {type: int, validate: ltfield=../x}}\n"    \
	"  O: {pad: string, x: int, two: I}\n"
	CHECK_FIELDS(TWICE, "x: 1\none: {a: 0}\no: {x: 9, two: {a: 8}}\n", "");
	CHECK_FIELDS(TWICE, "x: 9\none: {a: 8}\no: {x: 1, two: {a: 8}}\n",
		     "8 is not below ../x (1) [ltfield]");
	CHECK_FIELDS_ERROR(
		"  x: string\n  one: I\n  o: O\nstructs:\n"
		"  I: {a: {type: int, validate: ltfield=../x}}\n  O: {x: int, two: I}\n",
		"\"ltfield=../x\": x has another type in A than in others around [schema-field]");
}

TEST(required_takes_false_zero_and_nothing_but_not_null)
{
	CHECK_FIELDS("  a: bool `validate:\"required\"`\n", "a: false\n", "");
	CHECK_FIELDS("  a: string `validate:\"required\"`\n", "a: ''\n", "");
	CHECK_FIELDS("  a: int? `validate:\"required\"`\n", "a: ~\n",
		     "a value is required, and null is none [required]; write a whole number");
	CHECK_FIELDS("  a: int `validate:\"required\" example:\"5\"`\n", "",
		     "a value is required [required]; for example a: 5");
}

TEST(explicit_wants_the_key)
{
	CHECK_FIELDS("  a: int `validate:\"explicit\" default:\"5\"`\n", "",
		     "the key must be written, even for the default 5 [explicit]; add a: with a "
		     "whole number");
	CHECK_FIELDS("  a: int? `validate:\"explicit\"`\n", "a: ~\n", "");
}

#define IF "  m: string\n  n: int\n  a: int `validate:\"required_if=m x n 5\"`\n"

TEST(required_if_wants_all_its_pairs)
{
	CHECK_FIELDS(IF, "m: x\nn: 5\n",
		     "a value is required, because m is \"x\" and n is 5 [required_if]; add a: "
		     "with a whole number");
	CHECK_FIELDS(IF, "m: x\nn: 6\n", "");
	CHECK_FIELDS(IF, "m: x\n", "");
	CHECK_FIELDS(IF, "m: x\nn: 5\na: 1\n", "");
	CHECK_FIELDS_ERROR(
		"  m: string\n  a: int `validate:\"required_if=m x n\"`\n",
		"\"required_if=m x n\": a field and a value belong together: \"n\" stands alone "
		"[schema-arity]");
	CHECK_FIELDS_ERROR("  m: int\n  a: int `validate:\"required_if=m x\"`\n",
			   "\"required_if=m x\": \"x\" is not a whole number [schema-param]");
	CHECK_FIELDS_ERROR(
		"  m: list[int]\n  a: int `validate:\"required_if=m x\"`\n",
		"\"required_if=m x\": m is a list and cannot equal one value [schema-field]");
}

TEST(required_unless_any_of_its_pairs)
{
	CHECK_FIELDS("  m: string\n  a: int `validate:\"required_unless=m x\"`\n", "m: y\n",
		     "a value is required unless m is \"x\" [required_unless]; add a: with a whole "
		     "number");
	CHECK_FIELDS("  m: string\n  a: int `validate:\"required_unless=m x\"`\n", "m: x\n", "");
	CHECK_FIELDS("  m: int\n  a: int `validate:\"required_unless=m 1\"`\n", "m: x\n",
		     "\"x\" is not a whole number [type]");
}

TEST(required_with_and_without)
{
#define AB(rule) "  b: int\n  c: int\n  a: int `validate:\"" rule "=b c\"`\n"
	CHECK_FIELDS(AB("required_with"), "c: 1\n",
		     "a value is required, because c is set [required_with]; add a: with a whole "
		     "number");
	CHECK_FIELDS(AB("required_with"), "", "");
	CHECK_FIELDS(AB("required_with_all"), "c: 1\n", "");
	CHECK_FIELDS(AB("required_with_all"), "b: 1\nc: 1\n",
		     "a value is required, because b and c are set [required_with_all]; add a: "
		     "with a whole number");
	CHECK_FIELDS(AB("required_without"), "c: 1\n",
		     "a value is required, because b is not set [required_without]; add a: with a "
		     "whole number");
	CHECK_FIELDS(AB("required_without"), "b: 1\nc: 1\n", "");
	CHECK_FIELDS(AB("required_without_all"), "c: 1\n", "");
	CHECK_FIELDS(AB("required_without_all"), "",
		     "a value is required, because b and c are not set [required_without_all]; add "
		     "a: with a whole number");
}

TEST(excluded_forbids_what_is_written)
{
	CHECK_FIELDS(AB("excluded_with"), "a: 1\nb: 1\n",
		     "must be left out, because b is set [excluded_with]");
	CHECK_FIELDS(AB("excluded_with"), "a: 1\n", "");
	CHECK_FIELDS(AB("excluded_without"), "a: 1\nb: 1\n",
		     "must be left out, because c is not set [excluded_without]");
	CHECK_FIELDS("  m: string\n  a: int `validate:\"excluded_if=m x\"`\n", "m: x\na: 1\n",
		     "must be left out, because m is \"x\" [excluded_if]");
	CHECK_FIELDS("  m: string\n  a: int `validate:\"excluded_if=m x\" default:\"3\"`\n",
		     "m: x\n", "");
	CHECK_FIELDS("  m: string\n  a: int `validate:\"excluded_unless=m x\"`\n", "m: y\na: 1\n",
		     "must be left out unless m is \"x\" [excluded_unless]");
	CHECK_FIELDS("  m: string\n  a: int `validate:\"excluded_unless=m x\"`\n", "m: x\na: 1\n",
		     "");
}

TEST(a_presence_rule_may_be_repeated_as_or)
{
#define TWO "  m: string\n  a: int `validate:\"required_if=m x,required_if=m y\"`\n"
	CHECK_FIELDS(TWO, "m: y\n",
		     "a value is required, because m is \"y\" [required_if]; add a: with a whole "
		     "number");
	CHECK_FIELDS(TWO, "m: z\n", "");
}
