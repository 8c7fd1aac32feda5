/* lib/admin/where.c */
#include "admin/where.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { DEPTH_MAX = 32 };

enum node_kind { AND, OR, NOT, TRUTH, EQ, NE, LT, LE, GT, GE, HOLDS, PATH, LITERAL };

struct step { /* of a path: a key, or an index when name.p == NULL */
	struct str name;
	size_t index;
	struct step *next;
};

struct where {
	enum node_kind kind;
	const struct where *a, *b;
	const struct step *path;
	json_t *literal; /* owned by the arena */
};

struct parser {
	struct arena *mem;
	struct str text;
	size_t at;
	int depth;
	struct where_error *error;
};

/* ---- Quantities: 1m30s, 4KiB, 12.5% ---- */

struct unit {
	const char *name;
	char sort; /* d(uration) s(ize) p(ercent) */
	double scale;
};

static const struct unit units[] = {
	{"us", 'd', 1},        {"ms", 'd', 1e3},         {"s", 'd', 1e6}, {"m", 'd', 6e7},
	{"h", 'd', 3.6e9},     {"d", 'd', 8.64e10},      {"B", 's', 1},   {"KiB", 's', 1024},
	{"MiB", 's', 1048576}, {"GiB", 's', 1073741824}, {"%", 'p', 1},
};

static size_t number_length(struct str s)
{
	size_t i = 0, digits = 0;

	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++, digits++;
	if (i < s.n && s.p[i] == '.') {
		i++;
		while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
			i++, digits++;
	}
	return digits ? i : 0;
}

/* The whole of `s` is one quantity: its sort ('d' 's' 'p') and value; 0: it is not. */
static char quantity(struct str s, double *value)
{
	double sign = 1, sum = 0;
	char sort = 0;

	if (s.n && s.p[0] == '-') {
		sign = -1;
		s.p++;
		s.n--;
	}
	if (s.n == 0 || s.n > 64)
		return 0;
	while (s.n) {
		size_t digits = number_length(s), letters = digits, i;
		char text[72];
		struct str unit;

		while (letters < s.n && !(s.p[letters] >= '0' && s.p[letters] <= '9'))
			letters++;
		unit = (struct str){s.p + digits, letters - digits};
		for (i = 0; i < ARRAY_LEN(units) && !str_is(unit, units[i].name); i++)
			;
		if (digits == 0 || i == ARRAY_LEN(units) || (sort && sort != units[i].sort))
			return 0;
		sort = units[i].sort;
		memcpy(text, s.p, digits);
		text[digits] = '\0';
		sum += strtod(text, NULL) * units[i].scale;
		s.p += letters;
		s.n -= letters;
	}
	*value = sign * sum;
	return sort;
}

/* ---- Parsing ---- */

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

static struct where *node(struct parser *p, enum node_kind kind, const struct where *a,
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
	w = node(p, LITERAL, NULL, NULL);
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

	n = number_length((struct str){rest.p + sign, rest.n - sign});
	while (n && sign + n < rest.n &&
	       (is_name(rest.p[sign + n]) || rest.p[sign + n] == '%' || rest.p[sign + n] == '.'))
		n++;
	number = (struct str){rest.p, sign + n};
	if (n == 0 || number.n > 64)
		return fail(p, "a number is expected behind -");
	if (quantity(number, &ignored)) {
		p->at += number.n;
		return literal(p, json_stringn(number.p, number.n));
	}
	if (number_length((struct str){rest.p + sign, n}) != n)
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

static bool parse_step(struct parser *p, struct step *step)
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
	struct where *w = node(p, PATH, NULL, NULL);
	struct step *last = ARENA_NEW(p->mem, struct step);

	last->name = name_here(p);
	w->path = last;
	while (peek(p) == '.' || peek(p) == '[') {
		struct step *step = ARENA_NEW(p->mem, struct step);

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
		enum node_kind kind;
	} signs[] = {{"==", EQ}, {"!=", NE}, {"<=", LE},  {">=", GE},
		     {"<", LT},  {">", GT},  {"~", HOLDS}};
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
	return node(p, TRUTH, a, NULL);
}

