/* oneof noneof oneofci unique */
#include "rules.h"

TEST(oneof_lists_the_choices_and_suggests_the_nearest)
{
	CHECK_TAG("string", "oneof=normal hard nightmare", "hard", "");
	CHECK_TAG("string", "oneof=normal hard nightmare", "nightmre",
		  "\"nightmre\" is not one of normal, hard, nightmare [oneof]; did you mean "
		  "nightmare?");
	CHECK_TAG("string", "oneof='very hard' easy", "very hard", "");
	CHECK_TAG("string", "oneof=a b", "''", "\"\" is not one of a, b [oneof]");
}

TEST(oneof_compares_values_not_texts)
{
	CHECK_TAG("int", "oneof=1 2 0x10", "16", "");
	CHECK_TAG("int", "oneof=1 2", "3", "3 is not one of 1, 2 [oneof]");
	CHECK_TAG("duration", "oneof=60s 5m", "1m", "");
	CHECK_TAG("percent", "oneof=50%", "50.0%", "");
	CHECK_TAG("float", "oneof=0.5 1", ".5", "");
}

TEST(oneof_checks_its_choices)
{
	CHECK_TAG_ERROR("int", "oneof=1 b",
			"\"oneof=1 b\": \"b\" is not a whole number [schema-param]");
	CHECK_TAG_ERROR("duration", "oneof=60s 1m",
			"\"oneof=60s 1m\": \"1m\" is listed twice [schema-param]");
	CHECK_TAG_ERROR("bool", "oneof=true",
			"oneof is not for bool [schema-rule]; it is for int, float, string, "
			"duration, size, percent, ref");
}

TEST(noneof_and_oneofci)
{
	CHECK_TAG("string", "noneof=admin root", "root",
		  "\"root\" is one of the values not allowed: admin, root [noneof]");
	CHECK_TAG("string", "noneof=admin root", "Root", "");
	CHECK_TAG("string", "oneofci=red green", "ReD", "");
	CHECK_TAG("string", "oneofci=red green", "blue",
		  "\"blue\" is not one of red, green (upper or lower case) "
		  "[oneofci]");
}

TEST(unique_points_at_the_second_and_names_the_first)
{
	CHECK_TAG("list[int]", "unique", "[3, 1, 3, 1]", "3 is already at [0] [unique]");
	CHECK_TAG("list[string]", "unique", "[a, A]", "");
	CHECK_TAG("list[duration]", "unique", "[60s, 1m]", "1m is already at [0] [unique]");
	CHECK_TAG("list[list[int]]", "unique", "[[1], [2], [1]]",
		  "the same value is already at [0] [unique]");
	CHECK_TAG("map[string]int", "unique", "{a: 1, b: 1}", "1 is already under \"a\" [unique]");
	CHECK_TAG("list[int]", "unique", "[]", "");
	CHECK_TAG("list[int?]", "unique", "[~, 1, ~]", "null is already at [0] [unique]");
}

TEST(unique_by_a_field)
{
	CHECK_TAG("list[S]", "unique=b", "[{b: x}, {b: y}, {b: x}]",
		  "b \"x\" is already at [0] [unique]");
	CHECK_TAG("list[S]", "unique=b", "[{a: 1}, {a: 1}]", "");
	CHECK_TAG("list[S]", "unique", "[{a: 1}, {a: 1}]",
		  "the same value is already at [0] [unique]");
	CHECK_TAG_ERROR("list[S]", "unique=c", "\"unique=c\": S has no field c [schema-field]");
	CHECK_TAG_ERROR("list[int]", "unique=c",
			"\"unique=c\": the elements are no structs, so they have no field c "
			"[schema-field]");
	CHECK_TAG_ERROR("int", "unique",
			"unique is not for int [schema-rule]; it is for list, map");
}

TEST(unique_finds_the_earliest_repetition_of_a_long_list)
{
	CLEANUP(buf_free) struct buf list = {0};

	buf_addc(&list, '[');
	for (int i = 0; i < 500; i++)
		buf_printf(&list, "%s%d", i ? ", " : "", i == 321 ? 7 : i == 400 ? 3 : i);
	buf_addc(&list, ']');
	CHECK_TAG("list[int]", "unique", list.p, "7 is already at [7] [unique]");
}
