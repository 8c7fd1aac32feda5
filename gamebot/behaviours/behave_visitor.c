/* gamebot/behaviours/behave_visitor.c: joins a room, talks for a while, leaves, joins the next. */
#include <stdio.h>

#include "behaviour.h"
#include "play.h"

struct visitor {
	int64_t due_us, leave_us;
	uint32_t visits;
};

static int64_t period_of(const struct bot *bot)
{
	return bot->group->conf->rate > 0 ? (int64_t)(1e6 / bot->group->conf->rate) : INT64_MAX / 4;
}

static void seated(struct bot *bot, const Gamesrv__V1__Joined *joined)
{
	struct visitor *v = bot->own;

	v->due_us = bot_now(bot) + (int64_t)(rng_part(&bot->chance) * (double)period_of(bot));
	v->leave_us = bot_now(bot) + rng_about(&bot->chance, bot->group->conf->stay.us);
	bot_act_at(bot, v->due_us < v->leave_us ? v->due_us : v->leave_us);
}

static void act(struct bot *bot)
{
	struct visitor *v = bot->own;
	int64_t now = bot_now(bot);

	if (!bot_is_seated(bot) || bot->leaving)
		return;
	for (; v->due_us <= now; v->due_us += period_of(bot))
		bot_say(bot, v->due_us);
	if (now >= v->leave_us)
		bot_leave_room(bot);
	else
		bot_act_at(bot, v->due_us < v->leave_us ? v->due_us : v->leave_us);
}

/* Another room each time: some exist, some are new, some just close. */
static void left(struct bot *bot)
{
	struct visitor *v = bot->own;
	uint32_t rooms = bot->group->count / (uint32_t)bot->group->conf->room_size + 1;

	v->visits++;
	snprintf(bot->room_key, sizeof(bot->room_key), "%s-v%u", bot->play->scenario->tag,
		 rng_below(&bot->chance, rooms));
	if (bot->greeted && !bot->finishing)
		bot_join_room(bot);
}

static void resumed(struct bot *bot)
{
	bot_act_in(bot, 0);
}

const struct behaviour behave_visitor = {
	.name = "visitor",
	.summary = "joins a room, talks, leaves, joins another",
	.fields = "stay rate bytes room_type room_size",
	.size = sizeof(struct visitor),
	.seated = seated,
	.resumed = resumed,
	.act = act,
	.left = left,
};
