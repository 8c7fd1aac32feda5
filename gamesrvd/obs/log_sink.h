/* gamesrvd/obs/log_sink.h
 * Where the log goes: one line a message to standard error, with the time and the thread's name; under systemd's
 * journal, which keeps its own time, with the level as <N> in front instead.
 *
 * Thread: any; a line is one write(), so lines of several threads do not mix.
 */
#pragma once
#include "base/log.h"

void log_sink_open(enum log_level level); /* before other threads start */
