/* lib/conf/schema_plan.c
 * Which fields a check has to visit once a record is filled. Most fields of most kinds have a rule or two;
 * whole structs without any are passed over.
 */
#include "conf/schema_build.h"

static bool leads_to_rules(const struct conf_type *t)
{
	while (t->base == CONF_LIST || t->base == CONF_MAP)
		t = t->elem;
	return t->base == CONF_STRUCT && t->fields->checked_count > 0;
}

/* True: found more than the round before. Structs may contain each other, so rounds go on until nothing
 * changes. */
static bool plan_struct(struct struct_draft *s, uint32_t *checked)
{
	uint32_t n = 0, before = s->s->checked_count;

	for (uint32_t i = 0; i < s->s->field_count; i++)
		if (s->fields[i].rules != NULL || leads_to_rules(s->fields[i].type))
			checked[n++] = i;
	s->s->checked = checked;
	s->s->checked_count = n;
	return n != before;
}

static bool has_ref_default(const struct conf_field *f)
{
	if (f->type->base == CONF_STRUCT && !f->type->by_pointer)
		return f->type->fields->ref_defaults;
	return f->type->base == CONF_REF && f->has_default;
}

static bool plan_refs(struct struct_draft *s)
{
	if (s->s->ref_defaults)
		return false;
	for (uint32_t i = 0; i < s->s->field_count; i++)
		s->s->ref_defaults |= has_ref_default(&s->fields[i]);
	return s->s->ref_defaults;
}

void schema_plan(struct kind_draft *k)
{
	struct struct_draft **it;
	bool more;

	do {
		more = false;
		VEC_EACH (&k->structs, it) {
			if ((*it)->s->checked == NULL)
				(*it)->s->checked = ARENA_ARRAY(k->build->mem, uint32_t,
								(*it)->s->field_count + 1);
			more |= plan_struct(*it, (uint32_t *)(*it)->s->checked);
			more |= plan_refs(*it);
		}
	} while (more);
}
