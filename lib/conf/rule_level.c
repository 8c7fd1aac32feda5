/* What the rules of one level say together: repeated rules, bounds that leave no value. */
#include "conf/rule.h"
#include "conf/types.h"

static const struct rule_number *bound(const struct rule_use *use, const char *a, const char *b)
{
	/* An alternative binds nothing on its own. */
	if (use->or_else || !use->arg)
		return NULL;
	return strcmp(use->rule->name, a) == 0 || strcmp(use->rule->name, b) == 0 ? use->arg : NULL;
}

/* The least or most that a rule lets pass; for floats perhaps without the bound itself. */
struct edge {
	bool there, is_float, open;
	__int128 i;
	double f;
};

static struct edge edge_of(const struct rule_use *use, const char *closed, const char *closed_too,
			   const char *open, int step)
{
	const struct rule_number *n = bound(use, closed, closed_too);
	struct edge e = {0};

	if (!n)
		n = bound(use, "len", "len");
	if (!n) {
		n = bound(use, open, open);
		e.open = n != NULL;
	}
	if (!n)
		return e;
	e.there = true;
	e.is_float = n->is_float;
	e.f = n->f;
	if (!n->is_float)
		e.i = n->i + (e.open ? step : 0);
	return e;
}

static struct edge lower(const struct rule_use *use)
{
	return edge_of(use, "min", "gte", "gt", 1);
}

static struct edge upper(const struct rule_use *use)
{
	return edge_of(use, "max", "lte", "lt", -1);
}

static void check_bounds(struct rule_build *b, const struct rule_use *low,
			 const struct rule_use *high)
{
	struct edge from = lower(low), to = upper(high);
	bool none;

	if (!from.there || !to.there)
		return;
	if (from.is_float)
		none = from.f > to.f || (from.f == to.f && (from.open || to.open));
	else
		none = from.i > to.i;
	if (!none)
		return;
	b->written = (struct str){0};
	rule_build_error(b, "schema-param", "no value can pass both " STR_FMT " and " STR_FMT,
			 STR_ARG(low->written), STR_ARG(high->written));
}

/* lt=0 on a count, gt=255 on a uint8. */
static void check_type_ends(struct rule_build *b, const struct rule_use *use)
{
	enum conf_base base = b->type->base;
	struct edge from = lower(use), to = upper(use);
	__int128 low = base == CONF_INT ? conf_int_min(b->type) : 0;
	__int128 high = base == CONF_INT || base == CONF_UINT ? conf_int_max(b->type) : UINT64_MAX;

	if (base == CONF_FLOAT || base == CONF_PERCENT || base == CONF_DURATION)
		return;
	if (!(to.there && to.i < low) && !(from.there && from.i > high))
		return;
	b->written = use->written;
	rule_build_error(b, "schema-param", "no value can pass it");
}

/* A presence rule may be repeated with other parameters: one of them must hold. */
static bool same_rule(const struct rule_use *a, const struct rule_use *b)
{
	return a->rule == b->rule && !a->or_else && !b->or_else &&
	       (a->rule->class != RULE_PRESENCE || str_eq(a->written, b->written));
}

void rule_level_check(struct rule_build *b, const struct conf_rules *rules)
{
	for (uint32_t i = 0; i < rules->count; i++) {
		check_type_ends(b, &rules->uses[i]);
		for (uint32_t k = 0; k < rules->count; k++) {
			if (k != i)
				check_bounds(b, &rules->uses[i], &rules->uses[k]);
			if (k < i && same_rule(&rules->uses[k], &rules->uses[i])) {
				b->written = rules->uses[i].written;
				rule_build_error(b, "schema-rule", "the rule %s stands here twice",
						 rules->uses[i].rule->name);
				break;
			}
		}
	}
}

static bool negative(const struct rule_use *use)
{
	static const char *const names[] = {"min", "max", "gte", "lte", "gt", "lt", "eq"};

	for (; use; use = use->or_else) {
		for (size_t i = 0; use->arg && i < ARRAY_LEN(names); i++) {
			const struct rule_number *n =
				bound(&(struct rule_use){.rule = use->rule, .arg = use->arg},
				      names[i], names[i]);

			if (n && !n->is_float && n->i < 0)
				return true;
		}
	}
	return false;
}

bool rule_level_negative(const struct conf_rules *rules)
{
	for (uint32_t i = 0; i < rules->count; i++) {
		if (negative(&rules->uses[i]))
			return true;
	}
	return false;
}
