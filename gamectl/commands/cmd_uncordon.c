/* gamectl/commands/cmd_uncordon.c */
#include "live.h"

static int uncordon(struct cmd_call *call)
{
	return live_doors(call, "uncordon", "is open to newcomers");
}

const struct cmd cmd_uncordon = {
	.name = "uncordon",
	.group = CMD_ACT,
	.place = 5,
	.params = "thing?:target",
	.options = (const struct cmd_option[]){LIVE_OPT_MESSAGE, {.name = NULL}},
	.online = true,
	.run = uncordon,
	.summary = "Open to newcomers again",
	.text = "THING is server (the default), roomtype/NAME or room/ID. Ends the state after a "
		"drain, too.",
	.examples = "gamectl uncordon roomtype/duel\tthe bug is fixed\n",
	.exits = "4 it is being drained\n"
		 "5 no daemon answers\n"
		 "7 there is no such room or room type\n",
};
