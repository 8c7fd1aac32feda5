/* gamebot/metrics.h
 * What a run counts: one row of metrics.def each.
 *
 * Thread: one.
 */
#pragma once
#include "hist.h"

enum metric {
#define C(name, text) M_##name,
#define K(name, text) M_##name,
#define H(name, text)
#include "metrics.def"
	METRIC_COUNT
};

enum latency {
#undef C
#undef K
#undef H
#define C(name, text)
#define K(name, text)
#define H(name, text) L_##name,
#include "metrics.def"
	LATENCY_COUNT
#undef C
#undef K
#undef H
};

struct metrics {
	uint64_t counts[METRIC_COUNT];
	struct hist latencies[LATENCY_COUNT];
};

struct metric_row {
	const char *name, *text;
	bool is_check;
};
extern const struct metric_row metric_rows[METRIC_COUNT];
extern const struct metric_row latency_rows[LATENCY_COUNT];
