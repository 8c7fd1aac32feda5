/* gamectl/commands/cmd_reload.c */
#include <inttypes.h>

#include "findings.h"
#include "plan_view.h"
#include "remote.h"

static int reload(struct cmd_call *call)
{
	json_t *reply = NULL;
	const char *outcome;
	int code;

	remote_writes("reload");
	code = remote_post(call, "/v1/config/reload", NULL, &reply);
	if (code != EXIT_DONE)
		return code;
	findings_warn(call, reply, NULL);
	if (cmd_wants_json(call))
		return cmd_reply(call, EXIT_DONE, reply);
	outcome = json_string_value(json_object_get(reply, "outcome"));
	if (outcome && strcmp(outcome, "unchanged") == 0)
		return cmd_ok(call, "the bundle on disk is what revision %" PRId64 " says already",
			      (int64_t)json_integer_value(json_object_get(reply, "revision")));
	plan_view(call, reply, 200);
	return cmd_ok(call, "revision %" PRId64 " is in force",
		      (int64_t)json_integer_value(json_object_get(reply, "revision")));
}

const struct cmd cmd_reload = {
	.name = "reload",
	.group = CMD_CHANGE,
	.place = 6,
	.online = true,
	.run = reload,
	.summary = "Have the daemon read its bundle on disk again, and say what came of it",
	.text = "The bundle is the one of gamesrvd --bundle. The answer comes when the change is "
		"in force, "
		"or was refused with its findings.",
	.examples = "gamectl reload\tafter git pull on the server\n",
	.exits = "3 the bundle on disk has errors\n"
		 "4 a change waits for confirmation, or the daemon has no bundle\n"
		 "5 no daemon answers\n",
};
