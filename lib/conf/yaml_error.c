/* lib/conf/yaml_error.c
 * What stopped libyaml, in words for the author of the text and at the place to look at. libyaml tells its
 * problem and, for some, the context in which it met it; both come as fixed texts, which the table below knows.
 */
#include "base/utf8.h"
#include "conf/yaml_problem.h"

struct conf_finding *yaml_say(const struct yaml_problem *p, struct conf_mark at,
			      const char *message)
{
	return yaml_report(p->r, "yaml", at, (struct conf_mark){0}, "%s", message);
}

void yaml_show_also(struct conf_finding *f, const struct yaml_problem *p, struct conf_mark at,
		    struct conf_mark end)
{
	if (f != NULL && at.line != 0 && at.line != f->at.start.line)
		f->also = (struct conf_place){p->r->src, at, end};
}

struct conf_mark yaml_next_column(struct conf_mark at)
{
	return (struct conf_mark){at.line, at.column + 1};
}

/* Words for the character that stands where it must not. */
struct str yaml_character_at(const struct yaml_problem *p)
{
	const char *text = p->r->text + p->byte, *end = p->r->text + p->r->src->text.n;
	uint32_t cp;

	if (p->at_end)
		return STR("the end of the file");
	if (*text == '\n' || *text == '\r')
		return STR("the end of the line");
	return arena_printf(p->r->d->mem, "\"" STR_FMT "\"", (int)utf8_next(text, end, &cp), text);
}

static void bad_start(const struct yaml_problem *p)
{
	struct str c = yaml_character_at(p);

	if (c.n == 3 && c.p[1] == '\t') {
		yaml_bad_tab(p);
		return;
	}
	yaml_hint(p->r,
		  yaml_report(p->r, "yaml", p->at, (struct conf_mark){0},
			      "a plain value cannot begin with " STR_FMT, STR_ARG(c)),
		  "put it in quotes");
}

/* A quote that ran over several lines and ended where another was meant to begin. */
bool yaml_ran_away(const struct yaml_problem *p)
{
	const struct conf_place *q = &p->r->last_quoted;
	struct conf_finding *f;

	if (q->source == NULL || q->end.line != p->at.line || p->at.column < q->end.column)
		return false;
	f = yaml_say(p, q->start, "this quote is not closed on its line");
	yaml_hint(p->r, f, "the next quote, at line %u, column %u, ended it", q->end.line,
		  q->end.column - 1);
	yaml_show_also(f, p, (struct conf_mark){q->end.line, q->end.column - 1}, q->end);
	return true;
}

static void open_quote(const struct yaml_problem *p)
{
	struct conf_finding *f = yaml_say(p, p->context, "this quote is never closed");

	yaml_hint(p->r, f,
		  p->at_end ? "the text runs to the end of the file"
			    : "the document ends before it");
}

static void bad_escape(const struct yaml_problem *p)
{
	struct str rest = {p->r->text + p->byte, p->r->src->text.n - p->byte};
	uint32_t cp;

	if (rest.n < 2) {
		yaml_say(p, p->at, "an unfinished escape");
		return;
	}
	yaml_hint(p->r,
		  yaml_report(p->r, "yaml", p->at, (struct conf_mark){p->at.line, p->at.column + 2},
			      "\"\\" STR_FMT "\" is no escape",
			      (int)utf8_next(rest.p + 1, rest.p + rest.n, &cp), rest.p + 1),
		  "write \\\\ for a backslash, or use single quotes");
}

static void bad_hex(const struct yaml_problem *p)
{
	yaml_hint(p->r,
		  yaml_say(p, p->at,
			   "an escape needs its hexadecimal digits: \\x41, \\u0041, \\U00000041"),
		  "write \\\\ for a backslash, or use single quotes");
}

static void bad_code_point(const struct yaml_problem *p)
{
	yaml_hint(p->r, yaml_say(p, p->at, "this escape is no Unicode character"),
		  "characters above U+FFFF are written as one \\U0001F600");
}

static void never_closed(const struct yaml_problem *p, struct conf_mark opening, bool seq)
{
	struct conf_finding *f = yaml_report(p->r, "yaml", opening, (struct conf_mark){0},
					     "this \"%c\" is never closed", seq ? '[' : '{');

	yaml_hint(p->r, f, "add the \"%c\"", seq ? ']' : '}');
	if (!p->at_end)
		yaml_show_also(f, p, p->at, yaml_next_column(p->at));
}

/* In a flow collection: a missing comma, or a bracket that is never closed. */
static void bad_flow(const struct yaml_problem *p)
{
	bool seq = strchr(p->text, ']') != NULL;
	struct str c = yaml_character_at(p);
	bool colon = p->at.line > p->context.line && c.n == 3 && c.p[1] == ':';
	struct conf_finding *f;

	if (yaml_ran_away(p))
		return;
	if (p->at_end || colon) {
		never_closed(p, p->context, seq);
		return;
	}
	f = yaml_report(p->r, "yaml", p->at, (struct conf_mark){0},
			"\",\" or \"%c\" is wanted before " STR_FMT, seq ? ']' : '}', STR_ARG(c));
	if (c.n == 3 && (c.p[1] == '[' || c.p[1] == '{'))
		yaml_hint(p->r, f, "a text with brackets stands in quotes here");
	yaml_show_also(f, p, p->context, yaml_next_column(p->context));
}

