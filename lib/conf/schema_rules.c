/* lib/conf/schema_rules.c
 * Levels of rule items into compiled rules: looks up the rows, checks that each may stand where it stands, and
 * lets it compile its parameters. All fields of all structs of the kind are known by now.
 */
#include "conf/schema_build.h"
#include "conf/suggest.h"

struct compile {
	struct kind_draft *k;
	struct rule_build build;
	const struct rule_level *level;
};

static const struct conf_rule *rule_find(struct str name)
{
	for (size_t i = 0; i < conf_rules_table_count; i++)
		if (str_is(name, conf_rules_table[i]->name))
			return conf_rules_table[i];
	return NULL;
}

static void fail_unknown(struct compile *c, struct str name)
{
	struct suggest s = suggest_for(name);
	size_t word = 0;
	struct conf_finding *f = schema_error(c->k, "schema-rule", c->build.at,
					      "unknown rule " STR_FMT, STR_ARG(name));

	for (size_t i = 0; schema_may_guess(c->k, 1) && i < conf_rules_table_count; i++)
		suggest_add(&s, str_of(conf_rules_table[i]->name));
	while (word < name.n && name.p[word] != ':' && name.p[word] != ' ')
		word++;
	if (word < name.n && rule_find((struct str){name.p, word}) != NULL)
		schema_hint(c->k, f, "write " STR_FMT "=" STR_FMT, (int)word, name.p,
			    STR_ARG(str_trim((struct str){name.p + word + 1, name.n - word - 1})));
	else if (s.best.n)
		schema_hint(c->k, f, "did you mean " STR_FMT "?", STR_ARG(s.best));
	else
		schema_hint(c->k, f,
			    "a comma or | within a parameter stands in single quotes, as in 'a,b'");
}

static bool fail_rule(struct compile *c, const struct rule_item *item, const char *why)
{
	schema_error(c->k, "schema-rule", c->build.at, STR_FMT " %s", STR_ARG(item->name), why);
	return false;
}

/* The types a rule is for, as an author calls them. */
static void hint_bases(struct compile *c, struct conf_finding *f, uint32_t bases)
{
	struct str list = {"", 0};

	for (int base = 0; base < CONF_BASE_COUNT; base++)
		if ((bases & RULE_ON(base)) && base != CONF_UINT && base != CONF_OPAQUE)
			list = arena_printf(c->k->build->scratch, STR_FMT "%s%s", STR_ARG(list),
					    list.n ? ", " : "", conf_base_types[base]->name);
	schema_hint(c->k, f, "it is for " STR_FMT, STR_ARG(list));
}

static bool may_stand(struct compile *c, const struct rule_item *item, const struct conf_rule *row,
		      bool alternative)
{
	const struct conf_type *type = c->level->type;
	bool required = str_is(item->name, "required");

	if (row->class == RULE_STRUCTURE)
		return fail_rule(c, item,
				 item->has_raw ? "takes no parameter"
					       : "cannot be one of several alternatives");
	if (row->class == RULE_PRESENCE) {
		if (alternative)
			return fail_rule(c, item, "asks for presence and cannot stand in a|b");
		if (c->level->is_key)
			return fail_rule(c, item, "cannot stand on keys, which are always there");
		if (!c->level->is_field && !required)
			return fail_rule(c, item,
					 "is for fields, not for the elements of a container");
	}
	if ((row->bases & RULE_ON(type->base)) == 0) {
		struct conf_finding *f = schema_error(c->k, "schema-rule", c->build.at,
						      STR_FMT " is not for " STR_FMT,
						      STR_ARG(item->name), STR_ARG(type->text));
		hint_bases(c, f, row->bases);
		return false;
	}
	return true;
}

static bool arity_fits(struct compile *c, const struct rule_item *item, const struct conf_rule *row)
{
	struct conf_finding *f;
	char wanted[48];

	if (item->param_count >= row->min_params &&
	    (item->param_count <= row->max_params || row->max_params == UINT8_MAX) &&
	    (row->max_params > 0 || !item->has_raw))
		return true;
	if (row->max_params == 0)
		snprintf(wanted, sizeof(wanted), "no parameter");
	else if (row->min_params == row->max_params)
		snprintf(wanted, sizeof(wanted), "%u parameter%s", row->min_params,
			 row->min_params == 1 ? "" : "s");
	else if (row->max_params == UINT8_MAX)
		snprintf(wanted, sizeof(wanted), "at least %u parameter%s", row->min_params,
			 row->min_params == 1 ? "" : "s");
	else
		snprintf(wanted, sizeof(wanted), "%u to %u parameters", row->min_params,
			 row->max_params);
	f = schema_error(c->k, "schema-arity", c->build.at, STR_FMT " takes %s, found %zu",
			 STR_ARG(item->name), wanted, item->param_count);
	if (row->params[0])
		schema_hint(c->k, f, "write %s=%s; single quotes keep spaces together", row->name,
			    row->params);
	return false;
}

