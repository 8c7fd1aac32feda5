#include <stdio.h>

#include "types.h"

TEST(a_duration_reads_units_compounds_and_exact_fractions)
{
	CHECK_TYPE(duration, "90s", "1m30s");
	CHECK_TYPE(duration, "1m30s", "1m30s");
	CHECK_TYPE(duration, "1.5s", "1.5s");
	CHECK_TYPE(duration, ".5s", "500ms");
	CHECK_TYPE(duration, "1500us", "1.5ms");
	CHECK_TYPE(duration, "0.1ms", "100us");
	CHECK_TYPE(duration, "1.5h", "1h30m");
	CHECK_TYPE(duration, "36h", "1d12h");
	CHECK_TYPE(duration, "1d2h3m4s5ms6us", "1d2h3m4.005006s");
	CHECK_TYPE(duration, "0s", "0s");
	CHECK_TYPE(duration, "-0s", "0s");
	CHECK_QUOTED(duration, "10s", "10s");
	CHECK_TYPE(duration, "0.0000000000115740740740740d",
		   "type: \"0.0000000000115740740740740d\" is finer than a microsecond; durations "
		   "are whole "
		   "numbers of us");
	CHECK_TYPE(duration, "0.0000001s",
		   "type: \"0.0000001s\" is finer than a microsecond; durations are whole numbers "
		   "of us");
	CHECK_TYPE(
		duration, "0.5us",
		"type: \"0.5us\" is finer than a microsecond; durations are whole numbers of us");
}

TEST(a_duration_that_is_none_says_what_to_write)
{
	CHECK_TYPE(duration, "5", "type: \"5\" has no unit; write 5s or 5ms");
	CHECK_TYPE(duration, "0", "type: \"0\" has no unit; write 0s");
	CHECK_TYPE(duration, "5min",
		   "type: \"5min\" is not a duration: unknown unit \"min\"; write m for minutes");
	CHECK_TYPE(duration, "5S",
		   "type: \"5S\" is not a duration: unknown unit \"S\"; units are lower-case: "
		   "write s");
	CHECK_TYPE(duration, "1w",
		   "type: \"1w\" is not a duration: unknown unit \"w\"; write 7d for a week");
	CHECK_TYPE(duration, "10ns",
		   "type: \"10ns\" is not a duration: unknown unit \"ns\"; the smallest unit is us "
		   "(a microsecond)");
	CHECK_TYPE(duration, "1m 30s",
		   "type: \"1m 30s\" has a space in it; write the number and the unit together, "
		   "such as 1m30s");
	CHECK_TYPE(duration, "1:30", "type: \"1:30\" is not a duration; write 1m30s");
	CHECK_TYPE(duration, "01:02:03", "type: \"01:02:03\" is not a duration; write 1h2m3s");
	CHECK_TYPE(duration, "30s1m",
		   "type: \"30s1m\" is not a duration; write units from large to small, each once: "
		   "1h30m");
	CHECK_TYPE(duration, "",
		   "type: \"\" is not a duration; write a number and a unit, such as 500ms, 30s or "
		   "1m30s");
	CHECK_TYPE(duration, "1m30",
		   "type: \"1m30\" is not a duration: unknown unit \"\"; units are d h m s ms us");
	CHECK_TYPE(duration, "soon",
		   "type: \"soon\" is not a duration; write a number and a unit, such as 500ms, "
		   "30s or 1m30s");
}

TEST(a_negative_duration_needs_a_rule_that_allows_it)
{
	CHECK_TYPE(any_duration, "-1m30s", "-1m30s");
	CHECK_TYPE(duration, "-5s",
		   "type: \"-5s\" is negative; a duration is negative only where a rule such as "
		   "min=-10s allows it");
}

TEST(a_duration_beyond_64_bits_is_a_range_error)
{
	CHECK_TYPE(duration, "9223372036854775807us", "106751991d4h54.775807s");
	CHECK_TYPE(duration, "9223372036854775808us",
		   "range: \"9223372036854775808us\" is beyond what a duration can hold (about "
		   "292,000 years)");
	CHECK_TYPE(duration, "999999999999999999999999d",
		   "range: \"999999999999999999999999d\" is beyond what a duration can hold (about "
		   "292,000 years)");
}

