/* gamectl/commands/cmd_version.c */
#include "admin/version.h"
#include "cmd.h"

static int version(struct cmd_call *call)
{
	const char *fingerprint = admin_builtin_fingerprint();

	if (cmd_wants_json(call))
		return cmd_reply(call, EXIT_DONE,
				 json_pack("{s:s,s:s}", "version", GAMESRV_VERSION,
					   "builtin_fingerprint", fingerprint));
	return cmd_ok(call, "gamectl %s (built-in kinds %.12s)", GAMESRV_VERSION, fingerprint);
}

const struct cmd cmd_version = {
	.name = "version",
	.group = CMD_HELP,
	.place = 3,
	.run = version,
	.summary = "Print the version, and the fingerprint of the built-in kinds",
	.text = "A daemon with another fingerprint has other built-in kinds: validate with the "
		"gamectl of its "
		"version before you apply to it.",
};
