/* gamectl/help.c
 * Help on the terminal, from the rows of the commands.
 */
#include <ctype.h>
#include <stdlib.h>

#include "conf/render.h"
#include "frame.h"

const char *const cmd_group_titles[CMD_GROUP_COUNT] = {
	[CMD_WRITE] = "Write configuration (no daemon needed)",
	[CMD_CHANGE] = "Change what runs",
	[CMD_LOOK] = "Look at what runs",
	[CMD_ACT] = "Act on what runs",
	[CMD_HELP] = "Help",
};

static const struct {
	const char *name, *text;
} topics[] = {
	{"exit-codes",
	 "The same for every verb:\n"
	 "  0  done, or no difference\n"
	 "  1  differences found (diff, plan --exit-code)\n"
	 "  2  wrong usage: an unknown verb, option or word, a path that is not there\n"
	 "  3  invalid configuration; the findings say what and where\n"
	 "  4  conflict: the base moved, a confirmation is pending, the wrong state\n"
	 "  5  no daemon answers\n"
	 "  6  a deadline passed\n"
	 "  7  refused: not permitted, or no such thing\n"
	 "  8  done in part\n"
	 "  9  failed inside: files that cannot be read, a full disk, no memory\n"},
	{"output",
	 "-o table  for people (the default); wide shows more columns\n"
	 "-o json   one object with \"apiVersion\": \"gamesrv/v1\"; names are kept stable\n"
	 "-o yaml   the same as YAML\n"
	 "-o csv    listings, RFC 4180, with a heading\n"
	 "-o name   listings, one kind/name a line, to be used as words of other verbs\n"
	 "\n"
	 "Answers go to standard output; findings and errors go to standard error. With\n"
	 "-o json and -o yaml standard output always carries exactly one document:\n"
	 "findings are {\"valid\",\"findings\",\"total\"}, an error is\n"
	 "{\"error\":{\"code\",\"message\",\"hint\",\"exit_code\"}} and is told on standard error\n"
	 "too. Times are RFC 3339 UTC, durations are milliseconds (_ms), sizes bytes\n"
	 "(_bytes).\n"
	 "\n"
	 "Colour is used on a terminal, unless NO_COLOR is set; --color always|never\n"
	 "decides otherwise. Work of more than half a second says so on standard error\n"
	 "when that is a terminal.\n"},
	{"things",
	 "Verbs take things as kind/name, and places in them as paths:\n"
	 "  Arena/frozen-keep                     a document\n"
	 "  Arena/frozen-keep.player_hp           a field of it\n"
	 "  Arena/frozen-keep.waves[0].boss       an item of a list, counted from 0\n"
	 "  Arena/frozen-keep.loot.gold           an entry of a map\n"
	 "  Arena/frozen-keep.loot[\"odd key\"]     the same, for a key that is not "
	 "[A-Za-z0-9_-]+\n"
	 "  Arena.player_hp                       the field as the schema has it (explain)\n"
	 "What lives has an id, good until it ends:\n"
	 "  session/s-2000ck or s-2000ck          a player's stay; player/ada finds it by name\n"
	 "  room/r-2000ck or r-2000ck             a room\n"
	 "  roomtype/duel                         all rooms of a type\n"
	 "  server                                everything\n"},
};
const char *const help_topics[] = {"exit-codes", "output", "things", NULL};

const char *help_topic(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(topics); i++)
		if (strcmp(topics[i].name, name) == 0)
			return topics[i].text;
	return NULL;
}

static void put_params(struct buf *out, const struct cmd *cmd)
{
	struct cmd_param params[CMD_PARAMS_MAX];
	size_t count = cmd_params(cmd, params);

	for (size_t i = 0; i < count; i++) {
		buf_add(out, params[i].optional ? STR(" [") : STR(" "));
		for (size_t c = 0; c < params[i].name.n; c++)
			buf_addc(out, (char)toupper((unsigned char)params[i].name.p[c]));
		buf_add(out, params[i].many ? STR("...") : STR(""));
		buf_add(out, params[i].optional ? STR("]") : STR(""));
	}
}

void help_usage_line(struct buf *out, const struct cmd *cmd)
{
	buf_printf(out, "gamectl %s", cmd->name);
	put_params(out, cmd);
	buf_add(out, STR(" [options]"));
}

