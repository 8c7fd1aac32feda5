/* gamesrvd/obs/log_sink.c */
#include "gamesrvd/obs/log_sink.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "gamesrvd/obs/metrics.h"

static bool to_journal;

/* JOURNAL_STREAM names the journal's end of standard error as DEVICE:INODE. */
static bool stderr_is_journal(void)
{
	const char *named = getenv("JOURNAL_STREAM");
	struct stat st;
	char ours[64];

	if (named == NULL || fstat(STDERR_FILENO, &st) < 0)
		return false;
	snprintf(ours, sizeof(ours), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return strcmp(named, ours) == 0;
}

/* Control characters of users' text must not move a reader's cursor or fake a second line. */
static size_t make_safe(char *to, size_t room, struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n && n + 5 < room; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c >= ' ' && c != 0x7f)
			to[n++] = (char)c;
		else
			n += (size_t)snprintf(to + n, room - n, "\\x%02x", c);
	}
	return n;
}

static void write_line(enum log_level level, struct str text)
{
	static const int severities[] = {3, 4, 6, 7}; /* of syslog */
	char line[4096], time[TIME_TEXT], thread[16] = "?";
	int n;

	(void)pthread_getname_np(pthread_self(), thread, sizeof(thread));
	if (to_journal)
		n = snprintf(line, sizeof(line), "<%d>%s: ", severities[level], thread);
	else
		n = snprintf(line, sizeof(line), "%s %-5s %s: ", time_text(time_wall_us(), time),
			     log_level_name(level), thread);
	n += (int)make_safe(line + n, sizeof(line) - (size_t)n, text);
	line[n++] = '\n';
	metric_add(METRIC_log_lines_total, 1);
	/* A log that cannot be written is no reason to stop. */
	(void)!write(STDERR_FILENO, line, (size_t)n);
}

void log_sink_open(enum log_level level)
{
	to_journal = stderr_is_journal();
	log_to(write_line, level);
}
