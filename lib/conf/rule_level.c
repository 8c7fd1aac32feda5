/* What the rules of one level say together: repeated rules, bounds that leave no value. */
#include "conf/rule.h"

static const struct rule_number *bound(const struct rule_use *use, const char *a, const char *b)
{
	/* An alternative binds nothing on its own. */
	if (use->or_else || !use->arg)
		return NULL;
	return strcmp(use->rule->name, a) == 0 || strcmp(use->rule->name, b) == 0 ? use->arg : NULL;
}

static int compare(const struct rule_number *a, const struct rule_number *b)
{
	if (a->is_float)
		return (a->f > b->f) - (a->f < b->f);
	return (a->i > b->i) - (a->i < b->i);
}

static void check_bounds(struct rule_build *b, const struct rule_use *low,
			 const struct rule_use *high)
{
	const struct rule_number *from = bound(low, "min", "gte"), *to = bound(high, "max", "lte");
	bool open = false;

	if (!from) {
		from = bound(low, "gt", "gt");
		open = true;
	}
	if (!to) {
		to = bound(high, "lt", "lt");
		open = true;
	}
	if (!from || !to || compare(from, to) < (open ? 0 : 1))
		return;
	b->written = (struct str){0};
	rule_build_error(b, "schema-param", "no value can pass both " STR_FMT " and " STR_FMT,
			 STR_ARG(low->written), STR_ARG(high->written));
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
