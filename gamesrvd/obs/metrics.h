/* gamesrvd/obs/metrics.h
 * Numbers for Prometheus. A metric is one row of metrics.def.
 *
 * Thread: any; each is one relaxed atomic.
 */
#pragma once
#include "base/buf.h"

enum metric {
#define M(name, type, help) METRIC_##name,
#include "gamesrvd/obs/metrics.def"
#undef M
	METRIC_COUNT
};

void metric_add(enum metric m, uint64_t by);
void metric_set(enum metric m, uint64_t value);
uint64_t metric_get(enum metric m);
/* The text exposition format, version 0.0.4. */
void metrics_text(struct buf *out);
