/* gamebot/play.c: the phases of a run. */
#include "play.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "behaviour.h"
#include "bot_parts.h"

enum {
	TICK_US = 100000,
	RAMP_STEP_US = 5000,
	PORTS_OF_ADDRESS = 20000,
	PAYLOAD_MAX = 1 << 20,
	LEAVE_US = 3000000
};

void play_state(struct bot *bot, enum bot_state state)
{
	struct play *p = bot->play;
	uint32_t playing;

	p->states[bot->state]--;
	p->states[state]++;
	bot->state = state;
	playing = p->states[BOT_PLAYING] + p->states[BOT_PAUSED];
	if (playing > p->peak_playing)
		p->peak_playing = playing;
}

static void each_bot(struct play *p, void (*call)(struct bot *bot))
{
	for (uint32_t i = 0; i < p->started; i++)
		call(&p->bots[i]);
}

static void leave(struct play *p)
{
	p->phase = PLAY_LEAVE;
	p->until_us = loop_now(p->loop) + LEAVE_US;
	each_bot(p, bot_count_unheard);
	each_bot(p, bot_leave);
}

/* Everybody said BYE, and the server has heard it. */
static bool all_gone(const struct play *p)
{
	for (uint32_t i = 0; i < p->started; i++)
		if (p->bots[i].line.state != LINE_CLOSED)
			return false;
	return true;
}

/* At the end of the ramp with -1, at the end of play with 1: the difference remains. */
static void note_played(struct play *p, int sign)
{
	p->metrics.counts[M_bytes_in] = p->lines.bytes_in;
	p->metrics.counts[M_bytes_out] = p->lines.bytes_out;
	for (int i = 0; i < METRIC_COUNT; i++)
		p->played[i] += (uint64_t)sign * p->metrics.counts[i];
	for (int i = 0; i < LATENCY_COUNT; i++)
		p->played_latencies[i] += (uint64_t)sign * p->metrics.latencies[i].count;
}

static void settle(struct play *p, enum play_end end)
{
	note_played(p, 1);
	p->end = end;
	p->phase = PLAY_SETTLE;
	p->over_us = loop_now(p->loop);
	p->until_us = p->over_us + p->scenario->conf->settle.us;
	timer_cancel(p->loop, &p->ramp);
	for (uint32_t i = 0; i < p->group_count; i++)
		p->line_plans[i].over = true;
	each_bot(p, bot_finish);
}

static bool is_ready(const struct play *p)
{
	for (uint32_t i = 0; i < p->bot_count; i++)
		if (!p->bots[i].ever_seated && !p->bots[i].group->behaviour->stays_out &&
		    p->bots[i].state != BOT_DISCONNECTED)
			return false;
	return true;
}

static bool all_done(const struct play *p)
{
	bool any = false;

	for (uint32_t i = 0; i < p->bot_count; i++) {
		if (p->bots[i].group->behaviour->ends && !p->bots[i].done)
			return false;
		any = any || p->bots[i].group->behaviour->ends;
	}
	return any && p->scenario->conf->end_when_done;
}

static bool all_settled(const struct play *p)
{
	for (uint32_t i = 0; i < p->started; i++)
		if (!bot_is_settled(&p->bots[i]))
			return false;
	return true;
}

static void begin(struct play *p)
{
	p->phase = PLAY_ON;
	note_played(p, -1);
	p->zero_us = loop_now(p->loop);
	p->until_us = p->zero_us + p->scenario->duration_us;
	for (uint32_t i = 0; i < p->group_count; i++)
		p->line_plans[i].zero_us = p->zero_us;
	for (uint32_t i = 0; i < p->bot_count; i++)
		if (p->bots[i].line.link)
			link_begin(p->bots[i].line.link);
}

static void tick(struct timer *timer)
{
	struct play *p = CONTAINER_OF(timer, struct play, tick);
	int64_t now = loop_now(p->loop);

	if (*p->interrupted && p->phase < PLAY_SETTLE)
		settle(p, PLAY_INTERRUPTED);
	if (p->phase == PLAY_READY && is_ready(p))
		begin(p);
	else if (p->phase == PLAY_READY && now >= p->until_us)
		settle(p, p->metrics.counts[M_connected] ? PLAY_NOT_READY : PLAY_UNREACHABLE);
	else if (p->phase == PLAY_ON && now >= p->until_us)
		settle(p, PLAY_TIME);
	else if (p->phase == PLAY_ON && all_done(p))
		settle(p, PLAY_DONE);
	else if (p->phase == PLAY_SETTLE && (now >= p->until_us || all_settled(p)))
		leave(p);
	else if (p->phase == PLAY_LEAVE && (now >= p->until_us || all_gone(p)))
		p->phase = PLAY_OVER;
	if (p->progress)
		p->progress(p);
	if (p->phase == PLAY_OVER)
		loop_stop(p->loop);
	else
		timer_in(p->loop, &p->tick, TICK_US);
}

