/* gamectl/commands/cmd_kick.c */
#include "live.h"

static int kick(struct cmd_call *call)
{
	static const struct live_many how = {LIVE_SESSION, "kick", "session", "kicked",
					     "/v1/sessions"};

	return live_many(call, &how);
}

const struct cmd cmd_kick = {
	.name = "kick",
	.group = CMD_ACT,
	.place = 2,
	.params = "session...?:session",
	.options = (const struct cmd_option[]){LIVE_MANY_OPTIONS},
	.online = true,
	.run = kick,
	.summary = "Send players away; their seats are given up",
	.text = "A session is s-2000ck, session/s-2000ck or player/NAME. The player reads TEXT and "
		"may come "
		"back as a new session. With --where it says how many that are, and asks.",
	.examples = "gamectl kick player/ada -m \"see you tomorrow\"\tone player\n"
		    "gamectl kick --where 'idle_ms > 10m' --dry-run\twho is asleep\n"
		    "gamectl kick $(gamectl get sessions --where 'room == \"r-2000ck\"' -o name) "
		    "-m bye\t"
		    "a room's players\n",
	.exits = "5 no daemon answers\n"
		 "7 there is no such session, or you said no\n"
		 "8 some of them were gone already\n",
};
