/* gamectl/commands/cmd_blame.c */
#include "listing.h"
#include "remote.h"

static const struct cmd_column columns[] = {
	{.title = "FIELD", .field = "field"},
	{.title = "VALUE", .field = "value", .max = 32},
	{.title = "REVISION", .field = "revision", .right = true},
	{.title = "WHEN", .field = "time", .show = cmd_show_time},
	{.title = "WHO", .field = "actor.name"},
	{.title = "WHY", .field = "message"},
	{.title = NULL},
};

static int blame(struct cmd_call *call)
{
	const char *thing = cmd_arg(call, "thing");
	json_t *reply = NULL;
	int code;

	if (!strchr(thing, '/'))
		return cmd_error(
			call, EXIT_USAGE, "as in Arena/frozen-keep or Arena/frozen-keep.player_hp",
			"\"%s\" names no document: write Kind/name or Kind/name.field", thing);
	code = remote_get(call, remote_path(call, "/v1/blame?path=%s", thing), &reply);
	if (code == EXIT_DONE)
		code = listing_select(call, reply, "lines", 0, NULL);
	if (code != EXIT_DONE)
		return code;
	return cmd_list(call, reply, "lines", columns, "{field}", "nothing is written there");
}

const struct cmd cmd_blame = {
	.name = "blame",
	.group = CMD_LOOK,
	.place = 6,
	.params = "thing:field",
	.listing = true,
	.online = true,
	.run = blame,
	.summary = "Say for each field which revision brought its value: who, when and why",
	.text = "THING is Kind/name, or Kind/name.field for one field and what is below it. "
		"Long values are cut; -o wide shows them whole.",
	.examples = "gamectl blame Arena/frozen-keep\tevery field\n"
		    "gamectl blame Arena/frozen-keep.player_hp\tone\n",
	.exits = "5 no daemon answers\n"
		 "7 there is no such document or field\n",
};
