/* gamectl/commands/cmd_say.c */
#include "live.h"
#include "remote.h"

static int say(struct cmd_call *call)
{
	const char *word = cmd_arg(call, "thing") ? cmd_arg(call, "thing") : "server";
	struct live_thing thing;
	json_t *body, *reply = NULL;
	int64_t reached;
	int code = live_thing(call, word, 1u << LIVE_SERVER | 1u << LIVE_ROOM | 1u << LIVE_SESSION,
			      &thing);

	if (code != EXIT_DONE)
		return code;
	body = json_pack("{s:s, s:I}", "text", cmd_arg(call, "text"), "in_ms",
			 (json_int_t)cmd_duration_ms(call, "in"));
	if (!body)
		return cmd_error(call, EXIT_USAGE, NULL, "the text is not UTF-8");
	code = remote_post(call, arena_printf(call->mem, "%s/say", thing.path).p, body, &reply);
	json_decref(body);
	if (code != EXIT_DONE || cmd_wants_json(call))
		return code == EXIT_DONE ? cmd_reply(call, EXIT_DONE, reply) : code;
	reached = (int64_t)json_integer_value(json_object_get(reply, "reached"));
	json_decref(reply);
	return cmd_ok(call, "said to %lld player%s", (long long)reached, reached == 1 ? "" : "s");
}

const struct cmd cmd_say = {
	.name = "say",
	.group = CMD_ACT,
	.place = 1,
	.params = "text thing?:player",
	.options =
		(const struct cmd_option[]){
			{.name = "in",
			 .arg = "DURATION",
			 .value = CMD_DURATION,
			 .min = 0,
			 .max = INT64_C(30) * 86400000,
			 .doc = "What it announces happens after DURATION; clients count down"},
			{.name = NULL},
		},
	.online = true,
	.run = say,
	.summary = "Say something to everybody, to a room or to one player",
	.text = "THING is server (the default), room/ID, session/ID or player/NAME. Clients get it "
		"as a notice "
		"and show it as they see fit.",
	.examples = "gamectl say \"Restart at noon\" --in 30m\teverybody\n"
		    "gamectl say \"Well played\" room/r-2000ck\tthe members of a room\n",
	.exits = "5 no daemon answers\n"
		 "7 there is no such room or session\n",
};
