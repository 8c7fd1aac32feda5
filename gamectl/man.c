/* gamectl/man.c
 * gamectl.1 in man(7), from the same rows as help.
 */
#include "frame.h"

/* roff reads '\\', a leading '.' or '\'' and '-' in its own way. */
static void roff(struct buf *out, struct str text)
{
	bool at_start = true;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (at_start && (c == '.' || c == '\''))
			buf_add(out, STR("\\&"));
		at_start = c == '\n';
		if (c == '\\')
			buf_add(out, STR("\\e"));
		else if (c == '-')
			buf_add(out, STR("\\-"));
		else
			buf_addc(out, c);
	}
}

static void roff_line(struct buf *out, const char *before, struct str text, const char *after)
{
	buf_add(out, str_of(before));
	roff(out, text);
	buf_add(out, str_of(after));
}

static void man_option(struct buf *out, const struct cmd_option *o)
{
	CLEANUP(buf_free) struct buf head = {0};

	help_option_line(&head, o);
	roff_line(out, ".TP\n.B \"", str_trim(buf_str(&head)), "\"\n");
	roff(out, str_of(o->doc));
	if (o->complete && strchr(o->complete, '|'))
		roff_line(out, " (", str_of(o->complete), ")");
	if (o->fallback)
		roff_line(out, "; default ", str_of(o->fallback), "");
	buf_add(out, STR(".\n"));
}

static void man_verb(struct buf *out, const struct cmd *cmd)
{
	CLEANUP(buf_free) struct buf usage = {0};
	struct str rest, line, comment;

	help_usage_line(&usage, cmd);
	roff_line(out, ".SS \"", buf_str(&usage), "\"\n");
	roff_line(out, "", str_of(cmd->summary), ".\n");
	rest = str_of(cmd->text);
	while (cmd->text && str_cut(&rest, '\n', &line))
		roff_line(out, line.n ? "" : ".PP", line, "\n");
	if (cmd->listing)
		buf_add(out, STR("Takes the options of listings.\n"));
	for (const struct cmd_option *o = cmd->options; o && o->name; o++)
		man_option(out, o);
	if (!cmd->examples)
		return;
	buf_add(out, STR(".PP\n.nf\n"));
	rest = str_of(cmd->examples);
	while (str_cut(&rest, '\n', &comment)) {
		(void)str_cut(&comment, '\t', &line);
		if (line.n == 0)
			continue;
		if (comment.p)
			roff_line(out, "# ", comment, "\n");
		roff_line(out, "", line, "\n");
	}
	buf_add(out, STR(".fi\n"));
}

static void man_set(struct buf *out, const struct cmd *like, const char *title)
{
	const struct cmd_option *sets[CMD_OPTION_SETS];

	cmd_option_sets(like, sets);
	roff_line(out, ".SS \"", str_of(title), "\"\n");
	for (const struct cmd_option *o = sets[0]; o->name; o++)
		man_option(out, o);
}

static void man_topic(struct buf *out, const char *title, const char *topic)
{
	roff_line(out, ".SH \"", str_of(title), "\"\n.nf\n");
	roff_line(out, "", str_of(help_topic(topic)), ".fi\n");
}

void help_man(struct buf *out)
{
	const struct cmd *const *cmds = cmds_in_order();
	static const struct cmd listing = {.listing = true}, online = {.online = true};

	buf_add(out, STR(".TH GAMECTL 1 \"\" \"gamesrv " GAMESRV_VERSION "\" \"gamesrv manual\"\n"
			 ".SH NAME\ngamectl \\- configure, watch and steer live game servers\n"
			 ".SH SYNOPSIS\n.B gamectl\n.I VERB\n[words] [options]\n"
			 ".SH DESCRIPTION\n"
			 "Checks, plans and applies configuration written as YAML bundles, and "
			 "takes it back;\n"
			 "shows what a gamesrvd runs.\n"));
	for (size_t i = 0; cmds[i]; i++) {
		if (i == 0 || cmds[i]->group != cmds[i - 1]->group)
			roff_line(out, ".SH \"", str_of(cmd_group_titles[cmds[i]->group]), "\"\n");
		man_verb(out, cmds[i]);
	}
	buf_add(out, STR(".SH OPTIONS\n"));
	man_set(out, NULL, "Every verb");
	man_set(out, &online, "Verbs that talk to a daemon");
	man_set(out, &listing, "Listings");
	man_topic(out, "OUTPUT", "output");
	man_topic(out, "THINGS AND PATHS", "things");
	man_topic(out, "EXIT STATUS", "exit-codes");
	buf_add(out,
		STR(".SH ENVIRONMENT\n"
		    ".TP\n.B GAMESRV_SOCKET\nThe daemon's socket, unless \\-\\-socket is given.\n"
		    ".TP\n.B NO_COLOR\nNo colour, when set to anything.\n"
		    ".SH SEE ALSO\n.BR gamesrvd (8)\n"));
}
