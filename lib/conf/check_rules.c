/* lib/conf/check_rules.c
 * Rules over a filled record. Nothing here knows where a value was written until a rule fails; then the spots
 * on the way find it.
 */
#include "conf/check_walk.h"
#include "conf/value.h"

#include <stdlib.h>

static int by_address(const void *a, const void *b)
{
	uintptr_t left = (uintptr_t) * (const void *const *)a,
		  right = (uintptr_t) * (const void *const *)b;

	return left < right ? -1 : left > right;
}

static bool is_bad(const struct check_walk *w, const void *value)
{
	return w->bad.count > 0 && bsearch(&value, w->bad.items, w->bad.count,
					   sizeof(w->bad.items[0]), by_address) != NULL;
}

/* Where a presence rule shows: at what is written, else at the first key around it. */
static const struct yaml_node *presence_node(struct check_walk *w, struct spot *at)
{
	const struct yaml_node *key, *value = spot_child(w, at, &key), *around;

	if (value != NULL)
		return key != NULL && value->kind == YAML_SCALAR && yaml_is_null(value) &&
				       value->n == 0
			       ? key
			       : value;
	around = spot_node(w, at);
	return around->kind == YAML_MAP && around->first ? around->first : around;
}

/* Text that a rule writes, but never a secret's value. */
static void report_rule(struct check_walk *w, struct spot *at, const struct rule_use *use,
			const struct rule_call *call, const struct yaml_node *node)
{
	CLEANUP(buf_free) struct buf message = {0};
	CLEANUP(buf_free) struct buf hint = {0};
	bool value = use->rule->class == RULE_VALUE, hide = value && spot_secret(at);
	const struct rule_use *alt;
	struct conf_finding *f;

	if (hide) {
		buf_printf(&message, "the secret does not fit " STR_FMT, STR_ARG(use->written));
	} else if (use->or_else != NULL) {
		rule_say_value(&message, call);
		buf_printf(&message, " fits none of");
		for (alt = use; alt != NULL; alt = alt->or_else)
			buf_printf(&message, "%s" STR_FMT, alt == use ? " " : "|",
				   STR_ARG(alt->written));
	} else {
		use->rule->say(&message, call, use->arg);
	}
	f = check_report(w, at, CONF_ERROR, use->rule->name, node, STR_FMT,
			 STR_ARG(buf_str(&message)));
	if (use->rule->hint != NULL && !hide && use->or_else == NULL)
		use->rule->hint(&hint, call, use->arg);
	if (call->state == CONF_DEFAULTED && !hide && value)
		buf_printf(&hint, "%s" STR_FMT " is its default", hint.n ? "; " : "",
			   STR_ARG(call->field->default_text));
	if (hint.n)
		check_hint(w, f, STR_FMT, STR_ARG(buf_str(&hint)));
}

static void report_presence(struct check_walk *w, struct spot *at, const struct rule_use *use,
			    const struct rule_call *call)
{
	report_rule(w, at, use, call, presence_node(w, at));
}

/* A rule about elements that differ, such as unique, points at the element. */
static void report_value(struct check_walk *w, struct spot *at, const struct rule_use *use,
			 const struct rule_call *call, bool key)
{
	const struct yaml_node *key_node, *node = spot_child(w, at, &key_node);

	if (use->rule->item != NULL && node != NULL && use->or_else == NULL &&
	    (call->type->base == CONF_LIST || call->type->base == CONF_MAP)) {
		struct spot below = {.up = at,
				     .how = call->type->base == CONF_LIST ? AT_ITEM : AT_KEY,
				     .index = use->rule->item(call, use->arg)};

		if (below.how == AT_KEY)
			below.key = ((const struct conf_map *)call->value)->keys[below.index];
		report_rule(w, &below, use, call, spot_child(w, &below, NULL));
	} else if (node == NULL) {
		report_rule(w, at, use, call, presence_node(w, at));
	} else {
		report_rule(w, at, use, call, key ? key_node : node);
	}
}

static bool is_empty(const struct rule_call *call)
{
	switch (call->type->base) {
	case CONF_STRING: return ((const struct str *)call->value)->n == 0;
	case CONF_LIST: return ((const struct conf_list *)call->value)->count == 0;
	case CONF_MAP: return ((const struct conf_map *)call->value)->count == 0;
	default: return false;
	}
}

static void run_values(struct check_walk *w, struct spot *at, const struct conf_rules *rules,
		       const struct rule_call *call, bool key)
{
	bool defaulted = call->state == CONF_DEFAULTED;

	if (rules->omitempty && is_empty(call))
		return;
	for (uint32_t i = rules->presence; i < rules->count; i++) {
		const struct rule_use *use = &rules->uses[i];

		if (defaulted && !use->compares)
			continue;
		if (LIKELY(rule_use_passes(use, call)))
			continue;
		/* Between nulls and elements that could not be read there is no telling. */
		if (use->rule->item != NULL && w->bad.count > 0 && call->type->elem->nullable)
			continue;
		report_value(w, at, use, call, key);
	}
}

