/* gamectl/commands/cmd_explain.c */
#include "explain.h"

static int explain(struct cmd_call *call)
{
	const char *what = cmd_arg(call, "what");
	struct explain_values values;
	struct explain_target target;
	struct origin from;
	int code = origin_find(call, &from);

	if (code != EXIT_DONE)
		return code;
	if (!what && cmd_wants_json(call))
		return cmd_reply(call, EXIT_DONE, explain_kinds_json(&from));
	if (!what) {
		explain_kinds_text(call, &from);
		return EXIT_DONE;
	}
	code = explain_resolve(call, &from, str_of(what), &target);
	if (code == EXIT_DONE)
		code = explain_values(call, &from, &target, &values);
	if (code != EXIT_DONE)
		return code;
	if (cmd_wants_json(call))
		return cmd_reply(call, EXIT_DONE, explain_json(&target, &values));
	explain_text(call, &target, &values);
	return EXIT_DONE;
}

const struct cmd cmd_explain = {
	.name = "explain",
	.group = CMD_WRITE,
	.place = 2,
	.params = "what?:field",
	.options = (const struct cmd_option[]){CMD_OPT_BUNDLE, {.name = NULL}},
	.online = true,
	.run = explain,
	.summary =
		"Say what a kind or a field is: type, range, default, when a change takes effect",
	.text = "WHAT is Kind, Kind.field, Kind.field.sub, or the same of a document "
		"(Kind/name.field): then also its "
		"value and where it was written. Without WHAT: all kinds.\n"
		"\n"
		"Kinds come from --bundle, else from the bundle around the current directory, else "
		"from the daemon, "
		"else only the built-in ones are known. With --socket the daemon is asked in any "
		"case: the values "
		"are then those in force.",
	.examples = "gamectl explain Arena\tits fields\n"
		    "gamectl explain Arena.waves.boss\ta field of the items of a list\n"
		    "gamectl explain Arena/frozen-keep.player_hp\tand its value\n",
	.exits = "3 the kind's schema has errors\n"
		 "7 no such kind, field or document\n",
};
