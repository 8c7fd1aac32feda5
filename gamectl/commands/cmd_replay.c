/* gamectl/commands/cmd_replay.c */
#include <unistd.h>

#include "live.h"
#include "remote.h"
#include "write_file.h"

static int save(struct cmd_call *call, const char *path, struct str bytes)
{
	int rc = write_file(path, bytes, 0644);

	if (rc < 0)
		return cmd_error(call, EXIT_INTERNAL, "nothing was left behind", "%s: %s", path,
				 strerror(-rc));
	return cmd_ok(call, "%s: %zu bytes", path, bytes.n);
}

static int replay(struct cmd_call *call)
{
	const char *path = cmd_opt(call, "out");
	CLEANUP(buf_free) struct buf bytes = {0};
	struct live_thing room;
	int code = live_thing(call, cmd_arg(call, "room"), 1u << LIVE_ROOM, &room);

	if (code != EXIT_DONE)
		return code;
	if (!path && isatty(STDOUT_FILENO) == 1)
		path = arena_printf(call->mem, "%s.replay", room.id).p;
	code = remote_download(call, arena_printf(call->mem, "%s/replay", room.path).p, &bytes);
	if (code != EXIT_DONE)
		return code;
	if (path && strcmp(path, "-") != 0)
		return save(call, path, buf_str(&bytes));
	buf_add(&call->out, buf_str(&bytes));
	return EXIT_DONE;
}

const struct cmd cmd_replay = {
	.name = "replay",
	.group = CMD_LOOK,
	.place = 9,
	.params = "room:room",
	.options =
		(const struct cmd_option[]){
			{.name = "out",
			 .brief = 'o',
			 .arg = "FILE",
			 .complete = "path",
			 .doc = "Write to FILE; - = standard output"},
			{.name = NULL},
		},
	.outputs = OUTPUTS_TEXT,
	.online = true,
	.run = replay,
	.summary =
		"Save the input log of a lockstep room, from which its match can be played again",
	.text = "On a terminal without -o it is saved as ROOM.replay, else it goes to standard "
		"output. What the "
		"file holds stands in docs/wire.md.",
	.examples = "gamectl replay r-2000ck -o match.replay\tfor gamebot replay\n",
	.exits = "4 the room keeps no input log\n"
		 "5 no daemon answers\n"
		 "7 there is no such room\n",
};
