/* gamebot/behaviours/behave_chatter.c: talks to its room at an even rate, and listens. */
#include "behaviour.h"

struct chatter {
	int64_t due_us;
};

static int64_t period_of(const struct bot *bot)
{
	return bot->group->conf->rate > 0 ? (int64_t)(1e6 / bot->group->conf->rate) : 0;
}

static void begin(struct bot *bot)
{
	struct chatter *c = bot->own;
	int64_t period = period_of(bot);

	if (period == 0)
		return;
	c->due_us = bot_now(bot) + (int64_t)(rng_part(&bot->chance) * (double)period);
	bot_act_at(bot, c->due_us);
}

static void seated(struct bot *bot, const Gamesrv__V1__Joined *joined)
{
	begin(bot);
}

/* What was due meanwhile is said now: a server that stalls is measured, not spared. */
static void act(struct bot *bot)
{
	struct chatter *c = bot->own;
	int64_t now = bot_now(bot);

	while (c->due_us <= now && bot_is_seated(bot)) {
		bot_say(bot, c->due_us);
		c->due_us += period_of(bot);
	}
	if (bot_is_seated(bot))
		bot_act_at(bot, c->due_us);
}

const struct behaviour behave_chatter = {
	.name = "chatter",
	.summary = "sends relay messages at an even rate and checks everybody's",
	.fields = "rate bytes delivery room_type room_size play pause",
	.size = sizeof(struct chatter),
	.seated = seated,
	.resumed = begin,
	.act = act,
};