void help_option_line(struct buf *out, const struct cmd_option *o)
{
	if (o->brief)
		buf_printf(out, "-%c, ", o->brief);
	else
		buf_add(out, STR("    "));
	buf_printf(out, "--%s", o->name);
	if (o->arg)
		buf_printf(out, " %s", o->arg);
}

static void title(struct buf *out, const struct term *t, const char *text)
{
	buf_printf(out, "\n%s%s%s\n", term_on(t, TERM_BOLD), text, term_off(t));
}

static unsigned columns(const struct term *t)
{
	return t->columns && t->columns < 100 ? t->columns : 100;
}

static size_t verb_width(void)
{
	size_t width = 0;

	for (size_t i = 0; i < cmds_table_count; i++) {
		CLEANUP(buf_free) struct buf line = {0};

		if (cmds_table[i]->hidden)
			continue;
		buf_add(&line, str_of(cmds_table[i]->name));
		put_params(&line, cmds_table[i]);
		width = line.n > width ? line.n : width;
	}
	return width < 32 ? width : 32;
}

static void put_verb(struct buf *out, const struct term *t, const struct cmd *cmd, size_t width)
{
	CLEANUP(buf_free) struct buf params = {0};
	size_t taken = strlen(cmd->name);

	put_params(&params, cmd);
	buf_printf(out, "  %s%s%s" STR_FMT, term_on(t, TERM_CYAN), cmd->name, term_off(t),
		   STR_ARG(buf_str(&params)));
	taken += params.n;
	if (taken > width) {
		buf_addc(out, '\n');
		taken = 0;
		buf_fill(out, ' ', 2);
	}
	buf_fill(out, ' ', width - taken + 2);
	term_wrap(out, str_of(cmd->summary), width + 4, columns(t));
	buf_addc(out, '\n');
}

static int by_place(const void *a, const void *b)
{
	const struct cmd *x = *(const struct cmd *const *)a, *y = *(const struct cmd *const *)b;

	if (x->group != y->group)
		return (int)x->group - (int)y->group;
	return x->place != y->place ? x->place - y->place : strcmp(x->name, y->name);
}

const struct cmd *const *cmds_in_order(void)
{
	static const struct cmd *order[128];
	size_t n = 0;

	for (size_t i = 0; i < cmds_table_count && n + 1 < ARRAY_LEN(order); i++)
		if (!cmds_table[i]->hidden)
			order[n++] = cmds_table[i];
	qsort(order, n, sizeof(order[0]), by_place);
	order[n] = NULL;
	return order;
}

void help_overview(struct buf *out, const struct term *t)
{
	const struct cmd *const *cmds = cmds_in_order();
	size_t width = verb_width();

	buf_printf(out, "%sgamectl%s: live game servers, configured as code\n\n",
		   term_on(t, TERM_BOLD), term_off(t));
	buf_add(out, STR("  gamectl VERB [words] [options]      gamectl help VERB says all about "
			 "one\n"
			 "  Day by day: gamectl validate . ; plan . ; apply . -m WHY ; status ; "
			 "rollback\n"));
	for (size_t i = 0; cmds[i]; i++) {
		if (i == 0 || cmds[i]->group != cmds[i - 1]->group)
			title(out, t, cmd_group_titles[cmds[i]->group]);
		put_verb(out, t, cmds[i], width);
	}
	buf_add(out, STR("\nMore: gamectl help exit-codes, output, things\n"));
}

static void put_outputs(struct buf *out, const struct cmd *cmd)
{
	unsigned allowed = cmd_outputs(cmd);
	bool first = true;

	for (size_t i = 0; cmd_output_names[i]; i++) {
		if (!(allowed & 1u << i))
			continue;
		buf_printf(out, "%s%s", first ? ": " : ", ", cmd_output_names[i]);
		first = false;
	}
}

static void put_option(struct buf *out, const struct term *t, const struct cmd *cmd,
		       const struct cmd_option *o, size_t width)
{
	CLEANUP(buf_free) struct buf head = {0};
	CLEANUP(buf_free) struct buf doc = {0};

	help_option_line(&head, o);
	buf_printf(out, "  %s" STR_FMT "%s", term_on(t, TERM_CYAN), STR_ARG(buf_str(&head)),
		   term_off(t));
	buf_fill(out, ' ', width - head.n + 2);
	buf_add(&doc, str_of(o->doc));
	if (strcmp(o->name, "output") == 0)
		put_outputs(&doc, cmd);
	if (o->complete && strchr(o->complete, '|'))
		buf_printf(&doc, " (%s)", o->complete);
	if (o->fallback)
		buf_printf(&doc, "; default %s", o->fallback);
	term_wrap(out, buf_str(&doc), width + 4, columns(t));
	buf_addc(out, '\n');
}

