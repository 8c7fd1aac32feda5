/* lib/base/log.h
 * The front of the log: what happened, once, said by whoever owns the conversation. Libraries
 * report into findings and never log.
 *
 * Thread: any. Without a sink nothing is written; gamesrvd/obs/ installs one before other threads
 * start.
 */
#pragma once
#include <stdatomic.h>

#include "base/base.h"

enum log_level { LOG_AT_ERROR, LOG_AT_WARN, LOG_AT_INFO, LOG_AT_DEBUG };

/* `text` has no line end and may hold any bytes. */
typedef void log_sink_fn(enum log_level level, struct str text);

void log_to(log_sink_fn *sink, enum log_level level); /* nothing below `level` reaches the sink */
bool log_wants(enum log_level level);
bool log_level_parse(struct str name, enum log_level *out); /* "error" "warn" "info" "debug" */
const char *log_level_name(enum log_level level);

void log_at(enum log_level level, const char *fmt, ...) PRINTF(2, 3);
#define log_error(...) log_at(LOG_AT_ERROR, __VA_ARGS__) /* somebody must act */
#define log_warn(...)  log_at(LOG_AT_WARN, __VA_ARGS__)  /* degraded, goes on */
#define log_info(...)                                                                              \
	log_at(LOG_AT_INFO, __VA_ARGS__) /* start, stop, every change of what is in force */
#define log_debug(...) log_at(LOG_AT_DEBUG, __VA_ARGS__)
