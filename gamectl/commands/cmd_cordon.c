/* gamectl/commands/cmd_cordon.c */
#include "live.h"

static int cordon(struct cmd_call *call)
{
	return live_doors(call, "cordon", "takes in nobody new");
}

const struct cmd cmd_cordon = {
	.name = "cordon",
	.group = CMD_ACT,
	.place = 4,
	.params = "thing?:target",
	.options = (const struct cmd_option[]){LIVE_OPT_MESSAGE, {.name = NULL}},
	.online = true,
	.run = cordon,
	.summary = "Let nobody new in; whoever is there plays on",
	.text = "THING is server (the default), roomtype/NAME or room/ID. When it returns, no room "
		"is opened and nobody joins any "
		"more; players whose line breaks still come back to their seats. The cordon of the "
		"server makes /readyz "
		"fail. It holds over a restart, until gamectl uncordon.",
	.examples = "gamectl cordon\tthe whole server\n"
		    "gamectl cordon roomtype/duel -m \"bug in scoring\"\tno new duels\n",
	.exits = "5 no daemon answers\n"
		 "7 there is no such room or room type\n",
};
