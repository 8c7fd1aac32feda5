/* gamebot/bot_line.c: connecting, back-off, heartbeats, and how a line ends. */
#include <errno.h>
#include <stdio.h>

#include "behaviour.h"
#include "bot_parts.h"
#include "pb.h"
#include "play.h"

enum { HELLO_PATIENCE_US = 10000000, LIMBO_US = 3000000 };

static int64_t back_off_us(struct bot *bot)
{
	int64_t bound = (int64_t)bot->backoff_min_ms * 1000,
		most = (int64_t)bot->backoff_max_ms * 1000;
	int64_t wait;

	for (uint32_t i = 1; i < bot->failures && bound < most; i++)
		bound *= 2;
	/* Full jitter: a thousand bots that lost their server must not come back at once. */
	wait = (int64_t)(rng_part(&bot->fate) * (double)(bound < most ? bound : most));
	if (bot->after_ms)
		wait = (int64_t)((1 + rng_part(&bot->fate)) * (double)bot->after_ms * 1000);
	bot->after_ms = 0;
	return wait;
}

static void come_back_in(struct bot *bot, int64_t after_us)
{
	timer_in(bot->play->loop, &bot->reconnect, after_us);
}

void bot_connect(struct bot *bot)
{
	struct rng moments = rng_of(rng_next(&bot->fate), bot->index, 3);

	bot->greeted = false;
	bot->opened_us = bot_now(bot);
	if (!line_open(&bot->line, bot->index, bot->path[0] ? bot->path : NULL)) {
		bot->failures++;
		if (errno == EMFILE || errno == ENFILE || errno == EADDRNOTAVAIL)
			bot_complain(bot, M_connect_failures, "%s", strerror(errno));
		else
			bot_count(bot, M_connect_failures);
		come_back_in(bot, back_off_us(bot) + 10000);
		return;
	}
	if (bot->group->lines)
		link_new(&bot->line, bot->group->lines,
			 rng_of(bot->play->scenario->seed, bot->index, 4), moments);
	timer_in(bot->play->loop, &bot->heartbeat, HELLO_PATIENCE_US);
}

void bot_reconnect(struct timer *timer)
{
	struct bot *bot = CONTAINER_OF(timer, struct bot, reconnect);

	if (bot->state != BOT_DISCONNECTED)
		bot_connect(bot);
}

/* The line is no more. */
static void line_is_gone(struct bot *bot)
{
	timer_cancel(bot->play->loop, &bot->heartbeat);
	if (bot->greeted && bot->lost_us == 0)
		bot->lost_us = bot_now(bot);
	if (bot->group->behaviour->lost)
		bot->group->behaviour->lost(bot);
	bot->greeted = false;
	if (bot->state != BOT_DISCONNECTED)
		play_state(bot, BOT_INITIALIZED);
}

static void opened(struct line *line)
{
	struct bot *bot = CONTAINER_OF(line, struct bot, line);

	bot_count(bot, M_connected);
	bot_took(bot, L_connect, bot_now(bot) - bot->opened_us);
	bot->heard_us = bot_now(bot);
	if (bot->group->behaviour->opened && bot->group->behaviour->opened(bot))
		return;
	bot_send_hello(bot);
}

static void message(struct line *line, struct str frame)
{
	struct bot *bot = CONTAINER_OF(line, struct bot, line);

	if (bot->state != BOT_DISCONNECTED)
		bot_receive(bot, frame);
}

static void closed(struct line *line, uint16_t code, const char *how)
{
	struct bot *bot = CONTAINER_OF(line, struct bot, line);
	bool was_up = bot->greeted;

	if (bot->state == BOT_DISCONNECTED)
		return;
	if (was_up)
		bot_count(bot, M_lines_lost);
	else if (!bot->group->behaviour->stays_out)
		bot_count(bot, M_connect_failures);
	if (line->retry_after_s)
		bot->after_ms = line->retry_after_s * 1000;
	bot->failures = was_up ? 1 : bot->failures + 1;
	line_is_gone(bot);
	come_back_in(bot, back_off_us(bot));
}

const struct line_events bot_line_events = {opened, message, closed};

void bot_go_back(struct bot *bot, int64_t after_us)
{
	line_drop(&bot->line, LINE_CUT_CLOSE, 0);
	line_is_gone(bot);
	come_back_in(bot, after_us);
}

void bot_cut(struct bot *bot, enum line_cut how, int64_t away_us)
{
	bot_count(bot, M_lines_cut);
	line_drop(&bot->line, how, LIMBO_US);
	bot->failures = 0;
	line_is_gone(bot);
	come_back_in(bot, away_us);
}

void bot_was_cut(struct line *line, enum line_cut how)
{
	struct bot *bot = CONTAINER_OF(line, struct bot, line);

	bot_count(bot, M_lines_cut);
	if (how == LINE_CUT_HALF_OPEN)
		return; /* it will find out by itself */
	bot->failures = 1;
	line_is_gone(bot);
	come_back_in(bot, back_off_us(bot));
}

void bot_send_heartbeat(struct bot *bot)
{
	uint8_t bytes[48];
	struct pb_out o = {bytes, bytes + sizeof(bytes), false};

	pb_uint(&o, 1, (uint64_t)bot_now(bot));
	pb_uint(&o, 2, bot->server_time_us);
	pb_uint(&o, 3, bot->session_seq);
	pb_uint(&o, 4, bot->room_seq);
	pb_uint(&o, 5, bot->client_seq);
	bot_frame(bot, FRAME_HEARTBEAT, WIRE_UNORDERED, bot->client_seq,
		  (struct str){(char *)bytes, (size_t)(o.p - bytes)});
}

void bot_heartbeat(struct timer *timer)
{
	struct bot *bot = CONTAINER_OF(timer, struct bot, heartbeat);
	int64_t beat = (int64_t)bot->heartbeat_ms * 1000;

	if (!bot->greeted || bot_now(bot) - bot->heard_us > beat * bot->misses) {
		/* Silence: a half-open line, or a server that hangs. */
		bot_count(bot, bot->greeted ? M_lines_lost : M_connect_failures);
		bot->failures++;
		bot_go_back(bot, back_off_us(bot));
		return;
	}
	bot_send_heartbeat(bot);
	timer_in(bot->play->loop, &bot->heartbeat, beat);
}
