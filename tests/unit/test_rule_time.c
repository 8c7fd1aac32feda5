/* datetime timezone cron */
#include "rules.h"

TEST(datetime_without_a_format_is_rfc_3339)
{
	CHECK_TAG("string", "datetime", "2026-03-01T12:00:00Z", "");
	CHECK_TAG("string", "datetime", "2026-03-01",
		  "\"2026-03-01\" is a date, not a time [datetime]; write 2026-03-01T00:00:00Z");
}

TEST(datetime_reads_what_strftime_would_write)
{
	CHECK_TAG("string", "datetime='%Y-%m-%d'", "2024-02-29", "");
	CHECK_TAG("string", "datetime='%Y-%m-%d'", "2026-02-30",
		  "\"2026-02-30\" does not fit %Y-%m-%d [datetime]");
	CHECK_TAG("string", "datetime='%Y-%m-%d'", "2026-2-3",
		  "\"2026-2-3\" does not fit %Y-%m-%d [datetime]");
	CHECK_TAG("string", "datetime='%Y-%m-%d'", "2026-02-03x",
		  "\"2026-02-03x\" does not fit %Y-%m-%d [datetime]");
	CHECK_TAG("string", "datetime='%d %b %Y, %H:%M'", "05 Jan 2026, 23:59", "");
	CHECK_TAG("string", "datetime='%H:%M'", "'24:00'",
		  "\"24:00\" does not fit %H:%M [datetime]");
	CHECK_TAG("string", "datetime='%Y-%m-%d'", "1969-12-31", "");
	CHECK_TAG("string", "datetime='%F %T'", "1969-12-31 23:59:59", "");
	CHECK_TAG_ERROR("string", "datetime='%Q'",
			"\"datetime='%Q'\": the format knows %Y %m %d %H %M %S %y %B %b %A %a %j "
			"%I %p %e %T %F %D %R "
			"%z and %% [schema-param]");
}

TEST(timezones_are_known_by_name)
{
	CHECK_TAG("string", "timezone", "Europe/Berlin", "");
	CHECK_TAG("string", "timezone", "UTC", "");
	CHECK_TAG("string", "timezone", "Africa/Abidjan", "");
	CHECK_TAG("string", "timezone", "Zulu", "");
	CHECK_TAG("string", "timezone", "Europe/Brelin",
		  "\"Europe/Brelin\" is not a time zone such as Europe/Berlin or UTC [timezone]; "
		  "did you mean "
		  "Europe/Berlin?");
	CHECK_TAG("string", "timezone", "''",
		  "\"\" is not a time zone such as Europe/Berlin or UTC [timezone]");
}

TEST(cron_lines)
{
	static const char *const good[] = {
		"* * * * *",    "0 4 * * *",        "*/5 0-6 1,15 jan-mar MON",
		"0 0 4 * * *",  "0 0 4 * * ? 2030", "@daily",
		"@every 1h30m", "0/10 * * * *",     "0 0 * * 7"};
	static const struct {
		const char *line, *why;
	} bad[] = {
		{"61 * * * *", ": \"61\" does not fit the field minute (0 to 59) [cron]"},
		{"* 24 * * *", ": \"24\" does not fit the field hour (0 to 23) [cron]"},
		{"* * 0 * *", ": \"0\" does not fit the field day (1 to 31) [cron]"},
		{"5-1 * * * *", ": \"5-1\" does not fit the field minute (0 to 59) [cron]"},
		{"*/0 * * * *", ": \"*/0\" does not fit the field minute (0 to 59) [cron]"},
		{"* * * foo *", ": \"foo\" does not fit the field month (1 to 12) [cron]"},
		{"1,,2 * * * *", ": \"\" does not fit the field minute (0 to 59) [cron]"},
		{"* * * *", " [cron]; five fields: minute hour day month weekday, such as 0 4 * * "
			    "*; or @daily, "
			    "@every 1h30m"},
		{"@dayly", " [cron]; five fields: minute hour day month weekday, such as 0 4 * * "
			   "*; or @daily, @every "
			   "1h30m"},
		{"@every 5", " [cron]; five fields: minute hour day month weekday, such as 0 4 * * "
			     "*; or @daily, "
			     "@every 1h30m"},
	};

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		CLEANUP(buf_free) struct buf quoted = {0};

		buf_printf(&quoted, "'%s'", good[i]);
		CHECK_TAG("string", "cron", quoted.p, "");
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CLEANUP(buf_free) struct buf quoted = {0};
		CLEANUP(buf_free) struct buf message = {0};

		buf_printf(&quoted, "'%s'", bad[i].line);
		buf_printf(&message, "\"%s\" is not a cron line%s", bad[i].line, bad[i].why);
		CHECK_TAG("string", "cron", quoted.p, message.p);
	}
}
