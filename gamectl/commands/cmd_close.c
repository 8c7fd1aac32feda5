/* gamectl/commands/cmd_close.c */
#include "live.h"

static int close_rooms(struct cmd_call *call)
{
	static const struct live_many now = {LIVE_ROOM, "close", "room", "closed", "/v1/rooms"};
	static const struct live_many in_order = {LIVE_ROOM, "finish", "room", "finished",
						  "/v1/rooms"};
	bool finish = cmd_flag(call, "finish");

	if (finish && (cmd_opt(call, "where") || cmd_flag(call, "all")))
		return cmd_error(call, EXIT_USAGE,
				 "gamectl drain roomtype/NAME --policy end ends many",
				 "--finish takes rooms by name");
	return live_many(call, finish ? &in_order : &now);
}

const struct cmd cmd_close = {
	.name = "close",
	.group = CMD_ACT,
	.place = 3,
	.params = "room...?:room",
	.options =
		(const struct cmd_option[]){
			{.name = "finish",
			 .doc = "End the match in order; the room closes by itself"},
			LIVE_MANY_OPTIONS,
		},
	.online = true,
	.run = close_rooms,
	.summary = "Close rooms at once, whatever is played in them",
	.text = "Members keep their sessions and may join other rooms. gamectl drain lets matches "
		"end first.",
	.examples = "gamectl close r-2000ck -m \"broken map\"\tone room\n"
		    "gamectl close r-2000ck --finish\tits match ends in order\n"
		    "gamectl close --where 'type == \"duel\" && degraded' -y\tthose that cannot "
		    "keep up\n",
	.exits = "5 no daemon answers\n"
		 "7 there is no such room, or you said no\n"
		 "8 some of them were gone already\n",
};
