/* gamebot/bot.c: states, timers, and what behaviours ask for. */
#include "bot.h"

#include <stdio.h>
#include <stdlib.h>

#include "behaviour.h"
#include "bot_parts.h"
#include "play.h"

enum { COMPLAINTS_SHOWN = 10 };

const char *const bot_state_names[BOT_STATES] = {"created", "initialized", "connected",
						 "playing", "paused",      "disconnected"};

void bot_count(struct bot *bot, enum metric metric)
{
	bot->play->metrics.counts[metric]++;
}

void bot_took(struct bot *bot, enum latency latency, int64_t us)
{
	hist_add(&bot->play->metrics.latencies[latency], us);
}

int64_t bot_now(const struct bot *bot)
{
	return loop_now(bot->play->loop);
}

void bot_complain(struct bot *bot, enum metric check, const char *fmt, ...)
{
	va_list args;

	bot_count(bot, check);
	if (bot->play->complaints++ >= COMPLAINTS_SHOWN)
		return;
	fprintf(stderr, "gamebot: %s: %s: ", metric_rows[check].name, bot->name);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputs(bot->play->complaints == COMPLAINTS_SHOWN ? "; more such lines are left out\n" : "\n",
	      stderr);
}

static void act(struct timer *timer)
{
	struct bot *bot = CONTAINER_OF(timer, struct bot, act);
	const struct behaviour *b = bot->group->behaviour;

	if (bot->finishing)
		return;
	if (bot->state == BOT_PAUSED) {
		timer_set(bot->play->loop, &bot->act, bot->pause.at_us + 1);
		return;
	}
	if (b->act)
		b->act(bot);
}

/* Play, think, play. */
static void pause_or_play(struct timer *timer)
{
	struct bot *bot = CONTAINER_OF(timer, struct bot, pause);
	const struct conf_scenario_group *g = bot->group->conf;
	bool plays = bot->state == BOT_PLAYING;

	if (bot->finishing || (!plays && bot->state != BOT_PAUSED))
		return;
	play_state(bot, plays ? BOT_PAUSED : BOT_PLAYING);
	timer_in(bot->play->loop, &bot->pause,
		 rng_about(&bot->chance, plays ? g->pause.us : g->play.us));
}

void bot_plan_pause(struct bot *bot)
{
	const struct conf_scenario_group *g = bot->group->conf;

	if (g->state_of.play == CONF_WRITTEN && !timer_is_set(&bot->pause))
		timer_in(bot->play->loop, &bot->pause, rng_about(&bot->chance, g->play.us));
}

void bot_init(struct bot *bot, struct play *play, const struct group *group, uint32_t index)
{
	const struct scenario *s = play->scenario;

	*bot = (struct bot){.play = play, .group = group, .index = index};
	bot->line.all = &play->lines;
	bot->line.watch.fd = -1;
	bot->unacked_last = &bot->unacked;
	bot->reconnect.fire = bot_reconnect;
	bot->rejoin.fire = bot_rejoin;
	bot->heartbeat.fire = bot_heartbeat;
	bot->act.fire = act;
	bot->pause.fire = pause_or_play;
	bot->chance = rng_of(s->seed, index, 1);
	bot->fate = rng_of(s->seed, index, 2);
	bot->heartbeat_ms = 15000;
	bot->misses = 3;
	bot->backoff_min_ms = 100;
	bot->backoff_max_ms = 5000;
	snprintf(bot->name, sizeof(bot->name), "%s-%" PRIu32, s->tag, index);
	snprintf(bot->room_key, sizeof(bot->room_key), "%s-%td-%" PRIu32, s->tag,
		 group - play->groups, (index - group->first) / (uint32_t)group->conf->room_size);
	play->states[BOT_CREATED]++;
}

void bot_fini(struct bot *bot)
{
	struct loop *loop = bot->play->loop;

	if (bot->group->behaviour->end && bot->own)
		bot->group->behaviour->end(bot);
	timer_cancel(loop, &bot->reconnect);
	timer_cancel(loop, &bot->rejoin);
	timer_cancel(loop, &bot->heartbeat);
	timer_cancel(loop, &bot->act);
	timer_cancel(loop, &bot->pause);
	line_drop(&bot->line, LINE_CUT_CLOSE, 0);
	bot_forget_commands(bot, UINT32_MAX);
	free(bot->own);
	free(bot->seats);
}

void bot_start(struct bot *bot)
{
	size_t size = bot->group->behaviour->size;

	bot->own = calloc(1, size ? size : 1);
	if (bot->own == NULL) {
		bot_complain(bot, M_connect_failures, "out of memory");
		return;
	}
	play_state(bot, BOT_INITIALIZED);
	bot_connect(bot);
}

bool bot_is_seated(const struct bot *bot)
{
	return bot->room != NULL && (bot->state == BOT_PLAYING || bot->state == BOT_PAUSED);
}

void bot_act_at(struct bot *bot, int64_t at_us)
{
	timer_set(bot->play->loop, &bot->act, at_us);
}

void bot_act_in(struct bot *bot, int64_t after_us)
{
	timer_in(bot->play->loop, &bot->act, after_us);
}

bool bot_is_settled(const struct bot *bot)
{
	if (!bot->ever || bot->state == BOT_DISCONNECTED || bot->group->behaviour->stays_out)
		return true;
	if (!bot->greeted || bot->unacked)
		return false;
	return bot->room == NULL || bot->group->delivery != 0 || bot->echo_free ||
	       bot->echo_next == bot->counter;
}

void bot_finish(struct bot *bot)
{
	bot->finishing = true;
	timer_cancel(bot->play->loop, &bot->act);
	timer_cancel(bot->play->loop, &bot->pause);
	if (bot->line.mute)
		bot_cut(bot, LINE_CUT_CLOSE, 0);
	else if (bot->greeted)
		bot_send_heartbeat(bot); /* its answer acknowledges what was sent */
}

void bot_leave(struct bot *bot)
{
	struct loop *loop = bot->play->loop;
	static const char client_bye[] = {0x08, 0x01};

	bot->finishing = true;
	timer_cancel(loop, &bot->reconnect);
	timer_cancel(loop, &bot->rejoin);
	timer_cancel(loop, &bot->heartbeat);
	if (bot->greeted)
		bot_frame(bot, FRAME_BYE, WIRE_UNORDERED, bot->client_seq,
			  (struct str){client_bye, sizeof(client_bye)});
	line_end(&bot->line);
	bot->greeted = false;
	play_state(bot, BOT_DISCONNECTED);
}
