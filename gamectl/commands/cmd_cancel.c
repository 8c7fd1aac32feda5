/* gamectl/commands/cmd_cancel.c */
#include <inttypes.h>

#include "remote.h"

static int cancel(struct cmd_call *call)
{
	json_t *reply = NULL;
	int code;

	remote_writes("cancelling");
	code = remote_post(call, "/v1/config/cancel", NULL, &reply);
	if (code != EXIT_DONE || cmd_wants_json(call))
		return code == EXIT_DONE ? cmd_reply(call, EXIT_DONE, reply) : code;
	return cmd_ok(call, "taken back: revision %" PRId64 " is in force",
		      (int64_t)json_integer_value(json_object_get(reply, "revision")));
}

const struct cmd cmd_cancel = {
	.name = "cancel",
	.group = CMD_CHANGE,
	.place = 4,
	.online = true,
	.run = cancel,
	.summary = "Take the change that waits for confirmation back, now",
	.examples = "gamectl cancel\tdo not wait for the deadline\n",
	.exits = "4 nothing waits for confirmation\n"
		 "5 no daemon answers\n",
};
