/* lib/base/log.c */
#include "base/log.h"

#include <stdio.h>

static const char *const level_names[] = {"error", "warn", "info", "debug"};
static _Atomic(log_sink_fn *) sink_now;
static _Atomic int level_now;

void log_to(log_sink_fn *sink, enum log_level level)
{
	atomic_store(&level_now, (int)level);
	atomic_store(&sink_now, sink);
}

bool log_wants(enum log_level level)
{
	return atomic_load_explicit(&sink_now, memory_order_relaxed) != NULL &&
	       (int)level <= atomic_load_explicit(&level_now, memory_order_relaxed);
}

bool log_level_parse(struct str name, enum log_level *out)
{
	for (size_t i = 0; i < ARRAY_LEN(level_names); i++) {
		if (str_is(name, level_names[i])) {
			*out = (enum log_level)i;
			return true;
		}
	}
	return false;
}

const char *log_level_name(enum log_level level)
{
	return level_names[level];
}

void log_at(enum log_level level, const char *fmt, ...)
{
	char text[2048];
	va_list args;
	int n;

	if (!log_wants(level))
		return;
	va_start(args, fmt);
	n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (n < 0)
		return;
	if ((size_t)n >= sizeof(text))
		n = sizeof(text) - 1;
	atomic_load (&sink_now)(level, (struct str){text, (size_t)n});
}
