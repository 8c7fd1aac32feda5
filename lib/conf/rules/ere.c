/* A parsed expression becomes a small program; all its threads move through the text side by side (Thompson),
 * so a text is read once and nothing is tried twice. */
#include "base/utf8.h"
#include "conf/rules/ere_tree.h"

enum op { OP_CHAR, OP_ANY, OP_SET, OP_BEGIN, OP_END, OP_SPLIT, OP_JUMP, OP_MATCH };

struct step {
	uint8_t op;
	uint16_t x, y; /* OP_SPLIT: both ways; OP_JUMP: x */
	union {
		uint32_t c;
		const struct set *set;
	};
};

struct set {
	uint8_t ascii[16]; /* bits, answers decided */
	const struct ere_set *tree;
};

struct ere {
	struct step *steps;
	uint32_t count;
	const struct ere_node *tree;
};

static bool set_has(const struct ere_set *set, uint32_t c)
{
	struct ere_range *range;
	bool found = false;

	for (unsigned i = 0; i < ERE_CLASS_COUNT && !found; i++)
		found = (set->classes & 1u << i) && ere_in_class(i, c);
	VEC_EACH (&set->ranges, range)
		found = found || (c >= range->from && c <= range->to);
	return found != set->negated;
}

static const struct set *set_new(struct arena *mem, const struct ere_set *tree)
{
	struct set *set = ARENA_NEW(mem, struct set);

	set->tree = tree;
	for (uint32_t c = 0; c < 128; c++) {
		if (set_has(tree, c))
			set->ascii[c / 8] |= (uint8_t)(1u << c % 8);
	}
	return set;
}

struct emit {
	struct arena *mem;
	struct ere *re;
};

static uint32_t add(struct emit *e, enum op op)
{
	/* Counting goes on past the end, so that the caller sees how large it would be. */
	uint32_t at = e->re->count++;

	if (at < ERE_SIZE_MAX)
		e->re->steps[at] = (struct step){.op = (uint8_t)op};
	return at;
}

static void aim(struct emit *e, uint32_t at, uint32_t x, uint32_t y)
{
	if (at >= ERE_SIZE_MAX)
		return;
	e->re->steps[at].x = (uint16_t)x;
	e->re->steps[at].y = (uint16_t)y;
}

static void emit(struct emit *e, const struct ere_node *n);

static void emit_repeat(struct emit *e, const struct ere_node *n)
{
	uint32_t at;

	for (uint32_t i = 0; i < n->min && e->re->count < ERE_SIZE_MAX; i++)
		emit(e, n->a);
	if (n->max == UINT32_MAX) {
		at = add(e, OP_SPLIT);
		emit(e, n->a);
		aim(e, add(e, OP_JUMP), at, 0);
		aim(e, at, at + 1, e->re->count);
		return;
	}
	/* x{0,n}: each copy may be the end; chained, so the code stays linear. */
	for (uint32_t i = n->min, chain = UINT32_MAX; i < n->max && e->re->count < ERE_SIZE_MAX;
	     i++) {
		at = add(e, OP_SPLIT);
		aim(e, at, at + 1, chain);
		chain = at;
		emit(e, n->a);
		if (i + 1 == n->max) {
			while (chain != UINT32_MAX && chain < ERE_SIZE_MAX) {
				struct step *split = &e->re->steps[chain];
				uint32_t before = split->y == UINT16_MAX ? UINT32_MAX : split->y;

				split->y = (uint16_t)e->re->count;
				chain = before;
			}
		}
	}
}

static void emit(struct emit *e, const struct ere_node *n)
{
	uint32_t at, jump;

	if (e->re->count >= ERE_SIZE_MAX)
		return;
	switch (n->kind) {
	case ERE_EMPTY: break;
	case ERE_CHAR:
		at = add(e, OP_CHAR);
		e->re->steps[at].c = n->c;
		break;
	case ERE_ANY: add(e, OP_ANY); break;
	case ERE_SET:
		at = add(e, OP_SET);
		e->re->steps[at].set = set_new(e->mem, n->set);
		break;
	case ERE_BEGIN: add(e, OP_BEGIN); break;
	case ERE_END: add(e, OP_END); break;
	case ERE_CAT:
		emit(e, n->a);
		emit(e, n->b);
		break;
	case ERE_ALT:
		at = add(e, OP_SPLIT);
		emit(e, n->a);
		jump = add(e, OP_JUMP);
		aim(e, at, at + 1, e->re->count);
		emit(e, n->b);
		aim(e, jump, e->re->count, 0);
		break;
	case ERE_REPEAT: emit_repeat(e, n); break;
	}
}

struct ere *ere_compile(struct arena *mem, struct str pattern, struct str *why)
{
	struct step steps[ERE_SIZE_MAX];
	struct ere *re = ARENA_NEW(mem, struct ere);
	struct emit e = {mem, re};

	re->tree = ere_parse(mem, pattern, why);
	if (!re->tree)
		return NULL;
	re->steps = steps;
	emit(&e, re->tree);
	add(&e, OP_MATCH);
	if (re->count > ERE_SIZE_MAX) {
		*why = STR("its repetitions written out are too large; lower the numbers in { }");
		return NULL;
	}
	re->steps = ARENA_ARRAY(mem, struct step, re->count);
	memcpy(re->steps, steps, re->count * sizeof(steps[0]));
	return re;
}

