/* gamectl/commands/cmd_export.c
 * Writes the files of a revision out. A new directory appears whole or not at all.
 */
#include <string.h>

#include "conf/bundle.h"
#include "export_dir.h"
#include "remote.h"

static int fetch(struct cmd_call *call, const char *revision, json_t **reply)
{
	const json_t *files, *text;
	const char *path;
	int code = remote_get(call, remote_path(call, "/v1/revisions/%s/files?text=1", revision),
			      reply);

	if (code != EXIT_DONE)
		return code;
	files = json_object_get(*reply, "files");
	if (!json_is_object(files))
		return cmd_error(call, EXIT_INTERNAL, NULL, "the daemon's answer holds no files");
	json_object_foreach((json_t *)files, path, text)
		/* The daemon is trusted to run the game, not to write anywhere on this machine. */
		if (bundle_path_problem(str_of(path)) || !json_is_string(text)) return cmd_error(
			call, EXIT_INTERNAL, NULL,
			"the daemon's answer holds \"%s\", which is no file of a bundle", path);
	return EXIT_DONE;
}

static int export(struct cmd_call *call)
{
	const char *dir = cmd_arg(call, "dir"), *word = cmd_arg(call, "rev");
	const char *revision = remote_revision(call, word ? word : "current");
	struct export_dir to = {.path = dir, .force = cmd_flag(call, "force")};
	json_t *reply = NULL;
	int code, rc;

	if (!revision)
		return EXIT_USAGE;
	if (!export_dir_may(&to))
		return cmd_error(call, EXIT_REFUSED,
				 to.errnum ? NULL : "--force writes into it all the same", "%s: %s",
				 dir, to.errnum ? strerror(to.errnum) : "is not empty");
	code = fetch(call, revision, &reply);
	if (code != EXIT_DONE)
		return code;
	rc = export_dir_write(call->mem, &to, json_object_get(reply, "files"));
	if (rc < 0)
		return cmd_error(
			call, EXIT_INTERNAL,
			!to.empty ? "files written so far are whole; the others are as they were"
				  : "nothing was left behind",
			"%s: %s", to.failed ? to.failed : dir, strerror(-rc));
	for (size_t i = 0; i < to.others.count; i++)
		cmd_warn(call, "%s/%s is no file of that revision and was left alone", dir,
			 to.others.items[i]);
	if (cmd_wants_json(call))
		return cmd_reply(
			call, EXIT_DONE,
			json_pack("{s:O,s:O?,s:s,s:I}", "revision",
				  json_object_get(reply, "revision"), "digest",
				  json_object_get(reply, "digest"), "directory", dir, "files",
				  (json_int_t)json_object_size(json_object_get(reply, "files"))));
	return cmd_ok(call, "revision %lld: %zu files in %s",
		      (long long)json_integer_value(json_object_get(reply, "revision")),
		      json_object_size(json_object_get(reply, "files")), dir);
}

const struct cmd cmd_export = {
	.name = "export",
	.group = CMD_LOOK,
	.place = 8,
	.params = "rev?:revision dir:dir",
	.options =
		(const struct cmd_option[]){
			{.name = "force", .doc = "Write into a directory that is not empty"},
			{.name = NULL},
		},
	.online = true,
	.run = export,
	.summary = "Write the files of a revision, or of what is in force, into a directory",
	.text = "Byte for byte what was applied, comments included. A directory that does not "
		"exist appears "
		"whole or not at all. In one that exists each file is written as a whole; with "
		"--force what "
		"else lies there stays.",
	.examples = "gamectl export running\twhat is in force\n"
		    "gamectl export 12 friday && gamectl diff friday\twhat happened since revision "
		    "12\n",
	.exits = "5 no daemon answers\n"
		 "7 the directory is not empty, or there is no such revision\n"
		 "9 the disk is full or read-only\n",
};
