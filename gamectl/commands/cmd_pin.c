/* gamectl/commands/cmd_pin.c */
#include "remote.h"

static int pin(struct cmd_call *call)
{
	bool off = cmd_flag(call, "off");
	const char *revision = remote_revision(call, cmd_arg(call, "rev"));
	json_t *body = json_pack("{s:b}", "pinned", !off), *reply = NULL;
	int code = EXIT_USAGE;

	if (revision)
		code = remote_post(call, remote_path(call, "/v1/revisions/%s/pin", revision), body,
				   &reply);
	json_decref(body);
	if (code != EXIT_DONE || cmd_wants_json(call))
		return code == EXIT_DONE ? cmd_reply(call, EXIT_DONE, reply) : code;
	return cmd_ok(call,
		      off ? "revision %s may be removed when it is old enough"
			  : "revision %s is never removed from the history",
		      revision);
}

const struct cmd cmd_pin = {
	.name = "pin",
	.group = CMD_CHANGE,
	.place = 7,
	.params = "rev:revision",
	.options = (const struct cmd_option[]){{.name = "off", .doc = "Unpin it"}, {.name = NULL}},
	.online = true,
	.run = pin,
	.summary = "Keep a revision in the history for good",
	.text = "The history is bounded by count, age and bytes (Server.history). Pinned revisions "
		"and the last "
		"good one are never removed.",
	.examples = "gamectl pin 12\tthe state of the tournament\n"
		    "gamectl pin 12 --off\tlet go of it\n",
	.exits = "5 no daemon answers\n"
		 "7 there is no such revision\n",
};
