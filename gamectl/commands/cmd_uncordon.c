/* gamectl/commands/cmd_uncordon.c */
#include "live.h"
#include "remote.h"

static int uncordon(struct cmd_call *call)
{
	const char *word = cmd_arg(call, "thing") ? cmd_arg(call, "thing") : "server";
	struct live_thing thing;
	json_t *body, *reply = NULL;
	int code = live_thing(call, word, 1u << LIVE_SERVER | 1u << LIVE_ROOMTYPE | 1u << LIVE_ROOM,
			      &thing);

	if (code != EXIT_DONE)
		return code;
	body = live_message(call);
	if (!body)
		return EXIT_USAGE;
	code = remote_post(call, arena_printf(call->mem, "%s/uncordon", thing.path).p, body,
			   &reply);
	json_decref(body);
	if (code != EXIT_DONE || cmd_wants_json(call))
		return code == EXIT_DONE ? cmd_reply(call, EXIT_DONE, reply) : code;
	(void)cmd_ok(call, "%s is open to newcomers%s", thing.name,
		     json_is_true(json_object_get(reply, "changed")) ? "" : ", as before");
	json_decref(reply);
	return EXIT_DONE;
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
