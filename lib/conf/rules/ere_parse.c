#include "base/utf8.h"
#include "conf/rules/ere_tree.h"

enum { DEPTH_MAX = 50, REPEAT_MAX = 1000 };

const char *const ere_class_names[ERE_CLASS_COUNT] = {
	"alpha", "digit", "alnum", "upper", "lower", "space",
	"blank", "punct", "print", "graph", "cntrl", "xdigit",
};
const char *const ere_class_scripts[ERE_CLASS_COUNT] = {
	"A-Za-z",           "0-9",       "A-Za-z0-9",          "A-Z", "a-z",
	"\\t-\\r ",         "\\t ",      "!-\\/:-@\\[-`\\{-~", " -~", "!-~",
	"\\x00-\\x1f\\x7f", "0-9A-Fa-f",
};

/* As in the C locale, whatever the machine's: the same bundle must pass everywhere. */
bool ere_in_class(unsigned class, uint32_t c)
{
	bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z',
	     digit = c >= '0' && c <= '9';
	bool graph = c > ' ' && c < 0x7F;

	switch (class) {
	case 0: return upper || lower;
	case 1: return digit;
	case 2: return upper || lower || digit;
	case 3: return upper;
	case 4: return lower;
	case 5: return c == ' ' || (c >= '\t' && c <= '\r');
	case 6: return c == ' ' || c == '\t';
	case 7: return graph && !upper && !lower && !digit;
	case 8: return graph || c == ' ';
	case 9: return graph;
	case 10: return c < ' ' || c == 0x7F;
	default: return digit || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
	}
}

struct parser {
	struct arena *mem;
	const char *p, *end;
	unsigned depth;
	const char *why; /* static; the first trouble */
};

static bool more(const struct parser *in)
{
	return in->p < in->end && !in->why;
}

static struct ere_node *node(struct parser *in, enum ere_kind kind)
{
	struct ere_node *n = ARENA_NEW(in->mem, struct ere_node);

	n->kind = kind;
	return n;
}

static uint32_t next(struct parser *in)
{
	uint32_t c;

	in->p += utf8_next(in->p, in->end, &c);
	if (c == UTF8_BAD)
		in->why = "it is not UTF-8";
	return c;
}

static bool take(struct parser *in, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(in->end - in->p) < n || memcmp(in->p, word, n) != 0)
		return false;
	in->p += n;
	return true;
}

/* Behind "[:". */
static void parse_class(struct parser *in, struct ere_set *set)
{
	for (unsigned i = 0; i < ERE_CLASS_COUNT; i++) {
		const char *before = in->p;

		if (take(in, ere_class_names[i]) && take(in, ":]")) {
			set->classes |= 1u << i;
			return;
		}
		in->p = before;
	}
	in->why = "unknown class in [: :]; there are alpha digit alnum upper lower space blank "
		  "punct print "
		  "graph cntrl xdigit";
}

/* Behind "[". A backslash is a plain character here, as POSIX has it. */
static struct ere_node *parse_set(struct parser *in)
{
	struct ere_node *n = node(in, ERE_SET);
	struct ere_set *set = n->set = ARENA_NEW(in->mem, struct ere_set);
	bool first = true;

	set->negated = take(in, "^");
	for (; more(in); first = false) {
		struct ere_range range;

		if (!first && take(in, "]"))
			return n;
		if (take(in, "[:")) {
			parse_class(in, set);
			continue;
		}
		if (take(in, "[.") || take(in, "[=")) {
			in->why = "[. .] and [= =] are not supported";
			break;
		}
		range.from = range.to = next(in);
		if (in->end - in->p >= 2 && in->p[0] == '-' && in->p[1] != ']') {
			in->p++;
			range.to = next(in);
		}
		if (range.from > range.to && !in->why)
			in->why = "a range in [ ] goes backwards";
		vec_add(in->mem, &set->ranges, range);
	}
	if (!in->why)
		in->why = "a [ is never closed";
	return n;
}

static struct ere_node *parse_alternatives(struct parser *in);

/* Classes by one letter that people know from other languages, where glibc has them too. */
static struct ere_node *parse_escape(struct parser *in)
{
	struct ere_node *n = node(in, ERE_SET);
	static const struct ere_range underscore = {'_', '_'};
	uint32_t c;

