/* gamectl/commands/cmd_rollback.c
 * An old revision's content as a new revision, through the same pipeline.
 */
#include <stdlib.h>

#include "change_call.h"
#include "remote.h"

static int send(struct cmd_call *call, void *ctx, bool dry_run, int64_t base, json_t **reply)
{
	json_t *body = ctx;

	(void)json_object_set_new(body, "dry_run", json_boolean(dry_run));
	if (base >= 0)
		(void)json_object_set_new(body, "if_revision", json_integer(base));
	return remote_post(call, "/v1/config/rollback", body, reply);
}

static int rollback(struct cmd_call *call)
{
	const char *word = cmd_arg(call, "rev"), *message = cmd_opt(call, "message");
	json_t *body = json_object();
	const struct change_call how = {.send = send, .ctx = body, .verb = "rollback"};
	const char *revision = word ? remote_revision(call, word) : NULL;

	if (word && !revision)
		return EXIT_USAGE;
	if (word && strcmp(revision, "current") == 0)
		return cmd_error(call, EXIT_USAGE, "gamectl history lists what there was",
				 "current is in force: name the revision to go back to");
	if (revision)
		(void)json_object_set_new(body, "revision",
					  json_integer((json_int_t)strtoll(revision, NULL, 10)));
	if (message && json_object_set_new(body, "message", json_string(message)) < 0)
		return cmd_error(call, EXIT_USAGE, NULL, "the message is not UTF-8 text");
	if (cmd_has(call, "allow-delete"))
		(void)json_object_set_new(body, "allow_delete",
					  json_integer(cmd_int(call, "allow-delete")));
	if (!cmd_flag(call, "dry-run") && !cmd_flag(call, "yes") && !change_may_ask(call))
		return EXIT_USAGE;
	return change_run(call, &how);
}

const struct cmd cmd_rollback = {
	.name = "rollback",
	.group = CMD_CHANGE,
	.place = 5,
	.params = "rev?:revision",
	.options = (const struct cmd_option[]){CHANGE_OPTIONS, {.name = NULL}},
	.online = true,
	.run = rollback,
	.summary = "Bring the content of an earlier revision back, as a new revision",
	.text = "Without REV: the one before the one in force. It goes the way of an apply: "
		"checked against "
		"today's schemas, shown, asked, recorded; the history only ever grows. A revision "
		"that "
		"today's schemas refuse is named with its errors and the nearest one that would "
		"pass.\n"
		"\n"
		"The files on disk stay as they are: gamectl status says that they differ now.",
	.examples = "gamectl rollback\tundo the last change\n"
		    "gamectl rollback 12 -y -m \"Back to Friday\"\tgo back further\n"
		    "gamectl rollback 12 --dry-run\twhat that would change\n",
	.exits = "3 today's schemas refuse that revision\n"
		 "4 another revision came in between, or one waits for confirmation\n"
		 "5 no daemon answers\n"
		 "7 refused: you said no, you may not, or there is no such revision\n",
};
