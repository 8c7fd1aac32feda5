/* bench/live/load.c
 * What is sent when, and what came of it. One line of key=value a window.
 */
#include <stdio.h>
#include <time.h>

#include "gen.h"
#include "machine.h"

enum { BURST = 128, WINDOWS = 3, RETRIES = 3 };

struct window {
	double offered, delivered, share, p50_us, p99_us, p999_us, max_us;
	double cpu, us_per_message, lag_ms, idle, stolen, foreign;
	double frames, reads, megabytes;
};

struct usage { /* core seconds */
	double all_s, ours_s, server_s, stolen_s;
};

static struct usage usage_now(const struct gen *g)
{
	struct usage u = {.server_s = machine_cpu_s(g->opt.server)};

	machine_busy_s(&u.all_s, &u.ours_s, &u.stolen_s);
	return u;
}

static double usage_foreign(const struct usage *from, const struct usage *to)
{
	double all = to->all_s - from->all_s;

	return all - (to->ours_s - from->ours_s) - (to->server_s - from->server_s);
}

uint64_t gen_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void send_due(struct gen *g, uint64_t due)
{
	struct client *c = &g->clients[g->turn];
	uint8_t records[RECORD * RECORDS_MAX] = {0};
	uint32_t magic = RECORD_MAGIC;

	if (++g->turn == g->opt.clients)
		g->turn = 0;
	g->sent += g->opt.records;
	if (c->state != CLIENT_OPEN)
		return;
	for (uint32_t i = 0; i < g->opt.records; i++) {
		uint8_t *record = records + (size_t)i * RECORD;

		memcpy(record, &due, 8);
		memcpy(record + 8, &c->room, 4);
		memcpy(record + 12, &c->index, 4);
		memcpy(record + 16, &c->sent, 4);
		memcpy(record + 20, &magic, 4);
	}
	g->dialect->send(g, c, records, (size_t)g->opt.records * RECORD);
}

/* Sends what is due by `now`; gives how many. A burst is bounded, so that reading goes on under overload. */
static int send_all_due(struct gen *g, uint64_t now)
{
	int count = 0;

	for (; count < BURST; count++) {
		uint64_t due = g->due0 + (uint64_t)((double)g->due_n * g->step_ns);

		if (due > now)
			break;
		if (now - due > g->lag_max)
			g->lag_max = now - due;
		g->due_n++;
		send_due(g, due);
	}
	return count;
}

static void run_for(struct gen *g, double seconds, double rate_hz)
{
	uint64_t start = gen_now(), end = start + (uint64_t)(seconds * 1e9), idle = 0, now;
	double step = rate_hz > 0 ? 1e9 / (rate_hz * g->opt.clients) : 0;

	g->lag_max = 0;
	if (rate_hz > 0 && (step != g->step_ns || g->due0 == 0)) {
		g->step_ns = step;
		g->due0 = start;
		g->due_n = 0;
	}
	while ((now = gen_now()) < end) {
		int did = rate_hz > 0 ? send_all_due(g, now) : 0;

		did += clients_pump(g, 0);
		if (did == 0)
			idle += gen_now() - now;
	}
	g->idle = (double)idle / (seconds * 1e9);
}

/* Until nothing arrives any more; the schedule begins anew behind it. */
static void drain(struct gen *g)
{
	for (int i = 0; i < 100; i++) {
		uint64_t before = g->records;

		run_for(g, 0.2, 0);
		if (g->records == before)
			break;
	}
	g->due0 = 0;
}

static struct window measure(struct gen *g, double rate_hz, double warm_s)
{
	struct window w = {0};
	struct gen before;
	struct usage from, to;
	double seconds;
	uint64_t start;

	run_for(g, warm_s, rate_hz);
	memset(&g->latency, 0, sizeof(g->latency));
	from = usage_now(g);
	before = *g;
	start = gen_now();
	g->measuring = true;
	run_for(g, g->opt.seconds, rate_hz);
	g->measuring = false;
	seconds = (double)(gen_now() - start) / 1e9;
	to = usage_now(g);
	w.foreign = usage_foreign(&from, &to) / seconds;
	w.stolen = (to.stolen_s - from.stolen_s) / seconds;
	w.offered = (double)(g->sent - before.sent) * g->opt.members / seconds;
	w.delivered = (double)(g->records - before.records) / seconds;
	w.share = w.offered > 0 ? w.delivered / w.offered : 0;
	w.frames = (double)(g->frames - before.frames) / seconds;
	w.reads = (double)(g->reads - before.reads) / seconds;
	w.megabytes = (double)(g->bytes - before.bytes) / 1e6 / seconds;
	w.p50_us = histogram_us(&g->latency, 0.5);
	w.p99_us = histogram_us(&g->latency, 0.99);
	w.p999_us = histogram_us(&g->latency, 0.999);
	w.max_us = (double)g->latency.max / 1e3;
	w.cpu = (to.server_s - from.server_s) / seconds;
	w.us_per_message = w.delivered > 0 ? w.cpu * 1e6 / w.delivered : 0;
	w.lag_ms = (double)g->lag_max / 1e6;
	w.idle = g->idle;
	return w;
}

