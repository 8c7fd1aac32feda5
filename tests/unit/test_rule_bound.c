/* min max gte lte gt lt len maxbytes eq ne, and what they say together. */
#include "rules.h"

TEST(max_lets_the_bound_itself_pass)
{
	CHECK_TAG("int32", "max=256", "256", "");
	CHECK_TAG("int32", "max=256", "-5", "");
}

TEST(max_names_both_numbers)
{
	CHECK_TAG("int32", "max=256", "300", "300 is above the maximum 256 [max]");
	CHECK_TAG("float", "max=1.5", "1.50001", "1.50001 is above the maximum 1.5 [max]");
}

TEST(max_suggests_a_number_with_one_digit_less)
{
	CHECK_TAG("int", "max=9999", "12000",
		  "12000 is above the maximum 9999 [max]; did you mean 1200?");
	CHECK_TAG("int", "max=9999", "12345", "12345 is above the maximum 9999 [max]");
}

TEST(min_and_max_count_code_points_items_and_entries)
{
	CHECK_TAG("string", "max=4", "\xC3\xA4\xC3\xB6\xC3\xBC\xF0\x9F\x90\xBA", "");
	CHECK_TAG("string", "max=3", "abcd",
		  "\"abcd\" has 4 characters, above the maximum 3 [max]");
	CHECK_TAG("string", "min=1", "''", "\"\" has 0 characters, below the minimum 1 [min]");
	CHECK_TAG("list[int]", "max=2", "[1, 2, 3]", "3 items are above the maximum 2 [max]");
	CHECK_TAG("list[int]", "min=2", "[1]", "1 item is below the minimum 2 [min]");
	CHECK_TAG("map[string]int", "max=1", "{a: 1, b: 2}",
		  "2 entries are above the maximum 1 [max]");
}

TEST(bounds_have_the_unit_of_their_type)
{
	CHECK_TAG("duration", "min=5s,max=2m", "3m", "3m is above the maximum 2m [max]");
	CHECK_TAG("duration", "min=5s,max=2m", "900ms", "900ms is below the minimum 5s [min]");
	CHECK_TAG("size", "max=1MiB", "1025KiB", "1025KiB is above the maximum 1MiB [max]");
	CHECK_TAG("percent", "gt=0%,lte=100%", "100.5%", "100.5% is above the maximum 100% [lte]");
	CHECK_TAG_ERROR("duration", "max=30",
			"\"max=30\": \"30\" has no unit; write 30s or 30ms [schema-param]");
	CHECK_TAG_ERROR("int", "max=30s",
			"\"max=30s\": \"30s\" is not a whole number; the type int has no unit: "
			"write digits only "
			"[schema-param]");
}

TEST(gt_and_lt_refuse_the_bound_itself)
{
	CHECK_TAG("float", "gt=0,lt=1", "0", "0 is not above 0 [gt]");
	CHECK_TAG("float", "gt=0,lt=1", "1", "1 is not below 1 [lt]");
	CHECK_TAG("float", "gt=0,lt=1", "0.5", "");
	CHECK_TAG("int", "gte=3", "2", "2 is below the minimum 3 [gte]");
}

TEST(a_negative_duration_passes_where_a_bound_is_negative)
{
	CHECK_TAG("duration", "min=-10s", "-5s", "");
	CHECK_TAG("duration", "min=-10s", "-11s", "-11s is below the minimum -10s [min]");
	CHECK_TAG("duration", "max=10s", "-5s",
		  "\"-5s\" is negative [type]; a duration is negative only where a rule such as "
		  "min=-10s allows it");
	CHECK_TAG("list[duration]", "dive,min=-1s", "[-1s]", "");
}

TEST(len_is_exact)
{
	CHECK_TAG("string", "len=3", "abcd", "\"abcd\" has 4 characters, not 3 [len]");
	CHECK_TAG("list[int]", "len=3", "[1, 2]", "2 items are not 3 [len]");
	CHECK_TAG("int", "len=3", "3", "");
}

