/* lib/admin/where.c: text to condition. */
#include <stdio.h>
#include <stdlib.h>

#include "admin/where_tree.h"

enum { DEPTH_MAX = 32 };

struct parser {
	struct arena *mem;
	struct str text;
	size_t at;
	int depth;
	struct where_error *error;
};

static const struct where *parse_or(struct parser *p);

static const struct where *fail(struct parser *p, const char *message)
{
	if (p->error->message[0] == '\0') {
		p->error->column = p->at + 1;
		snprintf(p->error->message, sizeof(p->error->message), "%s", message);
	}
	return NULL;
}

static void skip_spaces(struct parser *p)
{
	while (p->at < p->text.n && strchr(" \t\r\n", p->text.p[p->at]) != NULL)
		p->at++;
}

static char peek(const struct parser *p)
{
	return p->at < p->text.n ? p->text.p[p->at] : '\0';
}

static bool accept(struct parser *p, const char *word)
{
	skip_spaces(p);
	if (!str_starts((struct str){p->text.p + p->at, p->text.n - p->at}, str_of(word)))
		return false;
	p->at += strlen(word);
	return true;
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

static struct str name_here(struct parser *p)
{
	size_t from = p->at;

	while (p->at < p->text.n && is_name(p->text.p[p->at]))
		p->at++;
	return (struct str){p->text.p + from, p->at - from};
}

static void drop_literal(void *literal)
{
	json_decref(literal);
}

static struct where *node(struct parser *p, enum where_kind kind, const struct where *a,
			  const struct where *b)
{
	struct where *w = ARENA_NEW(p->mem, struct where);

	*w = (struct where){kind, a, b, NULL, NULL};
	return w;
}

static const struct where *literal(struct parser *p, json_t *value)
{
	struct where *w;

	if (value == NULL)
		return fail(p, "the text is not UTF-8, or memory is short");
	w = node(p, WHERE_LITERAL, NULL, NULL);
	w->literal = value;
	arena_defer(p->mem, drop_literal, value);
	return w;
}

/* Behind the opening quote; \x stands for x. */
static bool quoted(struct parser *p, char quote, struct str *out)
{
	char *to = arena_alloc_aligned(p->mem, p->text.n - p->at + 1, 1);
	size_t n = 0;

	for (; peek(p) != quote; p->at++) {
		if (p->at < p->text.n && peek(p) == '\\')
			p->at++;
		if (p->at >= p->text.n) {
			fail(p, "the text in quotes has no closing quote");
			return false;
		}
		to[n++] = peek(p);
	}
	p->at++;
	*out = (struct str){to, n};
	return true;
}

static const struct where *parse_number(struct parser *p)
{
	struct str rest = {p->text.p + p->at, p->text.n - p->at};
	size_t sign = rest.p[0] == '-', n;
	struct str number;
	char text[72];
	double ignored;

	n = where_number_length((struct str){rest.p + sign, rest.n - sign});
	while (n && sign + n < rest.n &&
	       (is_name(rest.p[sign + n]) || rest.p[sign + n] == '%' || rest.p[sign + n] == '.'))
		n++;
	number = (struct str){rest.p, sign + n};
	if (n == 0 || number.n > 64)
		return fail(p, "a number is expected behind -");
	if (where_quantity(number, &ignored)) {
		p->at += number.n;
		return literal(p, json_stringn(number.p, number.n));
	}
	if (where_number_length((struct str){rest.p + sign, n}) != n)
		return fail(
			p,
			"this is neither a number nor a quantity such as 30s, 4KiB or 12.5%; put "
			"text in quotes");
	memcpy(text, number.p, number.n);
	text[number.n] = '\0';
	p->at += number.n;
	if (str_find(number, '.') < 0 && number.n <= 18)
		return literal(p, json_integer(strtoll(text, NULL, 10)));
	return literal(p, json_real(strtod(text, NULL)));
}

static bool parse_step(struct parser *p, struct where_step *step)
{
	char c = peek(p);

	if (c == '.') {
		p->at++;
		step->name = name_here(p);
		if (step->name.n == 0)
			fail(p, "a field's name is expected behind the dot");
		return step->name.n > 0;
	}
	p->at++; /* [ */
	c = peek(p);
	if (c == '"' || c == '\'') {
		p->at++;
		if (!quoted(p, c, &step->name))
			return false;
	} else {
		struct str digits = name_here(p);

		for (size_t i = 0; i < digits.n; i++) {
			if (digits.p[i] < '0' || digits.p[i] > '9')
				digits.n = 0;
			else
				step->index = step->index * 10 + (size_t)(digits.p[i] - '0');
		}
		if (digits.n == 0 || digits.n > 9) {
			fail(p, "an index or a key in quotes is expected between [ and ]");
			return false;
		}
	}
	if (peek(p) == ']') {
		p->at++;
		return true;
	}
	fail(p, "] is expected");
	return false;
}

static const struct where *parse_path(struct parser *p)
{
	struct where *w = node(p, WHERE_PATH, NULL, NULL);
	struct where_step *last = ARENA_NEW(p->mem, struct where_step);

	last->name = name_here(p);
	w->path = last;
	while (peek(p) == '.' || peek(p) == '[') {
		struct where_step *step = ARENA_NEW(p->mem, struct where_step);

		if (!parse_step(p, step))
			return NULL;
		last = last->next = step;
	}
	return w;
}

static const struct where *parse_value(struct parser *p)
{
	size_t from;
	struct str word;
	char c;

	skip_spaces(p);
	from = p->at;
	c = peek(p);
	if (c == '"' || c == '\'') {
		p->at++;
		return quoted(p, c, &word) ? literal(p, json_stringn(word.p, word.n)) : NULL;
	}
	if ((c >= '0' && c <= '9') || c == '-' || c == '.')
		return parse_number(p);
	if (!is_name(c))
		return fail(p, c ? "a field, a text in quotes or a number is expected here"
				 : "something is missing at the end: a field, a text in quotes or "
				   "a number");
	word = name_here(p);
	if (peek(p) != '.' && peek(p) != '[') {
		if (str_is(word, "true") || str_is(word, "false"))
			return literal(p, json_boolean(str_is(word, "true")));
		if (str_is(word, "null"))
			return literal(p, json_null());
	}
	p->at = from;
	return parse_path(p);
}

static const struct where *parse_comparison(struct parser *p)
{
	static const struct {
		const char *word;
		enum where_kind kind;
	} signs[] = {{"==", WHERE_EQ}, {"!=", WHERE_NE}, {"<=", WHERE_LE},  {">=", WHERE_GE},
		     {"<", WHERE_LT},  {">", WHERE_GT},  {"~", WHERE_HOLDS}};
	const struct where *a = parse_value(p), *b;

	if (a == NULL)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		if (accept(p, signs[i].word)) {
			b = parse_value(p);
			return b ? node(p, signs[i].kind, a, b) : NULL;
		}
	}
	skip_spaces(p);
	if (peek(p) == '=')
		return fail(p, "write == to compare");
	return node(p, WHERE_TRUTH, a, NULL);
}

