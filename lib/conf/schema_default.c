/* lib/conf/schema_default.c
 * Blank records: what a document's record is before anything of the document is read. Defaults are parsed and
 * checked like any value, so that a document never fails for a value its author did not write.
 */
#include "conf/schema_build.h"

static bool is_container(const struct conf_type *t)
{
	return t->base == CONF_LIST || t->base == CONF_MAP || t->base == CONF_STRUCT ||
	       t->base == CONF_OPAQUE;
}

static void fail_default(struct kind_draft *k, const struct conf_field *f, const char *message,
			 const char *hint)
{
	struct conf_finding *found;

	if (f->secret)
		found = schema_error(k, "schema-default", f->at,
				     "the default does not fit the field; a secret is not shown");
	else
		found = schema_error(k, "schema-default", f->at, "default: %s", message);
	found->secret = f->secret;
	if (hint != NULL && hint[0] && !f->secret)
		schema_hint(k, found, "%s", hint);
}

static void parse_default(struct struct_draft *s, struct field_draft *f, char *blank)
{
	bool text = f->type->base == CONF_STRING || f->type->base == CONF_REF;
	struct type_fail why;

	if (!f->field->has_default)
		return;
	if (is_container(f->type)) {
		fail_default(s->kind, f->field, "lists, maps and structs have no default",
			     "fields of a struct have defaults of their own");
		return;
	}
	if (!conf_text_parse(f->type, f->field->default_text, text, blank + f->field->offset,
			     &why)) {
		fail_default(s->kind, f->field, why.message, why.hint);
		return;
	}
	((uint8_t *)blank)[s->s->state_offset + f->field->index] = CONF_DEFAULTED;
}

/* Rules that compare with other fields are asked only at the top, where the blank record is what a document
 * without a single field would be. */
static void check_default(struct struct_draft *s, const struct conf_field *f)
{
	struct rule_scope scope = {.s = s->s, .record = s->s->blank};
	struct rule_call call = {.type = f->type,
				 .value = (const char *)s->s->blank + f->offset,
				 .state = CONF_DEFAULTED,
				 .scope = &scope,
				 .field = f};
	const struct conf_rules *rules = f->rules;
	bool top = s->s == &s->kind->kind->top;

	if (rules == NULL ||
	    ((const uint8_t *)s->s->blank)[s->s->state_offset + f->index] != CONF_DEFAULTED)
		return;
	if (rules->omitempty && f->type->base == CONF_STRING &&
	    ((const struct str *)call.value)->n == 0)
		return;
	for (uint32_t i = rules->presence; i < rules->count; i++) {
		const struct rule_use *use = &rules->uses[i];
		CLEANUP(buf_free) struct buf message = {0};

		if (use->compares && !top)
			continue;
		if (rule_use_passes(use, &call))
			continue;
		use->rule->say(&message, &call, use->arg);
		fail_default(s->kind, f, message.p ? message.p : "", NULL);
	}
}

static void make_blank(struct struct_draft *s)
{
	char *blank;

	if (s->blank_made)
		return;
	s->blank_made = true;
	blank = arena_zalloc(s->kind->build->mem, s->s->size);
	s->s->blank = blank;
	for (uint32_t i = 0; i < s->s->field_count; i++) {
		struct field_draft *f = &s->drafts[i];

		if (f->type->base == CONF_STRUCT && !f->type->by_pointer) {
			struct struct_draft *inner = schema_draft_of(s->kind, f->type->fields);

			make_blank(inner);
			memcpy(blank + f->field->offset, inner->s->blank, inner->s->size);
		}
		parse_default(s, f, blank);
	}
}

void schema_defaults(struct kind_draft *k)
{
	struct struct_draft **it;

	VEC_EACH (&k->structs, it)
		if ((*it)->s->size == 0)
			return; /* no layout: told before */
	VEC_EACH (&k->structs, it)
		make_blank(*it);
	VEC_EACH (&k->structs, it)
		for (uint32_t i = 0; i < (*it)->s->field_count; i++)
			check_default(*it, &(*it)->fields[i]);
}