/* False: reported. */
static bool compile_one(struct compile *c, const struct rule_item *item, bool alternative,
			struct rule_use *use)
{
	const struct conf_rule *row = rule_find(item->name);
	void *arg = NULL;

	if (row == NULL) {
		fail_unknown(c, item->name);
		return false;
	}
	if (!may_stand(c, item, row, alternative) || !arity_fits(c, item, row))
		return false;
	c->build.failed = false;
	c->build.written = item->written;
	if (row->compile != NULL)
		row->compile(&c->build, item->params, item->param_count, item->raw, &arg);
	if (c->build.failed)
		c->k->failed = true;
	*use = (struct rule_use){.rule = row, .arg = arg, .written = item->written};
	return !c->build.failed;
}

static bool compile_item(struct compile *c, const struct rule_item *item, struct rule_use *use)
{
	bool alternative = item->or_else != NULL, ok;

	ok = compile_one(c, item, alternative, use);
	for (item = item->or_else; item != NULL; item = item->or_else) {
		struct rule_use *next = ARENA_NEW(c->k->build->mem, struct rule_use);

		if (!compile_one(c, item, true, next))
			ok = false;
		use->or_else = next;
		use = next;
	}
	return ok;
}

/* By convention the rules that compare with other fields are called ...field. */
static bool compares(const struct rule_use *use)
{
	for (; use != NULL; use = use->or_else)
		if (str_ends(str_of(use->rule->name), STR("field")))
			return true;
	return false;
}

/* Presence rules to the front, else in the order written. */
static void order_uses(struct compile *c, struct conf_rules *rules, struct rule_use *uses)
{
	struct rule_use *sorted = ARENA_ARRAY(c->k->build->mem, struct rule_use, rules->count + 1);
	uint32_t at = 0;

	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < rules->count; i++)
			if ((uses[i].rule->class == RULE_PRESENCE) == (pass == 0))
				sorted[at++] = uses[i];
		if (pass == 0)
			rules->presence = at;
	}
	rules->uses = sorted;
}

static void check_level(struct compile *c, const struct conf_rules *rules, struct conf_type *type)
{
	c->build.failed = false;
	rule_level_check(&c->build, rules);
	if (c->build.failed)
		c->k->failed = true;
	if (type->base == CONF_DURATION)
		type->negative = rule_level_negative(rules);
}

static const struct conf_rules *compile_level(struct compile *c, const struct rule_level *level)
{
	struct schema_build *b = c->k->build;
	struct conf_rules *rules = ARENA_NEW(b->mem, struct conf_rules);
	struct rule_use *uses = ARENA_ARRAY(b->scratch, struct rule_use, level->items.count + 1);

	c->level = level;
	c->build.type = level->type;
	for (size_t i = 0; i < level->items.count; i++) {
		struct rule_use *use = &uses[rules->count];

		if (!compile_item(c, level->items.items[i], use))
			continue;
		use->compares = compares(use);
		rules->compares |= use->compares;
		rules->count++;
	}
	order_uses(c, rules, uses);
	rules->omitempty = level->omitempty;
	rules->opaque = level->opaque;
	check_level(c, rules, level->type);
	if (level->keys != NULL)
		rules->keys = compile_level(c, level->keys);
	if (level->elements != NULL)
		rules->elements = compile_level(c, level->elements);
	return rules;
}

static bool has_rule(const struct conf_rules *rules, const char *name)
{
	for (uint32_t i = 0; i < rules->presence; i++)
		if (str_is(str_of(name), rules->uses[i].rule->name))
			return true;
	return false;
}

/* A reference to a field whose type could not be read is neither right nor wrong. */
static void move_findings(struct kind_draft *k, const struct diags *from)
{
	const struct conf_finding *it;

	VEC_EACH (&from->list, it)
		if (!k->untyped || strcmp(it->code, "schema-field") != 0) {
			struct conf_finding *f =
				schema_error(k, it->code, it->at, STR_FMT, STR_ARG(it->message));

			if (it->hint.n)
				schema_hint(k, f, STR_FMT, STR_ARG(it->hint));
		}
}

void schema_compile(struct kind_draft *k, struct struct_draft *s, struct field_draft *f)
{
	struct diags found = diags_into(k->build->scratch);
	struct compile c = {.k = k};
	const struct conf_rules *rules;

	if (f->level == NULL)
		return;
	c.build = (struct rule_build){.mem = k->build->mem,
				      .kind = k->kind,
				      .owner = s->s,
				      .field = f->field,
				      .at = f->field->at,
				      .d = &found,
				      .guesses_left = &k->build->guesses_left};
	rules = compile_level(&c, f->level);
	move_findings(k, &found);
	f->field->rules = rules;
	f->field->required = has_rule(rules, "required");
	f->field->explicit_ = has_rule(rules, "explicit");
	/* A written null would still fail. */
	if (f->field->required && f->field->has_default && !f->type->nullable)
		diags_hint(k->build->d,
			   diags_add(k->build->d, CONF_WARNING, "redundant-required", f->field->at,
				     "required can never fail beside a default"),
			   "remove one of them; explicit demands that the author writes the key");
}
