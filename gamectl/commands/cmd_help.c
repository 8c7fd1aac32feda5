/* gamectl/commands/cmd_help.c */
#include "conf/suggest.h"
#include "frame.h"

static int unknown(struct cmd_call *call, struct str wanted)
{
	struct suggest near;

	near = suggest_for(wanted);
	for (size_t i = 0; i < cmds_table_count; i++)
		if (!cmds_table[i]->hidden)
			suggest_add(&near, str_of(cmds_table[i]->name));
	for (size_t i = 0; help_topics[i]; i++)
		suggest_add(&near, str_of(help_topics[i]));
	return cmd_error(call, EXIT_USAGE,
			 near.best.n
				 ? arena_printf(call->mem, "did you mean gamectl help " STR_FMT "?",
						STR_ARG(near.best))
					   .p
				 : "gamectl help lists all verbs",
			 "no help on \"" STR_FMT "\"", STR_ARG(wanted));
}

static int help(struct cmd_call *call)
{
	const char *const *words = cmd_args(call, "verb");
	struct str wanted = STR("");
	const struct cmd *cmd;

	if (cmd_flag(call, "man")) {
		help_man(&call->out);
		return EXIT_DONE;
	}
	for (size_t i = 0; words[i]; i++)
		wanted = arena_printf(call->mem, STR_FMT "%s%s", STR_ARG(wanted), i ? " " : "",
				      words[i]);
	if (wanted.n == 0) {
		help_overview(&call->out, &call->term_out);
		return EXIT_DONE;
	}
	cmd = cmd_find(wanted.p);
	if (cmd)
		help_verb(&call->out, &call->term_out, cmd);
	else if (help_topic(wanted.p))
		buf_add(&call->out, str_of(help_topic(wanted.p)));
	else
		return unknown(call, wanted);
	return EXIT_DONE;
}

const struct cmd cmd_help = {
	.name = "help",
	.group = CMD_HELP,
	.place = 1,
	.params = "verb...?:verb",
	.options =
		(const struct cmd_option[]){
			{.name = "man", .doc = "Print the whole manual page (roff)"},
			{.name = NULL},
		},
	.outputs = OUTPUTS_TEXT,
	.run = help,
	.summary = "Say how to use a verb, or what the exit codes mean",
	.examples = "gamectl help apply\tone verb\n"
		    "gamectl help exit-codes\tone topic: exit-codes, output, things\n",
};