static void bad_content(const struct yaml_problem *p)
{
	struct str c = yaml_character_at(p);

	if (p->flow != NULL && (p->at_end || p->at.column == 1)) {
		never_closed(p, p->flow->start, p->flow->kind == YAML_SEQ);
		return;
	}
	if (p->at.column == 1 && str_starts(p->line, STR("..."))) {
		yaml_hint(p->r,
			  yaml_report(p->r, "empty", p->at, (struct conf_mark){p->at.line, 4},
				      "there is no document before this \"...\""),
			  "remove it");
		return;
	}
	yaml_report(p->r, "yaml", p->at, (struct conf_mark){0},
		    STR_FMT " cannot stand here: a value is wanted", STR_ARG(c));
}

static void bad_document(const struct yaml_problem *p)
{
	uint32_t above = yaml_line_before(p->r, p->at.line);
	struct str line = conf_source_line(p->r->src, above);

	if (above != 0 && str_starts(line, STR("..."))) {
		yaml_hint(p->r,
			  yaml_report(p->r, "trailing", p->at,
				      (struct conf_mark){p->at.line, YAML_LINE_END},
				      "text after the end of the document, \"...\" in line %u",
				      above),
			  "begin another document with \"---\"");
		return;
	}
	if (yaml_ran_away(p))
		return;
	yaml_hint(p->r, yaml_say(p, p->at, "text after the end of the document"),
		  "begin another document with \"---\"");
}

/* Within a flow collection, `{a:[b]}`, `[a:, b]`. */
static void bad_colon(const struct yaml_problem *p)
{
	char next = p->byte + 1 < p->r->src->text.n ? p->r->text[p->byte + 1] : '\0';

	if (next == '[' || next == '{')
		yaml_hint(p->r,
			  yaml_report(p->r, "missing-space", p->at, (struct conf_mark){0},
				      "missing space after the colon"),
			  "write \": %c\"", next);
	else
		yaml_hint(p->r, yaml_say(p, p->at, "no value stands behind this colon"),
			  "write one after a space, or put the text in quotes");
}

static void bad_question(const struct yaml_problem *p)
{
	yaml_hint(p->r, yaml_say(p, p->at, "\"?\" and a space cannot stand here"),
		  "put the value in quotes when a text is meant");
}

static void bad_version(const struct yaml_problem *p)
{
	yaml_hint(p->r,
		  yaml_report(p->r, "yaml", p->at, (struct conf_mark){p->at.line, YAML_LINE_END},
			      "this version of YAML is not known"),
		  "leave the line out, or write %%YAML 1.2");
}

static void bad_directive(const struct yaml_problem *p)
{
	struct conf_mark at = p->context.line ? p->context : p->at;

	yaml_hint(p->r,
		  yaml_report(p->r, "yaml", at, (struct conf_mark){at.line, YAML_LINE_END},
			      "this line is no directive that YAML knows"),
		  "a value that begins with %% needs quotes");
}

static void second_directive(const struct yaml_problem *p)
{
	yaml_hint(p->r,
		  yaml_report(p->r, "yaml", p->at, (struct conf_mark){p->at.line, YAML_LINE_END},
			      "this line repeats one above"),
		  "remove one of the two");
}

static void bad_handle(const struct yaml_problem *p)
{
	yaml_hint(p->r,
		  yaml_report(p->r, "tag", p->at, (struct conf_mark){0}, "this tag is not known"),
		  "leave it out: the schema says what type a value has");
}

static void bad_tag(const struct yaml_problem *p)
{
	struct conf_mark at = p->context.line ? p->context : p->at;

	yaml_hint(p->r,
		  yaml_report(p->r, "tag", at, (struct conf_mark){0},
			      "a value that begins with \"!\" is a tag"),
		  "put the value in quotes");
}

static void bad_name(const struct yaml_problem *p)
{
	yaml_hint(
		p->r,
		yaml_say(p, p->context.line ? p->context : p->at,
			 "the name of an anchor or alias is missing or holds other characters than "
			 "A-Za-z0-9_-"),
		"put the value in quotes when no anchor is meant");
}

static void bad_header(const struct yaml_problem *p)
{
	yaml_hint(p->r,
		  yaml_say(p, p->at,
			   "only an indentation (1-9), + or - and a comment may follow | or >"),
		  "begin the text on the next line");
}

