#include <locale.h>
#include <math.h>
#include <stdio.h>

#include "types.h"

TEST(a_bool_is_true_or_false_and_nothing_else)
{
	CHECK_TYPE(bool, "true", "true");
	CHECK_TYPE(bool, "false", "false");
	CHECK_TYPE(bool, "no", "type: \"no\" is not a bool; write false");
	CHECK_TYPE(bool, "N", "type: \"N\" is not a bool; write false");
	CHECK_TYPE(bool, "Off", "type: \"Off\" is not a bool; write false");
	CHECK_TYPE(bool, "y", "type: \"y\" is not a bool; write true");
	CHECK_TYPE(bool, "True", "type: \"True\" is not a bool; write true");
	CHECK_TYPE(bool, "1", "type: \"1\" is not a bool; write true");
	CHECK_TYPE(bool, "maybe", "type: \"maybe\" is not a bool; write true or false");
	CHECK_QUOTED(bool, "true",
		     "type: \"true\" in quotes is text, not a bool; write true without quotes");
}

TEST(a_whole_number_is_decimal_hex_or_octal)
{
	CHECK_TYPE(int, "0", "0");
	CHECK_TYPE(int, "+5", "5");
	CHECK_TYPE(int, "-12", "-12");
	CHECK_TYPE(int, "-0", "0");
	CHECK_TYPE(int, "0x1F", "31");
	CHECK_TYPE(int, "0o17", "15");
	CHECK_TYPE(uint8, "0xff", "255");
}

TEST(an_int_that_is_none_says_what_was_probably_meant)
{
	CHECK_TYPE(int, "010",
		   "type: \"010\" has a leading zero, which some read as octal; write 10, or 0o10 "
		   "for octal 8");
	CHECK_TYPE(int, "089",
		   "type: \"089\" has a leading zero, which some read as octal; write 89");
	CHECK_TYPE(int, "1_000", "type: \"1_000\" is not a whole number; write 1000");
	CHECK_TYPE(int, "-1,000", "type: \"-1,000\" is not a whole number; write -1000");
	CHECK_TYPE(int, "1:30",
		   "type: \"1:30\" is not a whole number; write 90, or make the field a duration");
	CHECK_TYPE(int, "1e3", "type: \"1e3\" is not a whole number; write 1000");
	CHECK_TYPE(int, "2.0", "type: \"2.0\" is not a whole number; write 2");
	CHECK_TYPE(int, "1.5",
		   "type: \"1.5\" is not a whole number; leave out the fraction, or make the field "
		   "a float");
	CHECK_TYPE(int, "0X1F", "type: \"0X1F\" is not a whole number; write 0x1f");
	CHECK_TYPE(int, "-0x10", "type: \"-0x10\" is not a whole number; write -16");
	CHECK_TYPE(int, "0b101", "type: \"0b101\" is not a whole number; write 5");
	CHECK_TYPE(
		int, "10s",
		"type: \"10s\" is not a whole number; the type int has no unit: write digits only");
	CHECK_TYPE(int, "many", "type: \"many\" is not a whole number");
	CHECK_TYPE(int, "", "type: \"\" is not a whole number");
	CHECK_TYPE(int, "-", "type: \"-\" is not a whole number");
	CHECK_TYPE(
		int, "0x",
		"type: \"0x\" is not a whole number; the type int has no unit: write digits only");
	CHECK_QUOTED(
		int, "100",
		"type: \"100\" in quotes is text, not a whole number; write 100 without quotes");
}

TEST(an_int_out_of_range_is_never_clamped)
{
	CHECK_TYPE(int, "9223372036854775807", "9223372036854775807");
	CHECK_TYPE(int, "-9223372036854775808", "-9223372036854775808");
	CHECK_TYPE(int, "9223372036854775808",
		   "range: 9223372036854775808 does not fit int (-9223372036854775808 to "
		   "9223372036854775807)");
	CHECK_TYPE(int8, "-128", "-128");
	CHECK_TYPE(int8, "-129", "range: -129 does not fit int8 (-128 to 127)");
	CHECK_TYPE(uint8, "256", "range: 256 does not fit uint8 (0 to 255)");
	CHECK_TYPE(uint8, "-1", "range: -1 does not fit uint8 (0 to 255)");
	CHECK_TYPE(uint64, "18446744073709551615", "18446744073709551615");
	CHECK_TYPE(uint64, "99999999999999999999",
		   "range: 99999999999999999999 does not fit uint64 (0 to 18446744073709551615)");
}