static void show(const struct gen *g, const char *what, double rate_hz, const struct window *w)
{
	printf("%s tag=%s hz=%.2f offered=%.0f delivered=%.0f share=%.3f p50_us=%.0f p99_us=%.0f "
	       "p999_us=%.0f "
	       "max_us=%.0f cpu=%.3f us_per_message=%.3f frames=%.0f reads=%.0f mb=%.1f "
	       "lag_ms=%.1f idle=%.2f "
	       "stolen=%.3f foreign=%.2f rss_kb=%ld open=%u dead=%u bad=%lu astray=%lu gaps=%lu "
	       "refused=%lu "
	       "blocked=%lu\n",
	       what, g->opt.tag, rate_hz, w->offered, w->delivered, w->share, w->p50_us, w->p99_us,
	       w->p999_us, w->max_us, w->cpu, w->us_per_message, w->frames, w->reads, w->megabytes,
	       w->lag_ms, w->idle, w->stolen, w->foreign, machine_rss_kb(g->opt.server), g->open,
	       g->dead, g->bad, g->astray, g->gaps, g->refused, g->blocked);
	fflush(stdout);
}

void load_end(struct gen *g)
{
	drain(g);
	printf("end tag=%s sent=%lu received=%lu bad=%lu astray=%lu gaps=%lu refused=%lu "
	       "blocked=%lu dead=%u\n",
	       g->opt.tag, g->sent, g->records, g->bad, g->astray, g->gaps, g->refused, g->blocked,
	       g->dead);
}

int load_rate(struct gen *g)
{
	struct window w = measure(g, g->opt.rate_hz, g->opt.warm_s);

	show(g, "rate", g->opt.rate_hz, &w);
	return 0;
}

static struct window middle(struct gen *g, const char *what, double rate_hz)
{
	struct window w[WINDOWS], swap;

	for (int i = 0; i < WINDOWS; i++) {
		drain(g);
		w[i] = measure(g, rate_hz, 0.4);
		show(g, what, rate_hz, &w[i]);
	}
	for (int i = 0; i < WINDOWS - 1; i++) {
		for (int j = i + 1; j < WINDOWS; j++) {
			if (w[j].p99_us < w[i].p99_us) {
				swap = w[i];
				w[i] = w[j];
				w[j] = swap;
			}
		}
	}
	return w[WINDOWS / 2];
}

static bool kept_up(const struct gen *g, const struct window *w)
{
	return w->share >= g->opt.enough && w->share < 1.05 && w->p99_us <= g->opt.limit_ms * 1e3 &&
	       w->lag_ms < g->opt.limit_ms && g->open == g->opt.clients;
}

/* Rates rise by `factor` until one fails three times over: a shared machine has hiccups. */
static double find_knee(struct gen *g)
{
	double rate_hz = g->opt.rate_hz, best = 0;
	int failures = 0;

	while (failures < RETRIES && g->open == g->opt.clients) {
		struct window w = measure(g, rate_hz, 0.4);

		show(g, "step", rate_hz, &w);
		if (kept_up(g, &w)) {
			best = rate_hz;
			rate_hz *= g->opt.factor;
			failures = 0;
		} else {
			drain(g);
			failures++;
		}
	}
	return best;
}

int load_knee(struct gen *g)
{
	double hz = find_knee(g);
	struct window half, most;

	if (hz == 0) {
		printf("knee tag=%s none\n", g->opt.tag);
		return 1;
	}
	half = middle(g, "at50", hz * 0.5);
	most = middle(g, "at80", hz * 0.8);
	printf("knee tag=%s knee=%.0f p50_us_50=%.0f p99_us_50=%.0f us_per_message_50=%.3f "
	       "p50_us_80=%.0f p99_us_80=%.0f "
	       "us_per_message_80=%.3f rss_kb=%ld dead=%u\n",
	       g->opt.tag, hz * g->opt.clients * g->opt.members, half.p50_us, half.p99_us,
	       half.us_per_message, most.p50_us, most.p99_us, most.us_per_message,
	       machine_rss_kb(g->opt.server), g->dead);
	return 0;
}

/* Heartbeats in turn, each client one in beat_s seconds. */
int load_idle(struct gen *g)
{
	uint64_t start = gen_now(), end = start + (uint64_t)(g->opt.seconds * 1e9), n = 0, now;
	double step = g->opt.beat_s * 1e9 / g->opt.clients, cpu;
	struct usage from = usage_now(g), to;

	memset(&g->latency, 0, sizeof(g->latency));
	g->measuring = true;
	while ((now = gen_now()) < end) {
		for (int burst = 0; burst < BURST && start + (uint64_t)((double)n * step) <= now;
		     burst++, n++) {
			struct client *c = &g->clients[n % g->opt.clients];

			if (c->state != CLIENT_OPEN)
				continue;
			g->beats++;
			g->dialect->beat(g, c, start + (uint64_t)((double)n * step));
		}
		clients_pump(g, 1);
	}
	to = usage_now(g);
	cpu = to.server_s - from.server_s;
	for (int i = 0; i < 50; i++)
		clients_pump(g, 10);
	g->measuring = false;
	printf("idle tag=%s clients=%u beats=%lu answers=%lu cpu=%.4f us_per_beat=%.2f p50_us=%.0f "
	       "p99_us=%.0f max_us=%.0f "
	       "rss_kb=%ld foreign=%.2f open=%u dead=%u bad=%lu refused=%lu\n",
	       g->opt.tag, g->opt.clients, g->beats, g->beats_back, cpu / g->opt.seconds,
	       g->beats ? cpu * 1e6 / (double)g->beats : 0, histogram_us(&g->latency, 0.5),
	       histogram_us(&g->latency, 0.99), (double)g->latency.max / 1e3,
	       machine_rss_kb(g->opt.server), usage_foreign(&from, &to) / g->opt.seconds, g->open,
	       g->dead, g->bad, g->refused);
	return 0;
}
