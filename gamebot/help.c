/* gamebot/help.c: help and the manual page, from the rows. */
#include "behaviour.h"
#include "misdeed.h"
#include "verb.h"

static const char exits[] = "  0  everything held\n"
			    "  1  a threshold or a check was missed\n"
			    "  2  wrong usage\n"
			    "  3  the scenario is invalid\n"
			    "  5  the server cannot be reached\n"
			    "  6  the bots did not all get into their rooms in time\n"
			    "  9  failed inside (memory, descriptors)\n";

static void put_usage(struct buf *out, const struct verb *v)
{
	buf_printf(out, "gamebot %s%s%s%s", v->name, v->word ? " " : "", v->word ? v->word : "",
		   v->options ? " [options]" : "");
}

void help_overview(struct buf *out)
{
	const struct verb *const *order = verbs_in_order();

	buf_add(out,
		STR("gamebot plays games: thousands of scripted players in one process, on good "
		    "lines and bad "
		    "ones,\nthat measure a gamesrvd and check everything it says to them.\n\n"));
	for (size_t i = 0; order[i]; i++) {
		CLEANUP(buf_free) struct buf usage = {0};

		put_usage(&usage, order[i]);
		buf_printf(out, "  %-36s %s\n", usage.p, order[i]->summary);
	}
	buf_add(out, STR("\nTopics of help: behaviours, misdeeds, metrics, and every verb.\n\nExit "
			 "codes\n"));
	buf_add(out, str_of(exits));
	buf_add(out, STR("\ntry: gamebot run examples/bots/chatter.yaml\n"));
}

static void put_option(struct buf *out, const struct option *o)
{
	CLEANUP(buf_free) struct buf head = {0};

	if (o->brief)
		buf_printf(&head, "-%c, ", o->brief);
	buf_printf(&head, "--%s%s%s", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
	buf_printf(out, "  %-24s %s\n", head.p, o->doc);
}

static void put_examples(struct buf *out, const char *examples)
{
	struct str rest = str_of(examples), line;

	while (str_cut(&rest, '\n', &line)) {
		struct str command, comment = line;

		if (line.n == 0)
			continue;
		str_cut(&comment, '\t', &command);
		buf_printf(out, "  # " STR_FMT "\n  " STR_FMT "\n", STR_ARG(comment),
			   STR_ARG(command));
	}
}

void help_verb(struct buf *out, const struct verb *v)
{
	put_usage(out, v);
	buf_printf(out, "\n%s.\n", v->summary);
	if (v->text)
		buf_printf(out, "\n%s\n", v->text);
	if (v->options)
		buf_add(out, STR("\nOptions\n"));
	for (const struct option *o = v->options; o && o->name; o++)
		put_option(out, o);
	if (v->examples) {
		buf_add(out, STR("\nExamples\n"));
		put_examples(out, v->examples);
	}
	buf_add(out, STR("\nExit codes\n"));
	buf_add(out, str_of(exits));
}

void help_behaviours(struct buf *out)
{
	buf_add(out, STR("What bots can do (Group.behaviour), and the fields of the group each "
			 "reads:\n\n"));
	for (size_t i = 0; i < behaviours_count; i++)
		buf_printf(out, "  %-10s %s\n  %-10s %s\n", behaviours[i]->name,
			   behaviours[i]->summary, "", behaviours[i]->fields);
}

void help_misdeeds(struct buf *out)
{
	buf_add(out, STR("What a rogue does (Group.misdeed), and what the server must do about "
			 "it:\n\n"));
	for (size_t i = 0; i < misdeeds_count; i++)
		buf_printf(out, "  %-20s %s; %s\n", misdeeds[i].name, misdeeds[i].summary,
			   misdeeds[i].tolerated ? "nobody else notices" : "its line must end");
}

void help_metrics(struct buf *out)
{
	buf_add(out,
		STR("Checks: more than 0 fails the run, unless a threshold names the metric\n\n"));
	for (int i = 0; i < METRIC_COUNT; i++)
		if (metric_rows[i].is_check)
			buf_printf(out, "  %-22s %s\n", metric_rows[i].name, metric_rows[i].text);
	buf_add(out, STR("\nNumbers: `joins >= 100`, or a second: `delivered rate >= 1000`\n\n"));
	for (int i = 0; i < METRIC_COUNT; i++)
		if (!metric_rows[i].is_check)
			buf_printf(out, "  %-22s %s\n", metric_rows[i].name, metric_rows[i].text);
	buf_add(out,
		STR("\nLatencies: `echo p99 < 50ms`; p50, p90, p99, p99.9, mean, max, count\n\n"));
	for (int i = 0; i < LATENCY_COUNT; i++)
		buf_printf(out, "  %-22s %s\n", latency_rows[i].name, latency_rows[i].text);
}

/* roff takes a backslash and a hyphen for its own, and a dot or quote that begins a line. */
static void roff(struct buf *out, struct str text)
{
	bool at_start = true;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (at_start && (c == '.' || c == '\''))
			buf_add(out, STR("\\&"));
		if (c == '-' || c == '\\')
			buf_add(out, STR("\\"));
		buf_addc(out, c == '\\' ? 'e' : c);
		at_start = c == '\n';
	}
}

static void roff_topic(struct buf *out, const char *title, void (*topic)(struct buf *))
{
	CLEANUP(buf_free) struct buf text = {0};

	topic(&text);
	buf_printf(out, ".SH %s\n.nf\n", title);
	roff(out, buf_str(&text));
	buf_add(out, STR(".fi\n"));
}

static void roff_verb(struct buf *out, const struct verb *v)
{
	CLEANUP(buf_free) struct buf usage = {0};

	put_usage(&usage, v);
	buf_add(out, STR(".SS \""));
	roff(out, buf_str(&usage));
	buf_add(out, STR("\"\n"));
	roff(out, str_of(v->summary));
	buf_add(out, STR(".\n"));
	if (v->text) {
		buf_add(out, STR(".PP\n"));
		roff(out, str_of(v->text));
		buf_addc(out, '\n');
	}
	for (const struct option *o = v->options; o && o->name; o++) {
		buf_add(out, STR(".TP\n.B \""));
		buf_printf(out, "\\-\\-%s%s%s\"\n", o->name, o->arg ? " " : "",
			   o->arg ? o->arg : "");
		roff(out, str_of(o->doc));
		buf_add(out, STR(".\n"));
	}
}

void help_man(struct buf *out)
{
	const struct verb *const *order = verbs_in_order();

	buf_add(out, STR(".TH GAMEBOT 1 \"\" \"gamesrv " GAMESRV_VERSION "\" \"gamesrv manual\"\n"
			 ".SH NAME\ngamebot \\- scripted players for gamesrvd\n"
			 ".SH SYNOPSIS\n.B gamebot\n.I VERB\n[word] [options]\n"
			 ".SH DESCRIPTION\n"
			 "Plays what a scenario says with up to tens of thousands of bots in one "
			 "process, on good "
			 "lines and\nbad ones, measures, checks everything the server says, and "
			 "ends with a code "
			 "that a script can trust.\n.SH VERBS\n"));
	for (size_t i = 0; order[i]; i++)
		roff_verb(out, order[i]);
	roff_topic(out, "BEHAVIOURS", help_behaviours);
	roff_topic(out, "MISDEEDS", help_misdeeds);
	roff_topic(out, "METRICS", help_metrics);
	buf_add(out, STR(".SH EXIT STATUS\n.nf\n"));
	roff(out, str_of(exits));
	buf_add(out, STR(".fi\n.SH SEE ALSO\n.BR gamesrvd (8),\n.BR gamectl (1)\n"));
}