static const struct {
	const char *problem; /* as libyaml words it */
	const char *context; /* where one problem has several; NULL: any */
	void (*report)(const struct yaml_problem *p);
} table[] = {
	{"could not find expected ':'", NULL, yaml_no_colon},
	{"mapping values are not allowed in this context", NULL, yaml_second_colon},
	{"block sequence entries are not allowed in this context", NULL, yaml_bad_dash},
	{"did not find expected key", NULL, yaml_no_key},
	{"did not find expected '-' indicator", NULL, yaml_no_item},
	{"mapping keys are not allowed in this context", NULL, bad_question},
	{"found character that cannot start any token", NULL, bad_start},
	{"found a tab character that violates indentation", NULL, yaml_bad_tab},
	{"found a tab character where an indentation space is expected", NULL, yaml_bad_tab},
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
	{"did not find expected version number", NULL, bad_version},
	{"did not find expected digit or '.' character", NULL, bad_version},
	{"found extremely long version number", NULL, bad_version},
	{"found duplicate %YAML directive", NULL, second_directive},
	{"found duplicate %TAG directive", NULL, second_directive},
	{"found unexpected ':'", NULL, bad_colon},
	{"found unknown directive name", NULL, bad_directive},
	{"could not find expected directive name", NULL, bad_directive},
	{"found unexpected non-alphabetical character", NULL, bad_directive},
	{"found undefined tag handle", NULL, bad_handle},
	{"did not find expected '!'", "while scanning a tag directive", bad_directive},
	{"did not find expected '!'", "while parsing a tag directive", bad_directive},
	{"did not find expected tag URI", "while parsing a %TAG directive", bad_directive},
	{"did not find expected whitespace or line break", "while scanning a %TAG directive",
	 bad_directive},
	{"did not find the expected '>'", NULL, bad_tag},
	{"did not find expected '!'", NULL, bad_tag},
	{"did not find expected tag URI", NULL, bad_tag},
	{"did not find URI escaped octet", NULL, bad_tag},
	{"found an incorrect leading UTF-8 octet", NULL, bad_tag},
	{"found an incorrect trailing UTF-8 octet", NULL, bad_tag},
	{"did not find expected whitespace", NULL, bad_directive},
	{"did not find expected whitespace or line break", NULL, bad_tag},
	{"did not find expected alphabetic or numeric character", NULL, bad_name},
	{"found an indentation indicator equal to 0", NULL, bad_header},
	{"did not find expected comment or line break", "while scanning a block scalar",
	 bad_header},
	{"did not find expected comment or line break", NULL, bad_directive},
};

static const struct yaml_node *open_flow(const struct yaml_reader *r)
{
	const struct yaml_node *top =
		r->frames.count ? r->frames.items[r->frames.count - 1].node : NULL;

	return top != NULL && top->style == YAML_FLOW ? top : NULL;
}

static struct yaml_problem problem_of(struct yaml_reader *r)
{
	const yaml_parser_t *parser = &r->parser;
	struct yaml_problem p = {.r = r,
				 .text = parser->problem ? parser->problem : "unknown problem"};

	p.at = yaml_mark_of(r, &parser->problem_mark);
	if (parser->error == YAML_READER_ERROR)
		p.at = conf_source_mark(r->src, r->base_byte + parser->problem_offset);
	if (parser->context != NULL)
		p.context = yaml_mark_of(r, &parser->context_mark);
	p.byte = conf_source_byte(r->src, p.at);
	p.line = conf_source_line(r->src, p.at.line);
	p.at_end = p.byte >= r->src->text.n;
	p.flow = open_flow(r);
	return p;
}

/* What a version control system leaves where two people changed one place. */
static bool is_conflict_marker(struct str line)
{
	return str_starts(line, STR("<<<<<<< ")) || str_starts(line, STR(">>>>>>> ")) ||
	       str_is(line, "=======");
}

static bool merge_conflict(const struct yaml_problem *p)
{
	uint32_t lines[] = {p->context.line, p->at.line > 1 ? p->at.line - 1 : 0, p->at.line};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		if (lines[i] == 0 || !is_conflict_marker(conf_source_line(p->r->src, lines[i])))
			continue;
		yaml_hint(p->r,
			  yaml_report(p->r, "yaml", (struct conf_mark){lines[i], 1},
				      (struct conf_mark){lines[i], YAML_LINE_END},
				      "a merge conflict is not resolved here"),
			  "keep one side and remove the three marked lines");
		return true;
	}
	return false;
}

uint32_t yaml_report_syntax(struct yaml_reader *r)
{
	struct yaml_problem p = problem_of(r);
	const char *context = r->parser.context ? r->parser.context : "";

	/* The path would be that of the place where the reader stopped, which means nothing to the author. */
	r->frames.count = 0;
	if (merge_conflict(&p))
		return p.at.line;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (strcmp(table[i].problem, p.text) == 0 &&
		    (table[i].context == NULL || strcmp(table[i].context, context) == 0)) {
			table[i].report(&p);
			return p.at.line;
		}
	yaml_report(r, "yaml", p.at, (struct conf_mark){0}, "%s", p.text);
	return p.at.line;
}