static void ramp(struct timer *timer)
{
	struct play *p = CONTAINER_OF(timer, struct play, ramp);
	int64_t passed = loop_now(p->loop) - p->begin_us, length = p->scenario->conf->ramp.us;
	uint64_t due = length > 0 && passed < length
			       ? (uint64_t)passed * p->bot_count / (uint64_t)length + 1
			       : p->bot_count;
	uint32_t burst = 200; /* so that answers are read in between */

	while (p->started < due && p->started < p->bot_count && burst-- > 0)
		bot_start(&p->bots[p->started++]);
	if (p->started < p->bot_count) {
		timer_in(p->loop, &p->ramp, burst ? RAMP_STEP_US : 0);
		return;
	}
	p->phase = PLAY_READY;
	p->until_us = loop_now(p->loop) + p->scenario->conf->ready_within.us;
}

static bool make_groups(struct play *p)
{
	const struct scenario *s = p->scenario;

	p->group_count = s->conf->groups.count;
	p->groups = calloc(p->group_count, sizeof(*p->groups));
	p->line_plans = calloc(p->group_count, sizeof(*p->line_plans));
	if (p->groups == NULL || p->line_plans == NULL)
		return false;
	for (uint32_t i = 0; i < p->group_count; i++) {
		struct group *g = &p->groups[i];

		g->conf = scenario_group(s, i);
		g->behaviour = behaviour_find(g->conf->behaviour);
		g->first = p->bot_count;
		g->count = scenario_group_bots(s, i);
		g->delivery = str_is(g->conf->delivery, "latest")     ? 1
			      : str_is(g->conf->delivery, "cosmetic") ? 2
								      : 0;
		p->bot_count += g->count;
		if (g->conf->state_of.line != CONF_WRITTEN)
			continue;
		p->line_plans[i].chaos = scenario_chaos(s, g->conf->line);
		p->line_plans[i].cut = bot_was_cut;
		g->lines = &p->line_plans[i];
	}
	return true;
}

static bool make_bots(struct play *p)
{
	p->bots = calloc(p->bot_count ? p->bot_count : 1, sizeof(*p->bots));
	if (p->bots == NULL)
		return false;
	for (uint32_t g = 0; g < p->group_count; g++)
		for (uint32_t i = 0; i < p->groups[g].count; i++)
			bot_init(&p->bots[p->groups[g].first + i], p, &p->groups[g],
				 p->groups[g].first + i);
	return true;
}

static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static bool is_loopback_v4(const struct line_address *a)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)&a->address;

	return a->address.ss_family == AF_INET && ntohl(in->sin_addr.s_addr) >> 24 == 127;
}

static bool prepare(struct play *p)
{
	p->loop = loop_new();
	p->scratch = arena_new("frame");
	p->codec = wire_codec_new(PAYLOAD_MAX);
	p->pool = shared_pool_new(1 << 20);
	p->out = p->pool ? shared_new(p->pool, 4096) : NULL;
	if (p->loop == NULL || p->codec == NULL || p->out == NULL ||
	    !lines_init(&p->lines, p->loop, &bot_line_events) || !make_groups(p) || !make_bots(p))
		return false;
	(void)line_address_parse(str_of(p->scenario->connect), &p->lines.server);
	if (p->bot_count > PORTS_OF_ADDRESS && is_loopback_v4(&p->lines.server))
		p->lines.per_source = PORTS_OF_ADDRESS;
	return true;
}

int play_run(struct play *p, const struct scenario *scenario, void (*progress)(struct play *play),
	     volatile int *interrupted)
{
	p->scenario = scenario;
	p->progress = progress;
	p->interrupted = interrupted;
	raise_descriptor_limit();
	if (!prepare(p))
		return -1;
	p->begin_us = loop_now(p->loop);
	p->tick.fire = tick;
	p->ramp.fire = ramp;
	timer_in(p->loop, &p->tick, TICK_US);
	timer_in(p->loop, &p->ramp, 0);
	loop_run(p->loop);
	p->metrics.counts[M_bytes_in] = p->lines.bytes_in;
	p->metrics.counts[M_bytes_out] = p->lines.bytes_out;
	return 0;
}

void play_free(struct play *p)
{
	for (uint32_t i = 0; p->bots && i < p->bot_count; i++)
		bot_fini(&p->bots[i]);
	free(p->bots);
	free(p->groups);
	free(p->line_plans);
	rooms_free(&p->rooms);
	lines_fini(&p->lines);
	shared_unref(p->out);
	shared_pool_free(p->pool);
	wire_codec_free(p->codec);
	arena_free(p->scratch);
	loop_free(p->loop);
}
