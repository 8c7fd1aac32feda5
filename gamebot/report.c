/* gamebot/report.c */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const ends[] = {
	[PLAY_TIME] = "played to the end",
	[PLAY_DONE] = "every bot has done its part",
	[PLAY_INTERRUPTED] = "interrupted",
	[PLAY_NOT_READY] = "not all bots got into their rooms in time",
	[PLAY_UNREACHABLE] = "the server cannot be reached",
};
static const char *const end_words[] = {
	[PLAY_TIME] = "time",
	[PLAY_DONE] = "done",
	[PLAY_INTERRUPTED] = "interrupted",
	[PLAY_NOT_READY] = "not-ready",
	[PLAY_UNREACHABLE] = "unreachable",
};

static double seconds_of(const struct play *p)
{
	int64_t from = p->zero_us ? p->zero_us : p->begin_us;

	return p->over_us > from ? (double)(p->over_us - from) / 1e6 : 0;
}

static double rate_of(const struct play *p, uint64_t played)
{
	double seconds = seconds_of(p);

	return seconds > 0 ? (double)played / seconds : 0;
}

struct verdict {
	struct threshold threshold;
	double value;
	bool holds, implied;
};

/* The scenario's thresholds first, then the checks that none of them names. False: no more. */
static bool verdict_at(const struct play *p, size_t at, struct verdict *out)
{
	const struct scenario *s = p->scenario;

	*out = (struct verdict){0};
	if (at < s->thresholds.count) {
		out->threshold = s->thresholds.items[at];
	} else {
		size_t left = at - s->thresholds.count;
		int m;

		for (m = 0; m < METRIC_COUNT; m++) {
			bool named = !metric_rows[m].is_check;

			for (size_t i = 0; i < s->thresholds.count; i++)
				named = named || (!s->thresholds.items[i].latency &&
						  s->thresholds.items[i].metric == (enum metric)m);
			if (!named && left-- == 0)
				break;
		}
		if (m == METRIC_COUNT)
			return false;
		out->implied = true;
		out->threshold = (struct threshold){
			.text = str_of(metric_rows[m].name), .metric = (enum metric)m, .op = OP_EQ};
	}
	out->value = threshold_value(&out->threshold, &p->metrics,
				     rate_of(p, out->threshold.latency
							? p->played_latencies[out->threshold.of]
							: p->played[out->threshold.metric]));
	out->holds = threshold_holds(&out->threshold, out->value);
	return true;
}

uint32_t report_missed(const struct play *p)
{
	struct verdict v;
	uint32_t missed = 0;

	for (size_t i = 0; verdict_at(p, i, &v); i++)
		missed += !v.holds;
	return missed;
}

static void put_number(struct buf *out, uint64_t n, int width)
{
	char digits[32], text[48];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n), at = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			text[at++] = ',';
		text[at++] = digits[i];
	}
	text[at] = '\0';
	buf_printf(out, "%*s", width, text);
}

static void put_latencies(struct buf *out, const struct play *p)
{
	bool any = false;

	for (int i = 0; i < LATENCY_COUNT; i++) {
		const struct hist *h = &p->metrics.latencies[i];

		if (h->count == 0)
			continue;
		if (!any)
			buf_printf(out, "\n  %-10s %13s %9s %9s %9s %9s %9s %9s\n", "ms", "count",
				   "mean", "p50", "p90", "p99", "p99.9", "max");
		any = true;
		buf_printf(out, "  %-10s ", latency_rows[i].name);
		put_number(out, h->count, 13);
		buf_printf(out, " %9.2f %9.2f %9.2f %9.2f %9.2f %9.2f\n", hist_mean(h) / 1e3,
			   (double)hist_quantile(h, 0.5) / 1e3, (double)hist_quantile(h, 0.9) / 1e3,
			   (double)hist_quantile(h, 0.99) / 1e3,
			   (double)hist_quantile(h, 0.999) / 1e3, (double)h->max / 1e3);
	}
}

static void put_counts(struct buf *out, const struct play *p)
{
	buf_printf(out, "\n  %-18s %15s %13s\n", "", "count", "a second");
	for (int i = 0; i < METRIC_COUNT; i++) {
		uint64_t n = p->metrics.counts[i];

		if (n == 0 || metric_rows[i].is_check)
			continue;
		buf_printf(out, "  %-18s ", metric_rows[i].name);
		put_number(out, n, 15);
		buf_printf(out, " %13.1f", rate_of(p, p->played[i]));
		buf_printf(out, "  %s\n", metric_rows[i].text);
	}
}