TEST(a_float_takes_the_core_forms_and_prints_shortest)
{
	CHECK_TYPE(float, "0.1", "0.1");
	CHECK_TYPE(float, "+5", "5");
	CHECK_TYPE(float, ".5", "0.5");
	CHECK_TYPE(float, "5.", "5");
	CHECK_TYPE(float, "-0", "0");
	CHECK_TYPE(float, "1e3", "1000");
	CHECK_TYPE(float, "1.5E-7", "1.5e-7");
	CHECK_TYPE(float, "0.000001", "0.000001");
	CHECK_TYPE(float, "123456789.25", "123456789.25");
	CHECK_TYPE(float, "1e300", "1e300");
	CHECK_TYPE(float, "0.30000000000000004", "0.30000000000000004");
	CHECK_TYPE(float, "0x10", "16");
	CHECK_TYPE(float, "01.5", "1.5");
}

TEST(a_float_that_is_none_says_why)
{
	CHECK_TYPE(float, ".nan", "type: \".nan\" is refused: NaN and infinity are no values here");
	CHECK_TYPE(float, "-.INF",
		   "type: \"-.INF\" is refused: NaN and infinity are no values here");
	CHECK_TYPE(float, "1e400", "range: \"1e400\" is too large for the type float");
	CHECK_TYPE(float, "1e-400", "range: \"1e-400\" is too close to zero for the type float");
	CHECK_TYPE(float, "1,5", "type: \"1,5\" is not a number; write 1.5");
	CHECK_TYPE(float, "1_000.5", "type: \"1_000.5\" is not a number; write 1000.5");
	CHECK_TYPE(float, "50%",
		   "type: \"50%\" is not a number; write a fraction (0.5 for 50%), or make the "
		   "field a percent");
	CHECK_TYPE(float, "010",
		   "type: \"010\" has a leading zero, which some read as octal; write 10, or 0o10 "
		   "for octal 8");
	CHECK_TYPE(float, "", "type: \"\" is not a number");
	CHECK_TYPE(float, ".", "type: \".\" is not a number");
	CHECK_TYPE(
		float, "1e",
		"type: \"1e\" is not a number; the type float has no unit: write the number only");
	CHECK_QUOTED(float, "0.5",
		     "type: \"0.5\" in quotes is text, not a number; write 0.5 without quotes");
}

TEST(floats_read_exactly_as_the_c_library_reads_them)
{
	uint64_t seed = 0x9E3779B97F4A7C15u;

	for (int i = 0; i < 20000; i++) {
		CLEANUP(buf_free) struct buf shortest = {0};
		char text[64];
		double wanted, got;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		memcpy(&wanted, &seed, sizeof(wanted));
		if (!isfinite(wanted))
			continue;
		snprintf(text, sizeof(text), "%.*e", (int)(seed % 20), wanted);
		wanted = strtod(text, NULL);
		if (!isfinite(wanted))
			continue;
		CHECK_INT(type_double_parse(str_of(text), &got), 0);
		CHECK(got == wanted);
		type_double_text(&shortest, got);
		CHECK_INT(type_double_parse(buf_str(&shortest), &got), 0);
		CHECK(got == wanted);
	}
}

TEST(a_thousand_digits_round_by_the_last)
{
	char text[1100] = "9007199254740993.";
	size_t n = strlen(text);
	double f;

	memset(text + n, '0', 1000);
	CHECK_INT(type_double_parse(str_of(text), &f), 0);
	CHECK(f == 9007199254740992.0);
	text[n + 999] = '1';
	CHECK_INT(type_double_parse(str_of(text), &f), 0);
	CHECK(f == 9007199254740994.0);
}

TEST(a_comma_locale_changes_nothing)
{
	if (!setlocale(LC_ALL, "de_DE.UTF-8"))
		skip(); /* the machine has no such locale */
	CHECK_TYPE(float, "0.1", "0.1");
	CHECK_TYPE(float, "1.2345678901234567e-300", "1.2345678901234567e-300");
	CHECK_TYPE(percent, "12.5%", "12.5%");
	setlocale(LC_ALL, "C");
}

TEST(a_percent_needs_its_sign)
{
	CHECK_TYPE(percent, "12.5%", "12.5%");
	CHECK_QUOTED(percent, "100%", "100%");
	CHECK_TYPE(percent, "-5%", "-5%");
	CHECK_TYPE(percent, "50", "type: \"50\" has no unit; write 50%");
	CHECK_TYPE(percent, "0.25",
		   "type: \"0.25\" has no unit; write 25%, or 0.25% if that is meant");
	CHECK_TYPE(percent, "5 %", "type: \"5 %\" is not a percent; write 5% without the space");
	CHECK_TYPE(
		percent, "half",
		"type: \"half\" is not a percent; write a number with % behind it, such as 12.5%");
	CHECK_TYPE(percent, "nan%",
		   "type: \"nan\" is refused: NaN and infinity are no values here");
	CHECK_TYPE(percent, "1e400%", "range: \"1e400%\" is too large for the type percent");
	CHECK_TYPE(percent, "",
		   "type: \"\" is not a percent; write a number with % behind it, such as 12.5%");
}