TEST(every_duration_reads_back_from_its_canonical_text)
{
	uint64_t seed = 88172645463325252u;

	for (int i = 0; i < 5000; i++) {
		CLEANUP(buf_free) struct buf text = {0};
		struct dur wanted, got;
		struct type_fail why;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		wanted.us = (int64_t)(seed >> 1 >> (i % 60)) * (i & 1 ? -1 : 1);
		conf_scalar_text(&text, &type_of_any_duration, &wanted);
		CHECK(conf_text_parse(&type_of_any_duration, buf_str(&text), false, &got, &why));
		CHECK(got.us == wanted.us);
	}
}

TEST(a_size_is_whole_and_counts_in_1024)
{
	CHECK_TYPE(size, "0B", "0B");
	CHECK_TYPE(size, "1024B", "1KiB");
	CHECK_TYPE(size, "64KiB", "64KiB");
	CHECK_TYPE(size, "1536MiB", "1536MiB");
	CHECK_TYPE(size, "1025B", "1025B");
	CHECK_QUOTED(size, "2GiB", "2GiB");
	CHECK_TYPE(size, "10KB", "type: \"10KB\" is not a size; write 10KiB (units count in 1024)");
	CHECK_TYPE(size, "5mb", "type: \"5mb\" is not a size; write 5MiB (units count in 1024)");
	CHECK_TYPE(size, "2TiB",
		   "type: \"2TiB\" is not a size; the largest unit is GiB: write 2048GiB");
	CHECK_TYPE(size, "100", "type: \"100\" has no unit; write 100B, 100KiB or 100MiB");
	CHECK_TYPE(size, "1.5MiB", "type: \"1.5MiB\" is not whole; write 1536KiB");
	CHECK_TYPE(size, "1.0MiB", "type: \"1.0MiB\" is not whole; write 1024KiB");
	CHECK_TYPE(size, "0.3KiB",
		   "type: \"0.3KiB\" is not whole; sizes are whole numbers: use the next smaller "
		   "unit");
	CHECK_TYPE(size, "64 KiB",
		   "type: \"64 KiB\" has a space in it; write 64KiB (units count in 1024)");
	CHECK_TYPE(size, "-1KiB", "type: \"-1KiB\" is not a size: sizes are not negative");
	CHECK_TYPE(size, "much",
		   "type: \"much\" is not a size; write a whole number and a unit: B, KiB, MiB or "
		   "GiB");
	CHECK_TYPE(size, "17179869183GiB", "17179869183GiB");
	CHECK_TYPE(size, "17179869184GiB",
		   "range: \"17179869184GiB\" is beyond what a size can hold (64 bits)");
}

TEST(a_time_is_rfc_3339_and_prints_in_utc)
{
	CHECK_TYPE(time, "2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z");
	CHECK_TYPE(time, "2026-03-01T01:30:00+02:00", "2026-02-28T23:30:00Z");
	CHECK_TYPE(time, "2024-02-29T23:59:59.250-00:00", "2024-02-29T23:59:59.25Z");
	CHECK_TYPE(time, "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z");
	CHECK_TYPE(time, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z");
	CHECK_TYPE(time, "2026-02-29T00:00:00Z",
		   "type: \"2026-02-29T00:00:00Z\" is not a time: that month has no such day; "
		   "write it as "
		   "2026-03-01T12:00:00Z");
	CHECK_TYPE(time, "2026-03-01",
		   "type: \"2026-03-01\" is a date, not a time; write 2026-03-01T00:00:00Z");
	CHECK_TYPE(time, "2026-03-01T12:00:00",
		   "type: \"2026-03-01T12:00:00\" is not a time: the zone is missing; put Z for "
		   "UTC, or +02:00, at "
		   "the end");
	CHECK_TYPE(time, "2026-03-01 12:00:00",
		   "type: \"2026-03-01 12:00:00\" is not a time; write a T in place of the space, "
		   "and the zone: "
		   "2026-03-01T12:00:00Z");
	CHECK_TYPE(time, "2026-03-01T24:00:00Z",
		   "type: \"2026-03-01T24:00:00Z\" is not a time: the last minute of a day is "
		   "23:59; write it as "
		   "2026-03-01T12:00:00Z");
	CHECK_TYPE(time, "2026-03-01T12:00:00.1234567Z",
		   "type: \"2026-03-01T12:00:00.1234567Z\" is not a time: finer than a "
		   "microsecond; leave out the "
		   "digits behind the sixth");
	CHECK_TYPE(time, "tomorrow",
		   "type: \"tomorrow\" is not a time; write it as 2026-03-01T12:00:00Z");
}
