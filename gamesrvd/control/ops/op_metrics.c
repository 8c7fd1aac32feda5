/* gamesrvd/control/ops/op_metrics.c */
#include "gamesrvd/control/op.h"
#include "gamesrvd/obs/metrics.h"

static int metrics(struct op_call *call)
{
	CLEANUP(buf_free) struct buf text = {0};

	metrics_text(&text);
	if (text.failed)
		return op_fail(call, 503, "unavailable", NULL, "out of memory");
	return op_text(call, arena_str(call->mem, buf_str(&text)));
}

const struct op op_metrics = {
	.route = "GET /metrics",
	.access = OP_READ,
	.plain = true,
	.run = metrics,
	.summary = "Counters and gauges for Prometheus",
};