/* One level of rules on one value. */
static void run_level(struct check_walk *w, struct spot *at, const struct conf_rules *rules,
		      const struct rule_call *call)
{
	for (uint32_t i = 0; i < rules->presence; i++) {
		const struct rule_use *use = &rules->uses[i];

		if (UNLIKELY(!use->rule->passes(call, use->arg)))
			report_presence(w, at, use, call);
	}
	if (call->state == CONF_WRITTEN || (call->state == CONF_DEFAULTED && rules->compares))
		run_values(w, at, rules, call, false);
}

static void run_struct(struct check_walk *w, const struct conf_struct *s, const void *record,
		       const struct rule_scope *around, struct spot *at);

struct inside {
	struct check_walk *w;
	const struct conf_rules *rules; /* of the container; may be NULL */
	const struct conf_field *field;
	const struct rule_scope *scope;
};

static void run_inside(const struct inside *in, const struct conf_type *t, const void *value,
		       struct spot *at);

static bool has_rules_inside(const struct conf_type *t, const struct conf_rules *rules)
{
	if (rules != NULL && (rules->elements != NULL || rules->keys != NULL))
		return true;
	while (t->base == CONF_LIST || t->base == CONF_MAP)
		t = t->elem;
	return t->base == CONF_STRUCT && t->fields->checked_count > 0;
}

static void run_element(const struct inside *in, const struct conf_type *t, const void *value,
			bool null, struct spot *at)
{
	struct rule_call call = {.type = t,
				 .value = value,
				 .state = null ? CONF_NULL : CONF_WRITTEN,
				 .scope = in->scope,
				 .field = in->field};
	struct inside below = *in;

	if (is_bad(in->w, value))
		return;
	below.rules = in->rules ? in->rules->elements : NULL;
	if (below.rules != NULL)
		run_level(in->w, at, below.rules, &call);
	if (!null)
		run_inside(&below, t, value, at);
}

static void run_list(const struct inside *in, const struct conf_type *t,
		     const struct conf_list *list, struct spot *up)
{
	struct spot at = {.up = up, .how = AT_ITEM};

	for (uint32_t i = 0; i < list->count; i++) {
		at.index = i;
		run_element(in, t->elem, conf_item(t, list, i), list->nulls && list->nulls[i], &at);
	}
}

static const struct conf_type key_type = {.base = CONF_STRING,
					  .size = sizeof(struct str),
					  .align = _Alignof(struct str),
					  .text = {"string", 6}};

static void run_map(const struct inside *in, const struct conf_type *t, const struct conf_map *map,
		    struct spot *up)
{
	struct spot at = {.up = up, .how = AT_KEY};

	for (uint32_t i = 0; i < map->count; i++) {
		struct rule_call call = {.type = &key_type,
					 .value = &map->keys[i],
					 .state = CONF_WRITTEN,
					 .scope = in->scope,
					 .field = in->field};

		at.index = i;
		at.key = map->keys[i];
		if (in->rules != NULL && in->rules->keys != NULL)
			run_values(in->w, &at, in->rules->keys, &call, true);
		run_element(in, t->elem, conf_map_item(t, map, i), map->nulls && map->nulls[i],
			    &at);
	}
}

static void run_inside(const struct inside *in, const struct conf_type *t, const void *value,
		       struct spot *up)
{
	if (t->base == CONF_STRUCT) {
		struct spot at = {.up = up};

		run_struct(in->w, t->fields, conf_record(t, value), in->scope, &at);
	} else if (t->base == CONF_LIST && has_rules_inside(t, in->rules)) {
		run_list(in, t, value, up);
	} else if (t->base == CONF_MAP && has_rules_inside(t, in->rules)) {
		run_map(in, t, value, up);
	}
}

static void run_struct(struct check_walk *w, const struct conf_struct *s, const void *record,
		       const struct rule_scope *around, struct spot *at)
{
	struct rule_scope scope = {.s = s, .record = record, .up = around};

	at->s = s;
	at->how = AT_FIELD;
	for (uint32_t i = 0; i < s->checked_count; i++) {
		const struct conf_field *f = &s->fields[s->checked[i]];
		struct rule_call call = {.type = f->type,
					 .value = conf_at(record, f),
					 .state = conf_state(s, record, f),
					 .scope = &scope,
					 .field = f};

		if (UNLIKELY(call.state == CONF_INVALID))
			continue;
		at->field = f;
		if (f->rules != NULL)
			run_level(w, at, f->rules, &call);
		if (call.state == CONF_WRITTEN && f->type->base >= CONF_LIST &&
		    f->type->base <= CONF_STRUCT) {
			struct inside in = {w, f->rules, f, &scope};

			run_inside(&in, f->type, call.value, at);
		}
	}
}

void check_rules(struct check_walk *w, const struct conf_struct *s, const void *record)
{
	struct spot at = {.node = w->root};

	if (w->bad.count > 1)
		qsort(w->bad.items, w->bad.count, sizeof(w->bad.items[0]), by_address);
	run_struct(w, s, record, NULL, &at);
}
