/* gamesrvd/obs/metrics.c */
#include "gamesrvd/obs/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>

static _Atomic uint64_t values[METRIC_COUNT];

static const struct metric_row {
	const char *name, *type, *help;
} rows[METRIC_COUNT] = {
#define M(name, type, help) {#name, #type, help},
#include "gamesrvd/obs/metrics.def"
#undef M
};

void metric_add(enum metric m, uint64_t by)
{
	atomic_fetch_add_explicit(&values[m], by, memory_order_relaxed);
}

void metric_set(enum metric m, uint64_t value)
{
	atomic_store_explicit(&values[m], value, memory_order_relaxed);
}

uint64_t metric_get(enum metric m)
{
	return atomic_load_explicit(&values[m], memory_order_relaxed);
}

void metrics_text(struct buf *out)
{
	for (int m = 0; m < METRIC_COUNT; m++)
		buf_printf(out,
			   "# HELP gamesrv_%s %s\n# TYPE gamesrv_%s %s\ngamesrv_%s %" PRIu64 "\n",
			   rows[m].name, rows[m].help, rows[m].name, rows[m].type, rows[m].name,
			   metric_get((enum metric)m));
}
