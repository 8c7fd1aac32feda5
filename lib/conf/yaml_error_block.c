/* lib/conf/yaml_error_block.c: syntax errors that depend on lines and their indentation. */
#include "conf/yaml_problem.h"

/* Columns of blanks a line begins with; *tab: the first tab among them, from 1, or 0. */
static uint32_t indentation(struct str line, uint32_t *tab)
{
	uint32_t n = 0;

	*tab = 0;
	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t')) {
		n++;
		if (line.p[n - 1] == '\t' && *tab == 0)
			*tab = n;
	}
	return n;
}

static bool begins_its_line(const struct yaml_problem *p)
{
	uint32_t tab;

	return indentation(p->line, &tab) + 1 == p->at.column;
}

/* The last line before `line` that holds more than blanks and a comment; 0: none. */
uint32_t yaml_line_before(const struct yaml_reader *r, uint32_t line)
{
	while (--line > 0) {
		struct str s = str_trim(conf_source_line(r->src, line));

		if (s.n > 0 && s.p[0] != '#')
			return line;
	}
	return 0;
}

void yaml_bad_tab(const struct yaml_problem *p)
{
	struct conf_mark at = p->at;
	uint32_t tab;

	indentation(p->line, &tab);
	if (tab != 0)
		at.column = tab;
	yaml_hint(p->r, yaml_say(p, at, "a tab cannot indent"), "use spaces");
}

static void bad_indentation(const struct yaml_problem *p, struct conf_mark block)
{
	uint32_t tab, mine = indentation(p->line, &tab), above = yaml_line_before(p->r, p->at.line),
		      its;
	struct conf_finding *f;

	if (tab != 0) {
		yaml_bad_tab(p);
		return;
	}
	its = indentation(conf_source_line(p->r->src, above), &tab);
	if (above > block.line && its > mine)
		f = yaml_report(p->r, "yaml", p->at, (struct conf_mark){0},
				"this line is indented by %u, line %u by %u and line %u by %u: it "
				"belongs to neither",
				mine, block.line, block.column - 1, above, its);
	else
		f = yaml_report(
			p->r, "yaml", p->at, (struct conf_mark){0},
			"this line is indented by %u, the block that began at line %u by %u", mine,
			block.line, block.column - 1);
	yaml_hint(p->r, f, "lines of one block begin in the same column");
	yaml_show_also(f, p, block, yaml_next_column(block));
}

void yaml_no_key(const struct yaml_problem *p)
{
	bool after_quote;
	struct str c;

	if (yaml_ran_away(p))
		return;
	c = yaml_character_at(p);
	if (begins_its_line(p) && !p->at_end && p->at.column != p->context.column) {
		bad_indentation(p, p->context);
		return;
	}
	after_quote = p->byte > 0 && p->r->text[p->byte - 1] == '\'';
	yaml_hint(p->r,
		  yaml_report(p->r, "yaml", p->at, (struct conf_mark){0},
			      STR_FMT " cannot stand here: a key is wanted", STR_ARG(c)),
		  "%s",
		  begins_its_line(p) ? "a mapping holds lines of the form key: value"
		  : after_quote      ? "within single quotes, '' stands for a quote"
				     : "is a quote or a line end missing before it?");
}

void yaml_no_item(const struct yaml_problem *p)
{
	struct conf_finding *f;

	if (yaml_ran_away(p))
		return;
	if (begins_its_line(p) && p->at.column != p->context.column) {
		bad_indentation(p, p->context);
		return;
	}
	f = yaml_say(p, p->at, "a list item begins with \"- \"");
	yaml_hint(p->r, f, "the list began at line %u", p->context.line);
	yaml_show_also(f, p, p->context, yaml_next_column(p->context));
}

void yaml_no_colon(const struct yaml_problem *p)
{
	struct yaml_reader *r = p->r;
	struct str line = conf_source_line(r->src, p->context.line);
	size_t from = conf_source_byte(r->src, p->context);
	struct str rest = {r->text + from, (size_t)(line.p + line.n - (r->src->text.p + from))};

	if (rest.n > 0 && (rest.p[0] == '"' || rest.p[0] == '\'') &&
	    p->at.line > p->context.line + 1) {
		yaml_say(p, p->context, "this quote is not closed on its line");
		return;
	}
	if (yaml_missing_colon_space(rest) > 0) {
		yaml_report_missing_space(r, p->context, rest);
		return;
	}
	yaml_hint(r,
		  yaml_report(r, "yaml", p->context,
			      (struct conf_mark){p->context.line, YAML_LINE_END},
			      "this line has no colon: a key is wanted"),
		  "a mapping holds lines of the form key: value");
}

void yaml_second_colon(const struct yaml_problem *p)
{
	struct yaml_reader *r = p->r;
	struct str before = {p->line.p, p->byte - (size_t)(p->line.p - r->src->text.p)};
	uint32_t above = yaml_line_before(r, p->at.line), tab;
	struct conf_finding *f;

	if (yaml_ran_away(p))
		return;
	indentation(p->line, &tab);
	if (tab != 0) {
		yaml_bad_tab(p);
		return;
	}
	for (size_t i = 0; i + 1 < before.n; i++)
		if (before.p[i] == ':' && before.p[i + 1] == ' ') {
			yaml_hint(r, yaml_say(p, p->at, "a second \": \" in one line"),
				  "put the value in quotes when it holds a colon");
			return;
		}
	if (above == 0) {
		yaml_say(p, p->at, "a colon cannot stand here");
		return;
	}
	f = yaml_report(r, "yaml", (struct conf_mark){p->at.line, indentation(p->line, &tab) + 1},
			p->at, "this key cannot stand here: the line above already has a value");
	yaml_hint(r, f,
		  "begin the line in the column of the key above, or leave out the value above");
	yaml_show_also(
		f, p,
		(struct conf_mark){above, indentation(conf_source_line(r->src, above), &tab) + 1},
		(struct conf_mark){above, YAML_LINE_END});
}

void yaml_bad_dash(const struct yaml_problem *p)
{
	yaml_hint(p->r, yaml_say(p, p->at, "a list item cannot begin here"),
		  "write each \"- item\" on a line of its own, below the key");
}