static const struct where *parse_not(struct parser *p)
{
	const struct where *a;

	if (++p->depth > DEPTH_MAX)
		return fail(p, "the condition nests too deep");
	if (accept(p, "!")) {
		a = parse_not(p);
		a = a ? node(p, NOT, a, NULL) : NULL;
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

static const struct where *parse_chain(struct parser *p, const char *sign, enum node_kind kind,
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
	return parse_chain(p, "&&", AND, parse_not);
}

static const struct where *parse_or(struct parser *p)
{
	return parse_chain(p, "||", OR, parse_and);
}

const struct where *where_parse(struct arena *mem, struct str text, struct where_error *error)
{
	struct parser p = {mem, text, 0, 0, error};
	const struct where *w;

	*error = (struct where_error){0};
	skip_spaces(&p);
	if (p.at == text.n)
		return node(&p, NOT, literal(&p, json_null()), NULL);
	w = parse_or(&p);
	skip_spaces(&p);
	if (w != NULL && p.at < text.n)
		return fail(&p, "the condition should end here, or go on with && or ||");
	return w;
}

/* ---- Evaluation ---- */

static const json_t *walk(const struct step *step, const json_t *item)
{
	for (; step != NULL && item != NULL; step = step->next) {
		if (step->name.p != NULL)
			item = json_object_getn(item, step->name.p, step->name.n);
		else
			item = json_array_get(item, step->index);
	}
	return item ? item : json_null();
}

static const json_t *value_of(const struct where *w, const json_t *item)
{
	return w->kind == PATH ? walk(w->path, item) : w->literal;
}

static struct str text_of(const json_t *v)
{
	return (struct str){json_string_value(v), json_string_length(v)};
}

/* -1, 0, 1; 2: not comparable. */
static int compare(const json_t *a, const json_t *b)
{
	double x, y;

	if (json_is_integer(a) && json_is_integer(b)) {
		json_int_t i = json_integer_value(a), j = json_integer_value(b);

		return i < j ? -1 : i > j;
	}
	if (json_is_number(a) && json_is_number(b)) {
		x = json_number_value(a);
		y = json_number_value(b);
		return x < y ? -1 : x > y;
	}
	if (json_is_string(a) && json_is_string(b)) {
		char sort = quantity(text_of(a), &x);

		if (sort && sort == quantity(text_of(b), &y))
			return x < y ? -1 : x > y;
		x = str_cmp(text_of(a), text_of(b));
		return x < 0 ? -1 : x > 0;
	}
	if (json_is_boolean(a) && json_is_boolean(b))
		return (json_is_true(a) ? 1 : 0) - (json_is_true(b) ? 1 : 0);
	if (json_is_null(a) && json_is_null(b))
		return 0;
	return json_equal(a, b) ? 0 : 2;
}

static bool holds_text(struct str a, struct str b)
{
	for (size_t i = 0; i + b.n <= a.n; i++) {
		if (strncasecmp(a.p + i, b.p, b.n) == 0)
			return true;
	}
	return false;
}

static bool holds(const json_t *a, const json_t *b)
{
	size_t i;
	const json_t *item;

	if (json_is_string(a) && json_is_string(b))
		return holds_text(text_of(a), text_of(b));
	json_array_foreach(a, i, item)
	{
		if (compare(item, b) == 0)
			return true;
	}
	return json_is_object(a) && json_is_string(b) &&
	       json_object_getn(a, json_string_value(b), json_string_length(b)) != NULL;
}

static bool truth(const json_t *v)
{
	if (json_is_number(v))
		return json_number_value(v) != 0;
	return !json_is_null(v) && !json_is_false(v);
}

bool where_holds(const struct where *w, const json_t *item)
{
	int order;

	switch (w->kind) {
	case AND: return where_holds(w->a, item) && where_holds(w->b, item);
	case OR: return where_holds(w->a, item) || where_holds(w->b, item);
	case NOT: return !where_holds(w->a, item);
	case TRUTH: return truth(value_of(w->a, item));
	case PATH:
	case LITERAL: return truth(value_of(w, item));
	case HOLDS: return holds(value_of(w->a, item), value_of(w->b, item));
	default: break;
	}
	order = compare(value_of(w->a, item), value_of(w->b, item));
	switch (w->kind) {
	case EQ: return order == 0;
	case NE: return order != 0;
	case LT: return order == -1;
	case LE: return order == -1 || order == 0;
	case GT: return order == 1;
	default: return order == 1 || order == 0;
	}
}

/* ---- Sorting ---- */

struct sort_keys {
	const struct step *path;
	bool descending;
	const struct sort_keys *next;
};

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

static int rank(const json_t *v)
{
	if (json_is_null(v))
		return 0;
	if (json_is_boolean(v))
		return 1;
	return json_is_number(v) ? 2 : json_is_string(v) ? 3 : 4;
}

int sort_compare(const struct sort_keys *keys, const json_t *a, const json_t *b)
{
	for (; keys != NULL; keys = keys->next) {
		const json_t *x = walk(keys->path, a), *y = walk(keys->path, b);
		int order = rank(x) - rank(y);

		if (order == 0 && rank(x) < 4)
			order = compare(x, y);
		if (order != 0)
			return keys->descending ? -order : order;
	}
	return 0;
}