static void put_verdicts(struct buf *out, const struct play *p, bool colour)
{
	struct verdict v;
	uint32_t held = 0;

	buf_addc(out, '\n');
	for (size_t i = 0; verdict_at(p, i, &v); i++) {
		if (v.implied && v.holds) {
			held++;
			continue;
		}
		buf_printf(out, "  %s%s%s  " STR_FMT,
			   colour ? (v.holds ? "\x1b[32m" : "\x1b[31m") : "",
			   v.holds ? "ok  " : "FAIL", colour ? "\x1b[0m" : "",
			   STR_ARG(v.threshold.text));
		buf_add(out, v.implied ? STR(" == 0") : STR(""));
		buf_add(out, STR(": "));
		threshold_show(&v.threshold, v.value, out);
		if (!v.holds && !v.threshold.latency)
			buf_printf(out, " (%s)", metric_rows[v.threshold.metric].text);
		buf_addc(out, '\n');
	}
	if (held)
		buf_printf(out,
			   "  %sok  %s  %u checks at 0: nothing lost, doubled, misrouted or out of "
			   "order\n",
			   colour ? "\x1b[32m" : "", colour ? "\x1b[0m" : "", held);
}

void report_text(struct buf *out, const struct play *p, bool colour)
{
	const struct hist *lag = &p->metrics.latencies[L_lag];
	uint32_t missed = report_missed(p);

	buf_printf(out, "%s" STR_FMT "%s: ", colour ? "\x1b[1m" : "", STR_ARG(p->scenario->name),
		   colour ? "\x1b[0m" : "");
	put_number(out, p->bot_count, 0);
	buf_printf(out, " bots, at most ");
	put_number(out, p->peak_playing, 0);
	buf_printf(out, " at play at once, %.1f s, seed %" PRIu64 ", %s; %s\n", seconds_of(p),
		   p->scenario->seed, p->scenario->connect, ends[p->end]);
	put_latencies(out, p);
	put_counts(out, p);
	put_verdicts(out, p, colour);
	if (hist_quantile(lag, 0.99) > 20000)
		buf_printf(out,
			   "  gamebot itself was late by %.1f ms (p99 of lag): the latencies above "
			   "include that\n",
			   (double)hist_quantile(lag, 0.99) / 1e3);
	if (missed)
		buf_printf(out, "\n%sfailed%s: %u missed\n", colour ? "\x1b[31m" : "",
			   colour ? "\x1b[0m" : "", missed);
	else
		buf_printf(out, "\n%spassed%s\n", colour ? "\x1b[32m" : "",
			   colour ? "\x1b[0m" : "");
}

static json_t *latency_json(const struct hist *h)
{
	return json_pack(
		"{s:I,s:f,s:f,s:f,s:f,s:f,s:f,s:f}", "count", (json_int_t)h->count, "mean_ms",
		hist_mean(h) / 1e3, "p50_ms", (double)hist_quantile(h, 0.5) / 1e3, "p90_ms",
		(double)hist_quantile(h, 0.9) / 1e3, "p99_ms", (double)hist_quantile(h, 0.99) / 1e3,
		"p999_ms", (double)hist_quantile(h, 0.999) / 1e3, "min_ms", (double)h->min / 1e3,
		"max_ms", (double)h->max / 1e3);
}

static json_t *verdicts_json(const struct play *p)
{
	json_t *list = json_array();
	struct verdict v;

	for (size_t i = 0; verdict_at(p, i, &v); i++) {
		CLEANUP(buf_free) struct buf text = {0};

		buf_printf(&text, STR_FMT "%s", STR_ARG(v.threshold.text),
			   v.implied ? " == 0" : "");
		json_array_append_new(list, json_pack("{s:s,s:f,s:b}", "threshold", text.p, "value",
						      v.value, "holds", (int)v.holds));
	}
	return list;
}

json_t *report_json(const struct play *p)
{
	json_t *counts = json_object(), *latencies = json_object(), *rates = json_object();

	for (int i = 0; i < METRIC_COUNT; i++)
		json_object_set_new(counts, metric_rows[i].name,
				    json_integer((json_int_t)p->metrics.counts[i]));
	for (int i = 0; i < METRIC_COUNT; i++)
		json_object_set_new(rates, metric_rows[i].name,
				    json_real(rate_of(p, p->played[i])));
	for (int i = 0; i < LATENCY_COUNT; i++)
		json_object_set_new(latencies, latency_rows[i].name,
				    latency_json(&p->metrics.latencies[i]));
	return json_pack("{s:s,s:s%,s:s,s:b,s:s,s:I,s:I,s:I,s:f,s:o,s:o,s:o,s:o}", "apiVersion",
			 "gamesrv/v1", "scenario", p->scenario->name.p, p->scenario->name.n,
			 "connect", p->scenario->connect, "passed",
			 (int)(report_missed(p) == 0 && p->end <= PLAY_INTERRUPTED), "end",
			 end_words[p->end], "bots", (json_int_t)p->bot_count, "peak_playing",
			 (json_int_t)p->peak_playing, "seed", (json_int_t)p->scenario->seed,
			 "seconds", seconds_of(p), "counts", counts, "rates", rates, "latencies",
			 latencies, "thresholds", verdicts_json(p));
}
