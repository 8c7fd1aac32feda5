/* gamectl/commands/cmd_pending.c */
#include "listing.h"
#include "remote.h"

static const struct cmd_column columns[] = {
	{.title = "FIELD", .field = "path"},
	{.title = "RUNNING", .field = "running"},
	{.title = "WAITING", .field = "desired"},
	{.title = "NEEDS", .field = "reload"},
	{.title = "SINCE", .field = "since_revision", .right = true},
	{.title = NULL},
};

static int pending(struct cmd_call *call)
{
	json_t *reply = NULL;
	int code = remote_get(call, "/v1/pending", &reply);

	if (code == EXIT_DONE)
		code = listing_select(call, reply, "pending", 0, NULL);
	if (code != EXIT_DONE)
		return code;
	return cmd_list(call, reply, "pending", columns, "{path}",
			"nothing waits: all that is in force runs");
}

const struct cmd cmd_pending = {
	.name = "pending",
	.group = CMD_LOOK,
	.place = 7,
	.listing = true,
	.online = true,
	.run = pending,
	.summary = "List what is in force but waits for a restart",
	.examples = "gamectl pending\twhat a restart of gamesrvd would change\n",
	.exits = "5 no daemon answers\n",
};
