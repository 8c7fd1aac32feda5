/* gamebot/bot_session.c: the five answers to HELLO, and BYE. */
#include <stdio.h>

#include "behaviour.h"
#include "bot_parts.h"
#include "play.h"

static void keep_path(struct bot *bot, const char *path)
{
	if (path && path[0] == '/')
		snprintf(bot->path, sizeof(bot->path), "%s", path);
}

static void take_timing(struct bot *bot, const Gamesrv__V1__Timing *t)
{
	if (t == NULL)
		return;
	if (t->heartbeat_ms)
		bot->heartbeat_ms = t->heartbeat_ms;
	if (t->heartbeat_misses)
		bot->misses = t->heartbeat_misses;
	if (t->backoff_min_ms)
		bot->backoff_min_ms = t->backoff_min_ms;
	if (t->backoff_max_ms)
		bot->backoff_max_ms = t->backoff_max_ms;
}

/* The session is no more: nothing of it is owed any longer. */
void bot_forget(struct bot *bot)
{
	bot->token_n = 0;
	bot->path[0] = '\0';
	bot->session_seq = bot->room_seq = bot->client_seq = 0;
	bot_forget_commands(bot, UINT32_MAX);
	if (bot->room && bot->group->behaviour->left)
		bot->group->behaviour->left(bot);
	bot->room = NULL;
	bot->join_us = 0;
	bot->leaving = false;
}

static bool take_session(struct bot *bot, const Gamesrv__V1__Welcome *w)
{
	if (w->resume_token.len == 0 || w->resume_token.len > sizeof(bot->token)) {
		bot_complain(bot, M_violations, "WELCOME with a resume token of %zu bytes",
			     w->resume_token.len);
		return false;
	}
	memcpy(bot->token, w->resume_token.data, w->resume_token.len);
	bot->token_n = (uint16_t)w->resume_token.len;
	bot->epoch = w->epoch;
	keep_path(bot, w->path);
	take_timing(bot, w->timing);
	bot->greeted = true;
	bot->ever = true;
	bot->failures = 0;
	bot_took(bot, L_welcome, bot_now(bot) - bot->hello_us);
	timer_in(bot->play->loop, &bot->heartbeat,
		 rng_about(&bot->fate, (int64_t)bot->heartbeat_ms * 1000));
	return true;
}

static void welcome_new(struct bot *bot, const Gamesrv__V1__Welcome *w)
{
	const struct behaviour *b = bot->group->behaviour;

	bot_forget(bot);
	if (!take_session(bot, w))
		return;
	bot_count(bot, M_sessions);
	if (bot->lost_us)
		bot_took(bot, L_reconnect, bot_now(bot) - bot->lost_us);
	bot->lost_us = 0;
	play_state(bot, BOT_CONNECTED);
	if (b->greeted)
		b->greeted(bot);
	if (!b->stays_out && !bot->finishing)
		bot_join_room(bot);
}

static void welcome_back(struct bot *bot, const Gamesrv__V1__Welcome *w, bool resync, uint32_t seq)
{
	uint32_t from = bot->unacked ? bot->unacked->seq - 1 : bot->client_seq;

	if (bot->token_n == 0) /* this player's session was still there: the new login keeps it */
		from = bot->client_seq = w->client_seq;
	if (w->client_seq > bot->client_seq || w->client_seq < from)
		bot_complain(bot, M_lost,
			     "resumed at command %u, but %u to %u were sent and not acknowledged",
			     w->client_seq, from + 1, bot->client_seq);
	if (!take_session(bot, w))
		return;
	bot_count(bot, resync ? M_resyncs : M_resumed);
	bot_count(bot, M_reconnects);
	if (bot->lost_us)
		bot_took(bot, L_reconnect, bot_now(bot) - bot->lost_us);
	bot->lost_us = 0;
	if (resync) {
		bot->session_seq = seq; /* what was missed is gone */
		bot->echo_free = true;
		bot_forget_seats(bot);
	}
	play_state(bot, bot->room ? BOT_PLAYING : BOT_CONNECTED);
	bot_forget_commands(bot, w->client_seq);
	bot_resend(bot);
	if (bot->room && bot->group->behaviour->resumed && !bot->finishing)
		bot->group->behaviour->resumed(bot);
	if (bot->finishing)
		bot_send_heartbeat(bot);
}

void bot_welcome(struct bot *bot, struct str payload, uint32_t seq)
{
	const Gamesrv__V1__Welcome *w = bot_unpack(bot, FRAME_WELCOME, payload);

	if (w == NULL)
		return;
	if (bot->greeted) {
		bot_complain(bot, M_violations, "a second WELCOME");
		return;
	}
	switch (w->answer) {
	case GAMESRV__V1__ANSWER__ANSWER_NEW: welcome_new(bot, w); break;
	case GAMESRV__V1__ANSWER__ANSWER_RESUMED: welcome_back(bot, w, false, seq); break;
	case GAMESRV__V1__ANSWER__ANSWER_RESYNC: welcome_back(bot, w, true, seq); break;
	case GAMESRV__V1__ANSWER__ANSWER_MOVED:
		bot_count(bot, M_moved);
		keep_path(bot, w->path);
		bot_go_back(bot, 0);
		break;
	case GAMESRV__V1__ANSWER__ANSWER_RETRY:
		bot_count(bot, M_retries);
		bot_go_back(bot, (int64_t)((1 + rng_part(&bot->fate)) * 1000 *
					   (w->retry_after_ms ? w->retry_after_ms : 1000)));
		break;
	case GAMESRV__V1__ANSWER__ANSWER_GONE:
		bot_count(bot, M_gone);
		bot_complain(bot, M_sessions_lost, "its session is gone (reason %d)",
			     (int)w->reason);
		bot_forget(bot);
		bot_send_hello(bot);
		break;
	default: bot_complain(bot, M_violations, "WELCOME with answer %d", (int)w->answer);
	}
}

void bot_bye(struct bot *bot, struct str payload)
{
	const Gamesrv__V1__Bye *bye = bot_unpack(bot, FRAME_BYE, payload);

	bot_count(bot, M_byes);
	if (bye == NULL)
		return;
	bot->after_ms = bye->retry_after_ms;
	if (bye->advice == GAMESRV__V1__ADVICE__ADVICE_RECONNECT)
		bot_forget(bot);
	if (bye->advice != GAMESRV__V1__ADVICE__ADVICE_STOP || bot->group->behaviour->stays_out)
		return; /* the end of the line follows, and leads back */
	line_close(&bot->line);
	timer_cancel(bot->play->loop, &bot->heartbeat);
	bot->greeted = false;
	bot->done = true;
	bot_forget(bot);
	play_state(bot, BOT_DISCONNECTED);
}
