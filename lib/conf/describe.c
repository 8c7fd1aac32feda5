#include "conf/describe.h"

#include "conf/types.h"

static const char *const bound_words[][2] = {
	{"min", "at least "}, {"gte", "at least "}, {"gt", "above "},    {"max", "at most "},
	{"lte", "at most "},  {"lt", "below "},     {"len", "exactly "},
};

/* What is counted, behind the number. */
static const char *noun_of(const struct conf_type *t, const struct rule_number *n)
{
	bool one = !n->is_float && n->i == 1;

	switch (t->base) {
	case CONF_STRING: return one ? " character" : " characters";
	case CONF_LIST: return one ? " item" : " items";
	case CONF_MAP: return one ? " entry" : " entries";
	default: return "";
	}
}

static const struct rule_number *inclusive(const struct conf_rules *rules, const char *a,
					   const char *b)
{
	for (uint32_t i = rules->presence; i < rules->count; i++) {
		const struct rule_use *use = &rules->uses[i];

		if (!use->or_else &&
		    (strcmp(use->rule->name, a) == 0 || strcmp(use->rule->name, b) == 0))
			return use->arg;
	}
	return NULL;
}

static void add_part(struct buf *out, size_t from)
{
	if (out->n > from)
		buf_add(out, STR(", "));
}

static void add_bounds(struct buf *out, size_t from, const struct conf_type *t,
		       const struct conf_rules *rules)
{
	const struct rule_number *low = inclusive(rules, "min", "gte"),
				 *high = inclusive(rules, "max", "lte");
	bool both = low && high;

	if (both) {
		add_part(out, from);
		buf_printf(out, STR_FMT " to " STR_FMT "%s", STR_ARG(low->text),
			   STR_ARG(high->text), noun_of(t, high));
	}
	for (uint32_t i = rules->presence; i < rules->count; i++) {
		const struct rule_use *use = &rules->uses[i];

		for (size_t k = 0; !use->or_else && k < ARRAY_LEN(bound_words); k++) {
			const struct rule_number *n = use->arg;

			if (strcmp(use->rule->name, bound_words[k][0]) != 0 ||
			    (both && (n == low || n == high)))
				continue;
			add_part(out, from);
			buf_printf(out, "%s" STR_FMT "%s", bound_words[k][1], STR_ARG(n->text),
				   noun_of(t, n));
		}
	}
}

static void add_choices(struct buf *out, size_t from, const struct conf_rules *rules)
{
	for (uint32_t i = rules->presence; i < rules->count; i++) {
		const struct rule_use *use = &rules->uses[i];
		struct str rest = use->written, head;

		if (use->or_else || strncmp(use->rule->name, "oneof", 5) != 0)
			continue;
		str_cut(&rest, '=', &head);
		add_part(out, from);
		buf_printf(out, "one of " STR_FMT, STR_ARG(str_trim(rest)));
	}
}

void conf_range_text(struct buf *out, const struct conf_type *type, const struct conf_rules *rules)
{
	size_t from = out->n;
	CLEANUP(buf_free) struct buf inner = {0};

	if (!rules)
		return;
	add_bounds(out, from, type, rules);
	add_choices(out, from, rules);
	if (rules->keys) {
		static const struct conf_type key = {.base = CONF_STRING};

		conf_range_text(&inner, &key, rules->keys);
		if (inner.n) {
			add_part(out, from);
			buf_printf(out, "each key " STR_FMT, STR_ARG(buf_str(&inner)));
		}
		buf_free(&inner);
	}
	if (rules->elements && type->elem) {
		conf_range_text(&inner, type->elem, rules->elements);
		if (inner.n) {
			add_part(out, from);
			buf_printf(out, "each " STR_FMT, STR_ARG(buf_str(&inner)));
		}
	}
}

/* A cell of a Markdown table. */
static void add_cell(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '|')
			buf_addc(out, '\\');
		buf_addc(out, text.p[i]);
	}
}

void conf_manual_types(struct buf *out)
{
	buf_add(out, STR("| Type | Meaning | Examples |\n|---|---|---|\n"));
	for (int i = 0; i < CONF_BASE_COUNT; i++) {
		const struct conf_base_type *row = conf_base_types[i];
		struct str rest = str_of(row->example), one;

		buf_printf(out, "| `%s` | ", row->name);
		add_cell(out, str_of(row->summary));
		buf_add(out, STR(" | "));
		for (bool first = true; rest.p; first = false) {
			ptrdiff_t gap = -1;

			for (size_t k = 0; k + 1 < rest.n && gap < 0; k++)
				gap = rest.p[k] == ' ' && rest.p[k + 1] == ' ' ? (ptrdiff_t)k : -1;
			one = gap < 0 ? rest : (struct str){rest.p, (size_t)gap};
			rest = gap < 0 ? (struct str){NULL, 0}
				       : (struct str){rest.p + gap + 2, rest.n - (size_t)gap - 2};
			buf_add(out, first ? STR("`") : STR(" `"));
			add_cell(out, one);
			buf_addc(out, '`');
		}
		buf_add(out, STR(" |\n"));
	}
}

static void add_bases(struct buf *out, uint32_t bases)
{
	static const struct {
		uint32_t bases;
		const char *name;
	} groups[] = {
		{RULE_NUMBERS, "numbers"},
		{RULE_ON(CONF_INT) | RULE_ON(CONF_UINT), "whole numbers"},
	};
	size_t from = out->n;

	if (bases == RULE_ANY) {
		buf_add(out, STR("any"));
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		if ((bases & groups[i].bases) != groups[i].bases)
			continue;
		add_part(out, from);
		buf_add(out, str_of(groups[i].name));
		bases &= ~groups[i].bases;
	}
	for (int i = 0; i < CONF_BASE_COUNT; i++) {
		if (bases & RULE_ON(i)) {
			add_part(out, from);
			buf_add(out, str_of(conf_base_types[i]->name));
		}
	}
}

void conf_manual_rules(struct buf *out)
{
	static const char *const titles[] = {
		[RULE_VALUE] = "Values",
		[RULE_PRESENCE] = "Presence",
		[RULE_STRUCTURE] = "Structure of the tag",
	};

	for (int class = RULE_VALUE; class <= RULE_STRUCTURE; class ++) {
		buf_printf(
			out,
			"%s**%s**\n\n| Rule | For | Passes when | Example |\n|---|---|---|---|\n",
			class == RULE_VALUE ? "" : "\n", titles[class]);
		for (size_t i = 0; i < conf_rules_table_count; i++) {
			const struct conf_rule *row = conf_rules_table[i];

			if ((int)row->class != class)
				continue;
			buf_printf(out, "| `%s%s%s` | ", row->name, row->params[0] ? "=" : "",
				   row->params);
			add_bases(out, row->bases);
			buf_add(out, STR(" | "));
			add_cell(out, str_of(row->summary));
			buf_add(out, STR(" | `` "));
			add_cell(out, str_of(row->example));
			buf_add(out, STR(" `` |\n"));
		}
	}
}