static const struct where *parse_not(struct parser *p)
{
	const struct where *a;

	if (++p->depth > DEPTH_MAX)
		return fail(p, "the condition nests too deep");
	if (accept(p, "!")) {
		a = parse_not(p);
		a = a ? node(p, WHERE_NOT, a, NULL) : NULL;
	} else if (accept(p, "(")) {
		a = parse_or(p);
		if (a != NULL && !accept(p, ")"))
			a = fail(p, ") is expected");
	} else {
		a = parse_comparison(p);
	}
	p->depth--;
	return a;
}

static const struct where *parse_chain(struct parser *p, const char *sign, enum where_kind kind,
				       const struct where *(*operand)(struct parser *p))
{
	const struct where *a = operand(p), *b;
	int links = 0;

	while (a != NULL && accept(p, sign)) {
		if (++links > 256)
			return fail(p, "the condition is too long");
		b = operand(p);
		a = b ? node(p, kind, a, b) : NULL;
	}
	return a;
}

static const struct where *parse_and(struct parser *p)
{
	return parse_chain(p, "&&", WHERE_AND, parse_not);
}

static const struct where *parse_or(struct parser *p)
{
	return parse_chain(p, "||", WHERE_OR, parse_and);
}

const struct where *where_parse(struct arena *mem, struct str text, struct where_error *error)
{
	struct parser p = {mem, text, 0, 0, error};
	const struct where *w;

	*error = (struct where_error){0};
	skip_spaces(&p);
	if (p.at == text.n)
		return node(&p, WHERE_NOT, literal(&p, json_null()), NULL);
	w = parse_or(&p);
	skip_spaces(&p);
	if (w != NULL && p.at < text.n)
		return fail(&p, "the condition should end here, or go on with && or ||");
	return w;
}

const struct sort_keys *sort_parse(struct arena *mem, struct str text, struct where_error *error)
{
	struct parser p = {mem, text, 0, 0, error};
	struct sort_keys first = {0}, *last = &first;

	*error = (struct where_error){0};
	do {
		struct sort_keys *key = ARENA_NEW(mem, struct sort_keys);
		const struct where *path;

		key->descending = accept(&p, "-");
		skip_spaces(&p);
		path = is_name(peek(&p)) ? parse_path(&p)
					 : fail(&p, "a field is expected here, or - and a field");
		if (path == NULL)
			return NULL;
		key->path = path->path;
		last->next = key;
		last = key;
	} while (accept(&p, ","));
	skip_spaces(&p);
	if (p.at < text.n) {
		fail(&p, "a comma is expected between two fields");
		return NULL;
	}
	return first.next;
}