static void put_options(struct buf *out, const struct term *t, const struct cmd *cmd)
{
	const struct cmd_option *sets[CMD_OPTION_SETS];
	size_t width = 0;

	cmd_option_sets(cmd, sets);
	for (size_t i = 0; sets[i]; i++)
		for (const struct cmd_option *o = sets[i]; o->name; o++) {
			CLEANUP(buf_free) struct buf head = {0};

			help_option_line(&head, o);
			width = head.n > width ? head.n : width;
		}
	title(out, t, "Options");
	for (size_t i = 0; sets[i]; i++)
		for (const struct cmd_option *o = sets[i]; o->name; o++)
			put_option(out, t, cmd, o, width);
}

static void put_examples(struct buf *out, const struct term *t, const char *examples)
{
	struct str rest = str_of(examples), line;
	size_t width = 0, comment = 0;
	bool above;

	while (str_cut(&rest, '\n', &line)) {
		ptrdiff_t tab = str_find(line, '\t');

		if (tab > 0 && (size_t)tab > width)
			width = (size_t)tab;
		if (tab > 0 && line.n - (size_t)tab > comment)
			comment = line.n - (size_t)tab;
	}
	above = width + comment + 6 > columns(t); /* side by side they would wrap */
	rest = str_of(examples);
	while (str_cut(&rest, '\n', &line)) {
		struct str command;

		if (line.n == 0)
			continue;
		(void)str_cut(&line, '\t', &command);
		if (above && line.p)
			buf_printf(out, "  %s# " STR_FMT "%s\n", term_on(t, TERM_DIM),
				   STR_ARG(line), term_off(t));
		buf_printf(out, "  " STR_FMT, STR_ARG(command));
		if (!above && line.p) {
			buf_fill(out, ' ', command.n < width ? width - command.n : 0);
			buf_printf(out, "   %s# " STR_FMT "%s", term_on(t, TERM_DIM), STR_ARG(line),
				   term_off(t));
		}
		buf_addc(out, '\n');
	}
}

/* What the row says about one exit code, else what holds for every verb. */
static struct str exit_text(const struct cmd *cmd, char code)
{
	struct str rest = str_of(cmd->exits), line;

	while (rest.p && str_cut(&rest, '\n', &line))
		if (line.n > 2 && line.p[0] == code)
			return (struct str){line.p + 2, line.n - 2};
	switch (code) {
	case '0': return STR("done");
	case '2': return STR("wrong usage");
	case '5': return cmd->online ? STR("no daemon answers") : STR("");
	case '9': return STR("failed inside: files, disk, memory");
	default: return STR("");
	}
}

static void put_exits(struct buf *out, const struct cmd *cmd)
{
	for (char code = '0'; code <= '9'; code++) {
		struct str text = exit_text(cmd, code);

		if (text.n)
			buf_printf(out, "  %c  " STR_FMT "\n", code, STR_ARG(text));
	}
}

void help_verb(struct buf *out, const struct term *t, const struct cmd *cmd)
{
	CLEANUP(buf_free) struct buf usage = {0};
	CLEANUP(buf_free) struct buf summary = {0};
	struct str rest = str_of(cmd->text ? cmd->text : ""), line;

	help_usage_line(&usage, cmd);
	buf_printf(out, "%s" STR_FMT "%s\n", term_on(t, TERM_BOLD), STR_ARG(buf_str(&usage)),
		   term_off(t));
	buf_printf(&summary, "%s.", cmd->summary);
	term_wrap(out, buf_str(&summary), 0, columns(t));
	buf_addc(out, '\n');
	if (cmd->text)
		buf_addc(out, '\n');
	while (cmd->text && str_cut(&rest, '\n', &line)) {
		term_wrap(out, line, 0, columns(t));
		buf_addc(out, '\n');
	}
	put_options(out, t, cmd);
	if (cmd->examples) {
		title(out, t, "Examples");
		put_examples(out, t, cmd->examples);
	}
	title(out, t, "Exit codes");
	put_exits(out, cmd);
}
