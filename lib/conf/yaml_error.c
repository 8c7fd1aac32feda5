/* lib/conf/yaml_error.c
 * What stopped libyaml, in words for the author of the text and at the place to look at. libyaml tells its
 * problem and, for some, the context in which it met it; both come as fixed texts, which the table below knows.
 */
#include "base/utf8.h"
#include "conf/yaml_reader.h"

/* A syntax error as libyaml gave it, in our marks. */
struct problem {
	struct yaml_reader *r;
	const char *text;
	struct conf_mark at, context; /* context.line == 0: none */
	size_t byte;                  /* of `at` */
	struct str line;              /* of `at` */
	bool at_end;                  /* of the text */
};

static struct conf_finding *say(const struct problem *p, struct conf_mark at, const char *message)
{
	return yaml_report(p->r, "yaml", at, (struct conf_mark){0}, "%s", message);
}

static void show_also(struct conf_finding *f, const struct problem *p, struct conf_mark at,
		      struct conf_mark end)
{
	if (f != NULL && at.line != 0 && at.line != f->at.start.line)
		f->also = (struct conf_place){p->r->src, at, end};
}

static struct conf_mark next_column(struct conf_mark at)
{
	return (struct conf_mark){at.line, at.column + 1};
}

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

static bool begins_its_line(const struct problem *p)
{
	uint32_t tab;

	return indentation(p->line, &tab) + 1 == p->at.column;
}

/* The last line before `line` that holds more than blanks and a comment; 0: none. */
static uint32_t line_before(const struct yaml_reader *r, uint32_t line)
{
	while (--line > 0) {
		struct str s = str_trim(conf_source_line(r->src, line));

		if (s.n > 0 && s.p[0] != '#')
			return line;
	}
	return 0;
}

/* Words for the character that stands where it must not. */
static struct str character_at(const struct problem *p)
{
	const char *text = p->r->text + p->byte, *end = p->r->text + p->r->src->text.n;
	uint32_t cp;

	if (p->at_end)
		return STR("the end of the file");
	if (*text == '\n' || *text == '\r')
		return STR("the end of the line");
	return arena_printf(p->r->d->mem, "\"" STR_FMT "\"", (int)utf8_next(text, end, &cp), text);
}

static void bad_tab(const struct problem *p)
{
	struct conf_mark at = p->at;
	uint32_t tab;

	indentation(p->line, &tab);
	if (tab != 0)
		at.column = tab;
	yaml_hint(p->r, say(p, at, "a tab cannot indent"), "use spaces");
}

static void bad_start(const struct problem *p)
{
	struct str c = character_at(p);

	if (c.n == 3 && c.p[1] == '\t') {
		bad_tab(p);
		return;
	}
	yaml_hint(p->r,
		  yaml_report(p->r, "yaml", p->at, (struct conf_mark){0},
			      "a plain value cannot begin with " STR_FMT, STR_ARG(c)),
		  "put it in quotes");
}

/* A quote that ran over several lines and ended where another was meant to begin. */
static bool ran_away(const struct problem *p)
{
	const struct conf_place *q = &p->r->last_quoted;
	struct conf_finding *f;

	if (q->source == NULL || q->end.line != p->at.line || p->at.column < q->end.column)
		return false;
	f = say(p, q->start, "this quote is not closed on its line");
	yaml_hint(p->r, f, "the next quote, at line %u, column %u, ended it", q->end.line,
		  q->end.column - 1);
	show_also(f, p, (struct conf_mark){q->end.line, q->end.column - 1}, q->end);
	return true;
}

