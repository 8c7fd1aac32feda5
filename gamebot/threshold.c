/* gamebot/threshold.c */
#include "threshold.h"

#include <stdlib.h>

#include "base/buf.h"
#include "conf/suggest.h"

static const struct {
	const char *text;
	enum threshold_op op;
} ops[] = {{"<=", OP_LE}, {">=", OP_GE}, {"==", OP_EQ}, {"<", OP_LT}, {">", OP_GT}};

static bool find_metric(struct str name, struct threshold *t, struct suggest *near)
{
	for (int i = 0; i < METRIC_COUNT; i++) {
		suggest_add(near, str_of(metric_rows[i].name));
		if (str_is(name, metric_rows[i].name)) {
			t->metric = (enum metric)i;
			return true;
		}
	}
	for (int i = 0; i < LATENCY_COUNT; i++) {
		suggest_add(near, str_of(latency_rows[i].name));
		if (str_is(name, latency_rows[i].name)) {
			t->of = (enum latency)i;
			t->latency = true;
			return true;
		}
	}
	return false;
}

static bool read_what(struct str word, struct threshold *t)
{
	char digits[16] = "0.", *end;

	if (str_is(word, "count"))
		t->what = THRESHOLD_COUNT;
	else if (str_is(word, "rate"))
		t->what = THRESHOLD_RATE;
	else if (t->latency && str_is(word, "mean"))
		t->what = THRESHOLD_MEAN;
	else if (t->latency && str_is(word, "max"))
		t->what = THRESHOLD_MAX;
	else if (t->latency && word.n >= 2 && word.n < 10 && word.p[0] == 'p') {
		/* p50, p99, p99.9 */
		size_t n = 2;

		for (size_t i = 1; i < word.n; i++)
			if (word.p[i] != '.')
				digits[n++] = word.p[i];
		t->part = strtod(digits, &end);
		if (*end != '\0' || word.n < 3 || (word.n > 3 && word.p[3] != '.'))
			return false;
		t->what = THRESHOLD_QUANTILE;
	} else {
		return false;
	}
	return true;
}

static bool read_bound(struct arena *mem, struct str text, struct threshold *t)
{
	char *end, *number = arena_cstr(mem, text);
	struct str unit;
	static const struct {
		const char *name;
		double us;
	} units[] = {{"us", 1}, {"ms", 1e3}, {"s", 1e6}, {"m", 60e6}};

	t->bound = strtod(number, &end);
	unit = str_trim(str_of(end));
	if (end == number)
		return false;
	if (t->what == THRESHOLD_RATE)
		return unit.n == 0 || str_is(unit, "/s");
	if (t->what == THRESHOLD_COUNT)
		return unit.n == 0;
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (str_is(unit, units[i].name)) {
			t->bound *= units[i].us;
			return true;
		}
	return false;
}

static bool split(struct str text, struct threshold *t, struct str *left, struct str *right)
{
	for (size_t i = 0; i < text.n; i++)
		for (size_t o = 0; o < ARRAY_LEN(ops); o++) {
			struct str rest = {text.p + i, text.n - i};

			if (!str_starts(rest, str_of(ops[o].text)))
				continue;
			t->op = ops[o].op;
			*left = str_trim((struct str){text.p, i});
			*right = str_trim((struct str){rest.p + strlen(ops[o].text),
						       rest.n - strlen(ops[o].text)});
			return true;
		}
	return false;
}

const char *threshold_parse(struct arena *mem, struct str text, struct threshold *t,
			    struct str *hint)
{
	struct str left, right, name, what;
	struct suggest near;

	*t = (struct threshold){.text = text};
	*hint = STR("");
	if (!split(text, t, &left, &right))
		return "has none of < <= == >= >";
	what = left;
	(void)str_cut(&what, ' ', &name);
	near = suggest_for(name);
	if (!find_metric(name, t, &near)) {
		*hint = near.best.n
				? arena_printf(mem, "did you mean " STR_FMT "?", STR_ARG(near.best))
				: STR("gamebot help metrics lists them all");
		return arena_cstr(mem, arena_printf(mem, "no metric is called \"" STR_FMT "\"",
						    STR_ARG(name)));
	}
	what = str_trim(what);
	if (what.n == 0 && t->latency) {
		*hint = arena_printf(mem, STR_FMT " p99, " STR_FMT " mean or " STR_FMT " max",
				     STR_ARG(name), STR_ARG(name), STR_ARG(name));
		return "does not say what of the latency is meant";
	}
	if (what.n && !read_what(what, t)) {
		*hint = t->latency ? STR("one of p50, p90, p99, p99.9, mean, max, count, rate")
				   : STR("one of count, rate");
		return arena_cstr(
			mem, arena_printf(mem, "\"" STR_FMT "\" is nothing that " STR_FMT " has",
					  STR_ARG(what), STR_ARG(name)));
	}
	if (!read_bound(mem, right, t)) {
		*hint = t->what == THRESHOLD_COUNT  ? STR("a plain number, such as 100")
			: t->what == THRESHOLD_RATE ? STR("a number a second, such as 1000/s")
						    : STR("a time with its unit, such as 50ms");
		return arena_cstr(mem, arena_printf(mem, "\"" STR_FMT "\" is no bound for this",
						    STR_ARG(right)));
	}
	return NULL;
}

double threshold_value(const struct threshold *t, const struct metrics *m, double rate)
{
	const struct hist *h = &m->latencies[t->of];
	double count = t->latency ? (double)h->count : (double)m->counts[t->metric];

	switch (t->what) {
	case THRESHOLD_COUNT: return count;
	case THRESHOLD_RATE: return rate;
	case THRESHOLD_QUANTILE: return (double)hist_quantile(h, t->part);
	case THRESHOLD_MEAN: return hist_mean(h);
	case THRESHOLD_MAX: return (double)h->max;
	}
	return 0;
}

bool threshold_holds(const struct threshold *t, double value)
{
	switch (t->op) {
	case OP_LT: return value < t->bound;
	case OP_LE: return value <= t->bound;
	case OP_EQ: return value == t->bound;
	case OP_GE: return value >= t->bound;
	case OP_GT: return value > t->bound;
	}
	return false;
}

void threshold_show(const struct threshold *t, double value, struct buf *out)
{
	if (t->what == THRESHOLD_COUNT)
		buf_printf(out, "%.0f", value);
	else if (t->what == THRESHOLD_RATE)
		buf_printf(out, "%.1f/s", value);
	else
		buf_printf(out, "%.2f ms", value / 1000);
}