	if (in->p == in->end) {
		in->why = "a \\ stands at the end";
		return n;
	}
	c = next(in);
	n->set = ARENA_NEW(in->mem, struct ere_set);
	switch (c) {
	case 'W':
	case 'w':
		n->set->negated = c == 'W';
		n->set->classes = 1u << 2;
		vec_add(in->mem, &n->set->ranges, underscore);
		return n;
	case 'S':
	case 's':
		n->set->negated = c == 'S';
		n->set->classes = 1u << 5;
		return n;
	case 'd': in->why = "\\d is not POSIX: write [0-9]"; return n;
	case 'D': in->why = "\\D is not POSIX: write [^0-9]"; return n;
	case 'n': in->why = "\\n is not POSIX: put a line end into double quotes"; return n;
	case 't': in->why = "\\t is not POSIX: write [[:blank:]]"; return n;
	default: break;
	}
	if (c >= '1' && c <= '9')
		in->why = "back-references such as \\1 are not supported";
	else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '<' || c == '>' ||
		 c == '0')
		in->why = "a \\ before this character means nothing in POSIX";
	n->kind = ERE_CHAR;
	n->c = c;
	return n;
}

static struct ere_node *parse_atom(struct parser *in)
{
	struct ere_node *n;
	uint32_t c = next(in);

	switch (c) {
	case '.': return node(in, ERE_ANY);
	case '^': return node(in, ERE_BEGIN);
	case '$': return node(in, ERE_END);
	case '[': return parse_set(in);
	case '\\': return parse_escape(in);
	case '(':
		if (in->p < in->end && *in->p == '?') {
			in->why = "(? is not POSIX: use plain ( )";
			return node(in, ERE_EMPTY);
		}
		if (++in->depth > DEPTH_MAX) {
			in->why = "too many ( inside each other";
			return node(in, ERE_EMPTY);
		}
		n = parse_alternatives(in);
		in->depth--;
		if (!in->why && !take(in, ")"))
			in->why = "a ( is never closed";
		return n;
	case '*':
	case '+':
	case '?':
	case '{': in->why = "there is nothing to repeat before a * + ? or {"; break;
	default: break;
	}
	n = node(in, ERE_CHAR);
	n->c = c;
	return n;
}

static bool parse_number(struct parser *in, uint32_t *out)
{
	const char *from = in->p;

	*out = 0;
	while (in->p < in->end && *in->p >= '0' && *in->p <= '9') {
		*out = *out * 10 + (uint32_t)(*in->p++ - '0');
		if (*out > REPEAT_MAX)
			in->why = "a repetition in { } is above 1000";
		if (*out > REPEAT_MAX)
			*out = REPEAT_MAX;
	}
	return in->p > from;
}

/* Behind "{". */
static void parse_braces(struct parser *in, struct ere_node *n)
{
	bool low = parse_number(in, &n->min);

	n->max = n->min;
	if (take(in, ",") && !parse_number(in, &n->max)) {
		n->max = UINT32_MAX;
		if (!low)
			in->why = "a { } holds no number";
	} else if (!low && n->max == 0) {
		in->why = "a { holds no number";
	}
	if (!in->why && !take(in, "}"))
		in->why = "a { is never closed by }";
	if (!in->why && n->min > n->max)
		in->why = "a { } counts backwards";
}

static struct ere_node *parse_repeated(struct parser *in)
{
	struct ere_node *n = parse_atom(in);

	while (more(in)) {
		struct ere_node *repeat;

		if (!strchr("*+?{", *in->p) || *in->p == '\0')
			break;
		repeat = node(in, ERE_REPEAT);
		repeat->a = n;
		repeat->max = UINT32_MAX;
		if (take(in, "+"))
			repeat->min = 1;
		else if (take(in, "?"))
			repeat->max = 1;
		else if (!take(in, "*") && take(in, "{"))
			parse_braces(in, repeat);
		n = repeat;
	}
	return n;
}

static struct ere_node *join(struct parser *in, enum ere_kind kind, struct ere_node *a,
			     struct ere_node *b)
{
	struct ere_node *n = node(in, kind);

	n->a = a;
	n->b = b;
	return n;
}

static struct ere_node *parse_sequence(struct parser *in)
{
	struct ere_node *n = NULL;

	while (more(in) && *in->p != '|' && *in->p != ')') {
		struct ere_node *part = parse_repeated(in);

		n = n ? join(in, ERE_CAT, n, part) : part;
	}
	return n ? n : node(in, ERE_EMPTY);
}

static struct ere_node *parse_alternatives(struct parser *in)
{
	struct ere_node *n = parse_sequence(in);

	while (more(in) && take(in, "|"))
		n = join(in, ERE_ALT, n, parse_sequence(in));
	return n;
}

struct ere_node *ere_parse(struct arena *mem, struct str pattern, struct str *why)
{
	struct parser in = {.mem = mem, .p = pattern.p, .end = pattern.p + pattern.n};
	struct ere_node *n = NULL;

	if (pattern.n > ERE_TEXT_MAX)
		in.why = "the pattern is longer than 1024 bytes";
	else
		n = parse_alternatives(&in);
	if (!in.why && in.p < in.end)
		in.why = "a ) was never opened";
	*why = str_of(in.why);
	return in.why ? NULL : n;
}
