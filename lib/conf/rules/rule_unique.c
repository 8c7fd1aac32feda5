/* "first" is already at [0]
 * Small lists are compared pair by pair; larger ones are sorted, so that time stays n log n. */
#include <stdlib.h>

#include "conf/rule.h"
#include "conf/types.h"
#include "conf/value.h"

enum { PAIRWISE = 12 };

struct elements {
	const struct conf_type *type;   /* of what is compared */
	const struct conf_field *field; /* unique=Field */
	const struct conf_type *elem;
	const void *items;
	const bool *nulls;
	uint32_t count;
};

static struct elements elements_of(const struct rule_call *call, const void *arg)
{
	const struct conf_field *field = arg;
	struct elements e = {.elem = call->type->elem, .field = field};

	e.type = field ? field->type : e.elem;
	if (call->type->base == CONF_LIST) {
		const struct conf_list *list = call->value;

		e.items = list->items;
		e.nulls = list->nulls;
		e.count = list->count;
	} else {
		const struct conf_map *map = call->value;

		e.items = map->values;
		e.nulls = map->nulls;
		e.count = map->count;
	}
	return e;
}

/* What element i brings into the comparison; NULL: null, or without the field. */
static const void *part(const struct elements *e, uint32_t i)
{
	const void *item = (const char *)e->items + (size_t)i * e->elem->size;
	enum conf_state state;

	if (e->nulls && e->nulls[i])
		return NULL;
	if (!e->field)
		return item;
	item = conf_record(e->elem, item);
	if (!item)
		return NULL;
	state = conf_state(e->elem->fields, item, e->field);
	return state == CONF_WRITTEN || state == CONF_DEFAULTED ? conf_at(item, e->field) : NULL;
}

/* A null is an element like any other where the type allows it; elsewhere it stands for one that could not be
 * read. A struct without the field has nothing to compare. */
static bool same(const struct elements *e, const void *a, const void *b)
{
	return a && b ? conf_value_compare(e->type, a, b) == 0
		      : !a && !b && !e->field && e->elem->nullable;
}

static int by_value(const void *a, const void *b, void *ctx)
{
	const struct elements *e = ctx;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	const void *one = part(e, x), *two = part(e, y);
	int order =
		one && two ? conf_value_compare(e->type, one, two) : (one != NULL) - (two != NULL);

	return order ? order : (x > y) - (x < y);
}

static bool find_pairwise(const struct elements *e, uint32_t *first, uint32_t *second)
{
	for (uint32_t k = 1; k < e->count; k++) {
		const void *b = part(e, k);

		for (uint32_t i = 0; i < k; i++) {
			if (same(e, part(e, i), b)) {
				*first = i;
				*second = k;
				return true;
			}
		}
	}
	return false;
}

/* The earliest element that repeats one before it. */
static bool find(const struct elements *e, uint32_t *first, uint32_t *second)
{
	uint32_t *order;
	bool found = false;

	if (e->count <= PAIRWISE)
		return find_pairwise(e, first, second);
	order = malloc(e->count * sizeof(*order));
	if (!order) /* slower, but never wrong */
		return find_pairwise(e, first, second);
	for (uint32_t i = 0; i < e->count; i++)
		order[i] = i;
	qsort_r(order, e->count, sizeof(*order), by_value, (void *)(uintptr_t)e);
	for (uint32_t i = 1; i < e->count; i++) {
		const void *a = part(e, order[i - 1]), *b = part(e, order[i]);

		if ((found && order[i] > *second) || !same(e, a, b))
			continue;
		found = true;
		*first = order[i - 1];
		*second = order[i];
	}
	free(order);
	return found;
}

static void compile(struct rule_build *b, const struct str *params, size_t count, struct str raw,
		    void **arg)
{
	const struct conf_type *elem = b->type->elem;
	const struct conf_field *field;

	if (count == 0)
		return;
	if (elem->base != CONF_STRUCT) {
		rule_build_error(b, "schema-field",
				 "the elements are no structs, so they have no field " STR_FMT,
				 STR_ARG(params[0]));
		return;
	}
	field = rule_field_find(b, elem->fields, params[0]);
	*arg = (void *)(uintptr_t)field;
}

static bool passes(const struct rule_call *call, const void *arg)
{
	const struct elements e = elements_of(call, arg);
	uint32_t first, second;

	return !find(&e, &first, &second);
}

static uint32_t item(const struct rule_call *call, const void *arg)
{
	const struct elements e = elements_of(call, arg);
	uint32_t first = 0, second = 0;

	return find(&e, &first, &second) ? second : 0;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	const struct elements e = elements_of(call, arg);
	uint32_t first = 0, second = 0;
	bool secret = (call->field && call->field->secret) || (e.field && e.field->secret);

	if (!find(&e, &first, &second))
		return;
	if (!part(&e, second)) {
		buf_add(out, STR("null"));
	} else if (!secret && conf_base_types[e.type->base]->parse) {
		const struct rule_call theirs = {.type = e.type, .value = part(&e, second)};

		if (e.field)
			buf_printf(out, STR_FMT " ", STR_ARG(e.field->name));
		rule_say_value(out, &theirs);
	} else {
		buf_printf(out, "the same " STR_FMT,
			   STR_ARG(e.field ? e.field->name : STR("value")));
	}
	if (call->type->base == CONF_LIST) {
		buf_printf(out, " is already at [%u]", first);
	} else {
		struct str key = ((const struct conf_map *)call->value)->keys[first];

		buf_printf(out, " is already under %s", type_quote(key).text);
	}
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	enum conf_base base = type->elem->base;

	/* Exact only where equal values have equal texts. */
	if (!arg && type->base == CONF_LIST &&
	    (base == CONF_BOOL || base == CONF_INT || base == CONF_UINT || base == CONF_FLOAT ||
	     base == CONF_STRING || base == CONF_REF))
		json_object_set_new(schema, "uniqueItems", json_true());
}

const struct conf_rule rule_unique = {
	.name = "unique",
	.class = RULE_VALUE,
	.bases = RULE_ON(CONF_LIST) | RULE_ON(CONF_MAP),
	.min_params = 0,
	.max_params = 1,
	.params = "field",
	.summary = "no element twice; with a field, no two structs with the same value in it. "
		   "`unique=field` is also what a diff matches the elements by",
	.example = "waves: list[Wave] `validate:\"unique=name\"`",
	.compile = compile,
	.passes = passes,
	.say = say,
	.item = item,
	.json_schema = json_schema,
};