TEST(maxbytes_counts_bytes)
{
	CHECK_TAG("string", "maxbytes=3", "\xC3\xA4\xC3\xB6",
		  "\"\xC3\xA4\xC3\xB6\" has 4 bytes, above the maximum 3 "
		  "[maxbytes]");
	CHECK_TAG("string", "maxbytes=1KiB", "abc", "");
	CHECK_TAG_ERROR(
		"string", "maxbytes=x",
		"\"maxbytes=x\": \"x\" is neither a number of bytes nor a size [schema-param]");
}

TEST(eq_and_ne_compare_values_and_counts)
{
	CHECK_TAG("int", "eq=2", "3", "3 is not 2 [eq]");
	CHECK_TAG("bool", "eq=true", "false", "false is not true [eq]");
	CHECK_TAG("string", "eq=on", "off", "\"off\" is not \"on\" [eq]");
	CHECK_TAG("duration", "eq=90s", "1m30s", "");
	CHECK_TAG("list[int]", "eq=1", "[1, 2]", "2 items are not 1 [eq]");
	CHECK_TAG("int", "ne=13", "13", "13 is the one value that is not allowed [ne]");
	CHECK_TAG("int", "ne=13", "12", "");
	CHECK_TAG_ERROR("bool", "eq=yes",
			"\"eq=yes\": \"yes\" is not a bool; write true [schema-param]");
}

TEST(a_bound_that_is_no_number_is_found_in_the_schema)
{
	CHECK_TAG_ERROR("int", "min=abc",
			"\"min=abc\": \"abc\" is not a whole number [schema-param]");
	CHECK_TAG_ERROR("string", "max=-1",
			"\"max=-1\": a count is 0 to 4294967295 [schema-param]");
	CHECK_TAG_ERROR("int8", "max=300",
			"\"max=300\": outside int8 (-128 to 127) [schema-param]");
	CHECK_TAG_ERROR("float", "max=nan",
			"\"max=nan\": \"nan\" is refused: NaN and infinity are no values here "
			"[schema-param]");
	CHECK_TAG_ERROR(
		"int", "min",
		"min takes 1 parameter, found 0 [schema-arity]; write min=N; single quotes keep "
		"spaces together");
	CHECK_TAG_ERROR("int", "min=1 2",
			"min takes 1 parameter, found 2 [schema-arity]; write min=N; single quotes "
			"keep spaces together");
}

TEST(bounds_that_no_value_can_meet_are_found_in_the_schema)
{
	CHECK_TAG_ERROR("int", "min=10,max=5",
			"no value can pass both min=10 and max=5 [schema-param]");
	CHECK_TAG_ERROR("float", "gt=1,lt=1",
			"no value can pass both gt=1 and lt=1 [schema-param]");
	CHECK_TAG_ERROR("duration", "max=1s,min=1m",
			"no value can pass both min=1m and max=1s [schema-param]");
	CHECK_TAG_ERROR("string", "gte=5,lt=5",
			"no value can pass both gte=5 and lt=5 [schema-param]");
	CHECK_TAG_ERROR("int", "min=5,max=5", "");
	CHECK_TAG_ERROR("int", "min=10|eq=0,max=5", "");
}

TEST(a_rule_twice_at_one_level_is_found_in_the_schema)
{
	CHECK_TAG_ERROR("int", "min=1,min=2",
			"\"min=2\": the rule min stands here twice [schema-rule]");
	CHECK_TAG_ERROR("list[int]", "min=1,dive,min=2", "");
}

TEST(a_rule_on_the_wrong_type_is_found_in_the_schema)
{
	CHECK_TAG_ERROR(
		"bool", "min=1",
		"min is not for bool [schema-rule]; it is for int, float, string, duration, "
		"size, percent, list, map");
	CHECK_TAG_ERROR("int", "maxbytes=1",
			"maxbytes is not for int [schema-rule]; it is for string");
}

TEST(the_largest_numbers_compare_right)
{
	CHECK_TAG("uint64", "min=18446744073709551615", "18446744073709551614",
		  "18446744073709551614 is below the minimum 18446744073709551615 [min]");
	CHECK_TAG("int", "max=9223372036854775807", "9223372036854775807", "");
	CHECK_TAG("int", "min=-9223372036854775808", "-9223372036854775808", "");
}