/* Steps waiting for the next code point: a sparse set, so that emptying it costs nothing. */
struct threads {
	uint16_t count;
	uint16_t list[ERE_SIZE_MAX], at[ERE_SIZE_MAX];
};

static bool waits(const struct threads *t, uint16_t step)
{
	return t->at[step] < t->count && t->list[t->at[step]] == step;
}

/* Follows what takes no character. `stack` has room for every step, each enters once. */
static void follow(const struct ere *re, struct threads *t, uint16_t step, bool begin, bool end,
		   uint16_t *stack)
{
	size_t depth = 0;

	stack[depth++] = step;
	while (depth) {
		const struct step *s;

		step = stack[--depth];
		if (waits(t, step))
			continue;
		t->at[step] = t->count;
		t->list[t->count++] = step;
		s = &re->steps[step];
		if (s->op == OP_JUMP) {
			stack[depth++] = s->x;
		} else if (s->op == OP_SPLIT) {
			stack[depth++] = s->y;
			stack[depth++] = s->x;
		} else if ((s->op == OP_BEGIN && begin) || (s->op == OP_END && end)) {
			stack[depth++] = (uint16_t)(step + 1);
		}
	}
}

static bool accepts(const struct step *s, uint32_t c)
{
	switch (s->op) {
	case OP_CHAR: return s->c == c;
	case OP_ANY: return true;
	case OP_SET: return c < 128 ? s->set->ascii[c / 8] >> c % 8 & 1 : set_has(s->set->tree, c);
	default: return false;
	}
}

bool ere_matches(const struct ere *re, struct str text)
{
	struct threads sets[2], *now = &sets[0], *then = &sets[1];
	uint16_t stack[2 * ERE_SIZE_MAX];
	const char *p = text.p, *end = text.p + text.n;

	memset(sets[0].at, 0, re->count * sizeof(uint16_t));
	memset(sets[1].at, 0, re->count * sizeof(uint16_t));
	now->count = 0;
	follow(re, now, 0, true, p == end, stack);
	while (p < end && now->count) {
		struct threads *swap = now;
		uint32_t c;

		p += utf8_next(p, end, &c);
		then->count = 0;
		for (uint16_t i = 0; i < now->count; i++) {
			if (accepts(&re->steps[now->list[i]], c))
				follow(re, then, (uint16_t)(now->list[i] + 1), false, p == end,
				       stack);
		}
		now = then;
		then = swap;
	}
	for (uint16_t i = 0; i < now->count; i++) {
		if (re->steps[now->list[i]].op == OP_MATCH)
			return p == end;
	}
	return false;
}

static void add_javascript_char(struct buf *out, uint32_t c)
{
	if (c < 0x20 || c > 0x7E)
		buf_printf(out, "\\u{%x}", c);
	else if (strchr("\\^$.*+?()[]{}|/", (int)c))
		buf_printf(out, "\\%c", (int)c);
	else
		buf_addc(out, (char)c);
}

static void add_javascript_set(struct buf *out, const struct ere_set *set)
{
	struct ere_range *range;

	buf_add(out, set->negated ? STR("[^") : STR("["));
	for (unsigned i = 0; i < ERE_CLASS_COUNT; i++) {
		if (set->classes & 1u << i)
			buf_add(out, str_of(ere_class_scripts[i]));
	}
	VEC_EACH (&set->ranges, range) {
		for (int k = 0; k < (range->from == range->to ? 1 : 2); k++) {
			uint32_t c = k ? range->to : range->from;

			if (k)
				buf_addc(out, '-');
			if (c == '-')
				buf_add(out, STR("\\-"));
			else
				add_javascript_char(out, c);
		}
	}
	buf_addc(out, ']');
}

static void add_javascript(struct buf *out, const struct ere_node *n)
{
	switch (n->kind) {
	case ERE_EMPTY: break;
	case ERE_CHAR: add_javascript_char(out, n->c); break;
	case ERE_ANY: buf_add(out, STR("[\\s\\S]")); break;
	case ERE_SET: add_javascript_set(out, n->set); break;
	case ERE_BEGIN: buf_addc(out, '^'); break;
	case ERE_END: buf_addc(out, '$'); break;
	case ERE_CAT:
		add_javascript(out, n->a);
		add_javascript(out, n->b);
		break;
	case ERE_ALT:
		buf_add(out, STR("(?:"));
		add_javascript(out, n->a);
		buf_addc(out, '|');
		add_javascript(out, n->b);
		buf_addc(out, ')');
		break;
	case ERE_REPEAT:
		buf_add(out, STR("(?:"));
		add_javascript(out, n->a);
		buf_addc(out, ')');
		if (n->max == UINT32_MAX && n->min <= 1)
			buf_addc(out, n->min ? '+' : '*');
		else if (n->min == 0 && n->max == 1)
			buf_addc(out, '?');
		else if (n->max == UINT32_MAX)
			buf_printf(out, "{%u,}", n->min);
		else
			buf_printf(out, "{%u,%u}", n->min, n->max);
		break;
	}
}

void ere_to_javascript(struct buf *out, const struct ere *re)
{
	buf_add(out, STR("^(?:"));
	add_javascript(out, re->tree);
	buf_add(out, STR(")$"));
}
