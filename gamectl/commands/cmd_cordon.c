/* gamectl/commands/cmd_cordon.c */
#include "live.h"
#include "remote.h"

static int cordon(struct cmd_call *call)
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
	code = remote_post(call, arena_printf(call->mem, "%s/cordon", thing.path).p, body, &reply);
	json_decref(body);
	if (code != EXIT_DONE || cmd_wants_json(call))
		return code == EXIT_DONE ? cmd_reply(call, EXIT_DONE, reply) : code;
	(void)cmd_ok(call, "%s takes in nobody new%s", thing.name,
		     json_is_true(json_object_get(reply, "changed")) ? "" : ", as before");
	json_decref(reply);
	return EXIT_DONE;
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
