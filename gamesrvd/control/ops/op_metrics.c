/* gamesrvd/control/ops/op_metrics.c */
#include "gamesrvd/config/config.h"
#include "gamesrvd/control/daemon.h"
#include "gamesrvd/control/op.h"
#include "gamesrvd/drain/drain.h"
#include "gamesrvd/obs/metrics.h"

/* config keeps its own counts; they are copied when somebody looks. */
static void copy_counts(struct config *config)
{
	struct config_counts n = config_counts(config);

	metric_set(METRIC_config_revision, n.revision);
	metric_set(METRIC_config_documents, n.documents);
	metric_set(METRIC_config_pending, n.pending);
	metric_set(METRIC_config_alarms, n.alarms);
	metric_set(METRIC_config_applied_total, n.applied);
	metric_set(METRIC_config_unchanged_total, n.unchanged);
	metric_set(METRIC_config_invalid_total, n.invalid);
	metric_set(METRIC_config_refused_total, n.refused);
	metric_set(METRIC_config_conflicts_total, n.conflicts);
	metric_set(METRIC_config_failed_total, n.failed);
	metric_set(METRIC_config_watch_scans_total, n.watch_scans);
}

static void copy_drains(const struct drain *drain)
{
	struct drain_brief now = drain_brief(drain);

	metric_set(METRIC_cordoned, now.cordoned || now.phase >= DRAIN_NOTIFY);
	metric_set(METRIC_drain_phase, now.phase);
	metric_set(METRIC_drains, now.others);
}

static int metrics(struct op_call *call)
{
	CLEANUP(buf_free) struct buf text = {0};

	copy_counts(call->daemon->config);
	copy_drains(call->daemon->drain);
	metrics_text(&text);
	if (text.failed)
		return op_fail(call, 503, "unavailable", NULL, "out of memory");
	return op_text(call, arena_take(call->mem, &text));
}

const struct op op_metrics = {
	.route = "GET /metrics",
	.access = OP_READ,
	.plain = true,
	.run = metrics,
	.summary = "Counters and gauges for Prometheus",
};
