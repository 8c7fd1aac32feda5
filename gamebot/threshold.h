/* gamebot/threshold.h
 * "echo p99 < 50ms", "reconnects >= 100", "lost == 0": what must hold at the end of a run.
 *
 * Thread: any; values.
 */
#pragma once
#include "base/arena.h"
#include "metrics.h"

enum threshold_what {
	THRESHOLD_COUNT,
	THRESHOLD_RATE,
	THRESHOLD_QUANTILE,
	THRESHOLD_MEAN,
	THRESHOLD_MAX
};
enum threshold_op { OP_LT, OP_LE, OP_EQ, OP_GE, OP_GT };

struct threshold {
	struct str text;
	bool latency; /* of a latency; else of a count */
	enum metric metric;
	enum latency of;
	enum threshold_what what;
	double part; /* of a quantile */
	enum threshold_op op;
	double bound; /* microseconds, a number, or a number a second */
};

/* NULL: fine; else what is wrong, in `mem`. `hint` may be set. */
const char *threshold_parse(struct arena *mem, struct str text, struct threshold *out,
			    struct str *hint);
/* `rate`: how often a second it happened. */
double threshold_value(const struct threshold *t, const struct metrics *m, double rate);
bool threshold_holds(const struct threshold *t, double value);
/* "12.3 ms", "1034", "128400/s" */
void threshold_show(const struct threshold *t, double value, struct buf *out);
