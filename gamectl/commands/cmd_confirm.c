/* gamectl/commands/cmd_confirm.c */
#include <inttypes.h>

#include "remote.h"

static int confirm(struct cmd_call *call)
{
	json_t *reply = NULL;
	int code;

	remote_writes("confirmation");
	code = remote_post(call, "/v1/config/confirm", NULL, &reply);
	if (code != EXIT_DONE || cmd_wants_json(call))
		return code == EXIT_DONE ? cmd_reply(call, EXIT_DONE, reply) : code;
	return cmd_ok(call, "revision %" PRId64 " is confirmed and stays",
		      (int64_t)json_integer_value(json_object_get(reply, "revision")));
}

const struct cmd cmd_confirm = {
	.name = "confirm",
	.group = CMD_CHANGE,
	.place = 3,
	.online = true,
	.run = confirm,
	.summary = "Keep the change that waits for confirmation",
	.examples = "gamectl apply . -y --confirm 5m && ./smoke-test && gamectl confirm\tkeep what "
		    "works\n",
	.exits = "4 nothing waits for confirmation\n"
		 "5 no daemon answers\n",
};
