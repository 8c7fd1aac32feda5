/* gamebot/behaviours/behave_resumer.c: a chatter that cuts its own line again and again, in every way lines end, and must be
 * back in its seat with nothing lost and nothing twice. */
#include "behaviour.h"

struct resumer {
	int64_t due_us, cut_us;
	int32_t cuts;
};

static int64_t period_of(const struct bot *bot)
{
	return bot->group->conf->rate > 0 ? (int64_t)(1e6 / bot->group->conf->rate) : INT64_MAX / 4;
}

static void plan(struct bot *bot)
{
	struct resumer *r = bot->own;

	bot_act_at(bot, r->due_us < r->cut_us ? r->due_us : r->cut_us);
}

static void begin(struct bot *bot)
{
	const struct conf_scenario_group *g = bot->group->conf;
	struct resumer *r = bot->own;
	int64_t now = bot_now(bot);

	bot->done = r->cuts >= g->cuts;
	r->due_us = now + (int64_t)(rng_part(&bot->chance) * (double)period_of(bot));
	r->cut_us = bot->done ? INT64_MAX / 2 : now + rng_about(&bot->chance, g->cut_every.us);
	plan(bot);
}

static void seated(struct bot *bot, const Gamesrv__V1__Joined *joined)
{
	begin(bot);
}

static void act(struct bot *bot)
{
	const struct conf_scenario_group *g = bot->group->conf;
	struct resumer *r = bot->own;
	int64_t now = bot_now(bot);

	if (!bot_is_seated(bot))
		return;
	for (; r->due_us <= now; r->due_us += period_of(bot))
		bot_say(bot, r->due_us);
	if (r->cut_us > now) {
		plan(bot);
		return;
	}
	/* Sometimes with a message just sent: did it arrive? */
	if (rng_below(&bot->chance, 2))
		bot_say(bot, now);
	r->cuts++;
	bot_cut(bot, (enum line_cut)rng_below(&bot->chance, 3),
		g->away.us ? rng_about(&bot->chance, g->away.us) : 0);
}

const struct behaviour behave_resumer = {
	.name = "resumer",
	.summary = "a chatter that cuts its own line at random and must be back in its seat, "
		   "nothing lost, nothing twice",
	.fields = "rate bytes cut_every cuts away room_type room_size",
	.size = sizeof(struct resumer),
	.ends = true,
	.seated = seated,
	.resumed = begin,
	.act = act,
};
