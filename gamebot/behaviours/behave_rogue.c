/* gamebot/behaviours/behave_rogue.c: a client that does what no client should; whoever plays beside it must not notice. */
#include "behaviour.h"
#include "misdeed.h"

enum { PATIENCE_US = 15000000, TOLERATED_US = 500000 };

struct rogue {
	const struct misdeed *now;
	uint32_t next;
	bool waiting; /* for the end of the line */
};

static const struct misdeed *pick(struct bot *bot)
{
	const struct conf_scenario_group *g = bot->group->conf;
	struct rogue *r = bot->own;

	for (size_t i = 0; g->state_of.misdeed == CONF_WRITTEN && i < misdeeds_count; i++)
		if (str_is(g->misdeed, misdeeds[i].name))
			return &misdeeds[i];
	return &misdeeds[(bot->index + r->next++) % misdeeds_count];
}

static void commit(struct bot *bot)
{
	struct rogue *r = bot->own;

	bot_count(bot, M_misdeeds);
	r->waiting = true;
	r->now->commit(bot);
	bot_act_in(bot, r->now->tolerated ? TOLERATED_US : PATIENCE_US);
}

static bool opened(struct bot *bot)
{
	struct rogue *r = bot->own;

	r->now = pick(bot);
	if (r->now->greeted)
		return false;
	commit(bot);
	return true;
}

static void greeted(struct bot *bot)
{
	struct rogue *r = bot->own;

	if (r->now && r->now->greeted && !r->waiting)
		commit(bot);
}

static void lost(struct bot *bot)
{
	struct rogue *r = bot->own;

	r->waiting = false;
	bot->failures = 1;
	bot_forget(bot);
}

/* Its time is over. */
static void act(struct bot *bot)
{
	struct rogue *r = bot->own;

	if (!r->waiting)
		return;
	if (!r->now->tolerated)
		bot_complain(bot, M_misdeeds_unpunished, "%s: its line is still there",
			     r->now->name);
	bot_cut(bot, LINE_CUT_CLOSE, 100000);
}

const struct behaviour behave_rogue = {
	.name = "rogue",
	.summary = "misbehaves, again and again; gamebot help misdeeds lists how",
	.fields = "misdeed",
	.size = sizeof(struct rogue),
	.stays_out = true,
	.opened = opened,
	.greeted = greeted,
	.lost = lost,
	.act = act,
};