static void bad_indentation(const struct problem *p, struct conf_mark block)
{
	uint32_t tab, mine = indentation(p->line, &tab), above = line_before(p->r, p->at.line), its;
	struct conf_finding *f;

	if (tab != 0) {
		bad_tab(p);
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
	show_also(f, p, block, next_column(block));
}

static void no_key(const struct problem *p)
{
	bool after_quote;
	struct str c;

	if (ran_away(p))
		return;
	c = character_at(p);
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

static void no_item(const struct problem *p)
{
	struct conf_finding *f;

	if (ran_away(p))
		return;
	if (begins_its_line(p) && p->at.column != p->context.column) {
		bad_indentation(p, p->context);
		return;
	}
	f = say(p, p->at, "a list item begins with \"- \"");
	yaml_hint(p->r, f, "the list began at line %u", p->context.line);
	show_also(f, p, p->context, next_column(p->context));
}

static void no_colon(const struct problem *p)
{
	struct yaml_reader *r = p->r;
	struct str line = conf_source_line(r->src, p->context.line);
	size_t from = conf_source_byte(r->src, p->context);
	struct str rest = {r->text + from, (size_t)(line.p + line.n - (r->src->text.p + from))};

	if (rest.n > 0 && (rest.p[0] == '"' || rest.p[0] == '\'') &&
	    p->at.line > p->context.line + 1) {
		say(p, p->context, "this quote is not closed on its line");
		return;
	}
	if (yaml_missing_colon_space(rest) > 0) {
		yaml_report_missing_space(r, p->context, rest);
		return;
	}
	yaml_hint(r,
		  yaml_report(r, "yaml", p->context,
			      (struct conf_mark){p->context.line, UINT32_MAX},
			      "this line has no colon: a key is wanted"),
		  "a mapping holds lines of the form key: value");
}

static void second_colon(const struct problem *p)
{
	struct yaml_reader *r = p->r;
	struct str before = {p->line.p, p->byte - (size_t)(p->line.p - r->src->text.p)};
	uint32_t above = line_before(r, p->at.line), tab;
	struct conf_finding *f;

	if (ran_away(p))
		return;
	indentation(p->line, &tab);
	if (tab != 0) {
		bad_tab(p);
		return;
	}
	for (size_t i = 0; i + 1 < before.n; i++)
		if (before.p[i] == ':' && before.p[i + 1] == ' ') {
			yaml_hint(r, say(p, p->at, "a second \": \" in one line"),
				  "put the value in quotes when it holds a colon");
			return;
		}
	if (above == 0) {
		say(p, p->at, "a colon cannot stand here");
		return;
	}
	f = yaml_report(r, "yaml", (struct conf_mark){p->at.line, indentation(p->line, &tab) + 1},
			p->at, "this key cannot stand here: the line above already has a value");
	yaml_hint(r, f,
		  "begin the line in the column of the key above, or leave out the value above");
	show_also(f, p,
		  (struct conf_mark){above, indentation(conf_source_line(r->src, above), &tab) + 1},
		  (struct conf_mark){above, UINT32_MAX});
}

static void bad_dash(const struct problem *p)
{
	yaml_hint(p->r, say(p, p->at, "a list item cannot begin here"),
		  "write each \"- item\" on a line of its own, below the key");
}

static void open_quote(const struct problem *p)
{
	struct conf_finding *f = say(p, p->context, "this quote is never closed");

	yaml_hint(p->r, f,
		  p->at_end ? "the text runs to the end of the file"
			    : "the document ends before it");
}

static void bad_escape(const struct problem *p)
{
	struct str rest = {p->r->text + p->byte, p->r->src->text.n - p->byte};
	uint32_t cp;

	if (rest.n < 2) {
		say(p, p->at, "an unfinished escape");
		return;
	}
	yaml_hint(p->r,
		  yaml_report(p->r, "yaml", p->at, (struct conf_mark){p->at.line, p->at.column + 2},
			      "\"\\" STR_FMT "\" is no escape",
			      (int)utf8_next(rest.p + 1, rest.p + rest.n, &cp), rest.p + 1),
		  "write \\\\ for a backslash, or use single quotes");
}

static void bad_hex(const struct problem *p)
{
	yaml_hint(p->r,
		  say(p, p->at,
		      "an escape needs its hexadecimal digits: \\x41, \\u0041, \\U00000041"),
		  "write \\\\ for a backslash, or use single quotes");
}

static void bad_code_point(const struct problem *p)
{
	yaml_hint(p->r, say(p, p->at, "this escape is no Unicode character"),
		  "characters above U+FFFF are written as one \\U0001F600");
}

/* In a flow collection: a missing comma, or a bracket that is never closed. */
static void bad_flow(const struct problem *p)
{
	bool seq = strchr(p->text, ']') != NULL;
	char open = seq ? '[' : '{', close = seq ? ']' : '}';
	struct str c = character_at(p);
	bool never = p->at_end || (p->at.line > p->context.line && c.n == 3 && c.p[1] == ':');
	struct conf_finding *f;

	if (ran_away(p))
		return;
	if (never) {
		f = yaml_report(p->r, "yaml", p->context, (struct conf_mark){0},
				"this \"%c\" is never closed", open);
		yaml_hint(p->r, f, "add the \"%c\"", close);
		if (!p->at_end)
			show_also(f, p, p->at, next_column(p->at));
		return;
	}
	f = yaml_report(p->r, "yaml", p->at, (struct conf_mark){0},
			"\",\" or \"%c\" is wanted before " STR_FMT, close, STR_ARG(c));
	show_also(f, p, p->context, next_column(p->context));
}

static void bad_content(const struct problem *p)
{
	struct str c = character_at(p);

	yaml_report(p->r, "yaml", p->at, (struct conf_mark){0},
		    STR_FMT " cannot stand here: a value is wanted", STR_ARG(c));
}

static void bad_document(const struct problem *p)
{
	uint32_t above = line_before(p->r, p->at.line);
	struct str line = conf_source_line(p->r->src, above);

	if (above != 0 && str_starts(line, STR("..."))) {
		yaml_hint(p->r,
			  yaml_report(p->r, "trailing", p->at,
				      (struct conf_mark){p->at.line, UINT32_MAX},
				      "text after the end of the document, \"...\" in line %u",
				      above),
			  "begin another document with \"---\"");
		return;
	}
	if (ran_away(p))
		return;
	yaml_hint(p->r, say(p, p->at, "text after the end of the document"),
		  "begin another document with \"---\"");
}

static void bad_version(const struct problem *p)
{
	yaml_hint(p->r,
		  yaml_report(p->r, "yaml", p->at, (struct conf_mark){p->at.line, UINT32_MAX},
			      "this version of YAML is not known"),
		  "leave the line out, or write %%YAML 1.2");
}

static void bad_directive(const struct problem *p)
{
	struct conf_mark at = p->context.line ? p->context : p->at;

	yaml_hint(p->r,
		  yaml_report(p->r, "yaml", at, (struct conf_mark){at.line, UINT32_MAX},
			      "this line is no directive that YAML knows"),
		  "a value that begins with %% needs quotes");
}

static void bad_handle(const struct problem *p)
{
	yaml_hint(p->r,
		  yaml_report(p->r, "tag", p->at, (struct conf_mark){0}, "this tag is not known"),
		  "leave it out: the schema says what type a value has");
}

static void bad_tag(const struct problem *p)
{
	struct conf_mark at = p->context.line ? p->context : p->at;

	yaml_hint(p->r,
		  yaml_report(p->r, "tag", at, (struct conf_mark){0},
			      "a value that begins with \"!\" is a tag"),
		  "put the value in quotes");
}

static void bad_name(const struct problem *p)
{
	yaml_hint(p->r,
		  say(p, p->context.line ? p->context : p->at,
		      "the name of an anchor or alias is missing or holds other characters than "
		      "A-Za-z0-9_-"),
		  "put the value in quotes when no anchor is meant");
}

static void bad_header(const struct problem *p)
{
	yaml_hint(
		p->r,
		say(p, p->at, "only an indentation (1-9), + or - and a comment may follow | or >"),
		"begin the text on the next line");
}

static const struct {
	const char *problem; /* as libyaml words it */
	const char *context; /* where one problem has several; NULL: any */
	void (*report)(const struct problem *p);
} table[] = {
	{"could not find expected ':'", NULL, no_colon},
	{"mapping values are not allowed in this context", NULL, second_colon},
	{"block sequence entries are not allowed in this context", NULL, bad_dash},
	{"did not find expected key", NULL, no_key},
	{"did not find expected '-' indicator", NULL, no_item},
	{"found character that cannot start any token", NULL, bad_start},
	{"found a tab character that violates indentation", NULL, bad_tab},
	{"found a tab character where an indentation space is expected", NULL, bad_tab},
	{"found unexpected end of stream", NULL, open_quote},
	{"found unexpected document indicator", NULL, open_quote},
	{"found unknown escape character", NULL, bad_escape},
	{"did not find expected hexdecimal number", NULL, bad_hex},
	{"found invalid Unicode character escape code", NULL, bad_code_point},
	{"did not find expected ',' or ']'", NULL, bad_flow},
	{"did not find expected ',' or '}'", NULL, bad_flow},
	{"did not find expected node content", NULL, bad_content},
	{"did not find expected <document start>", NULL, bad_document},
	{"found incompatible YAML document", NULL, bad_version},
	{"found unknown directive name", NULL, bad_directive},
	{"could not find expected directive name", NULL, bad_directive},
	{"found unexpected non-alphabetical character", NULL, bad_directive},
	{"found undefined tag handle", NULL, bad_handle},
	{"did not find the expected '>'", NULL, bad_tag},
	{"did not find expected '!'", NULL, bad_tag},
	{"did not find expected tag URI", NULL, bad_tag},
	{"did not find expected whitespace or line break", NULL, bad_tag},
	{"did not find expected alphabetic or numeric character", NULL, bad_name},
	{"found an indentation indicator equal to 0", NULL, bad_header},
	{"did not find expected comment or line break", "while scanning a block scalar",
	 bad_header},
	{"did not find expected comment or line break", NULL, bad_directive},
};

/* libyaml puts the end of the text on a line of its own when the last one is not ended. */
static struct conf_mark within_text(const struct yaml_reader *r, struct conf_mark at)
{
	if (at.line <= r->src->line_count)
		return at;
	return conf_source_mark(r->src, r->src->text.n);
}

static struct problem problem_of(struct yaml_reader *r)
{
	const yaml_parser_t *parser = &r->parser;
	struct problem p = {.r = r, .text = parser->problem ? parser->problem : "unknown problem"};

	p.at = within_text(r, yaml_mark_of(r, &parser->problem_mark));
	if (parser->error == YAML_READER_ERROR)
		p.at = conf_source_mark(r->src, r->base_byte + parser->problem_offset);
	if (parser->context != NULL)
		p.context = within_text(r, yaml_mark_of(r, &parser->context_mark));
	p.byte = conf_source_byte(r->src, p.at);
	p.line = conf_source_line(r->src, p.at.line);
	p.at_end = p.byte >= r->src->text.n;
	return p;
}

uint32_t yaml_report_syntax(struct yaml_reader *r)
{
	struct problem p = problem_of(r);
	const char *context = r->parser.context ? r->parser.context : "";

	/* The path would be that of the place where the reader stopped, which means nothing to the author. */
	r->frames.count = 0;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (strcmp(table[i].problem, p.text) == 0 &&
		    (table[i].context == NULL || strcmp(table[i].context, context) == 0)) {
			table[i].report(&p);
			return p.at.line;
		}
	yaml_report(r, "yaml", p.at, (struct conf_mark){0}, "%s", p.text);
	return p.at.line;
}
