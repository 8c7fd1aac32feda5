/* lib/conf/layout.c
 * How records lie in memory: fields in schema order with C's own alignment, so that generated C structs and
 * handles see the same bytes; behind them one state byte a field; the whole a multiple of 8. A struct field
 * lies inline, or behind a pointer when it may be null.
 */
#include "conf/schema_build.h"

enum { RECORD_ALIGN = 8 };

struct struct_draft *schema_draft_of(struct kind_draft *k, const struct conf_struct *s)
{
	struct struct_draft **it;

	if (s == &k->kind->top)
		return k->structs.items[0];
	VEC_EACH (&k->structs, it)
		if ((*it)->s == s)
			return *it;
	return NULL;
}

static uint32_t round_up(uint32_t n, uint32_t align)
{
	return (n + align - 1) & ~(align - 1);
}

/* `closing` leads from `from` back to `to`, which is being laid out. */
static void fail_cycle(struct struct_draft *from, const struct field_draft *closing,
		       struct struct_draft *to)
{
	struct kind_draft *k = from->kind;
	struct str chain = {"", 0};
	struct struct_draft *at = to;
	struct conf_finding *f;

	for (;;) {
		const struct field_draft *step = at == from ? closing : at->inside;

		chain = arena_printf(k->build->scratch, STR_FMT STR_FMT "." STR_FMT " -> ",
				     STR_ARG(chain), STR_ARG(at->s->name),
				     STR_ARG(step->field->name));
		if (at == from)
			break;
		at = schema_draft_of(k, step->type->fields);
	}
	f = schema_error(k, "schema-cycle", closing->field->at,
			 STR_FMT " would contain itself: " STR_FMT STR_FMT, STR_ARG(to->s->name),
			 STR_ARG(chain), STR_ARG(to->s->name));
	if (to->s == &k->kind->top)
		schema_hint(k, f, "another document is a ref[" STR_FMT "]", STR_ARG(to->s->name));
	else
		schema_hint(k, f, "write " STR_FMT "? (may be null) or list[" STR_FMT "]",
			    STR_ARG(closing->type->text), STR_ARG(closing->type->text));
}

static bool layout_struct(struct struct_draft *s);

/* Gives an inline struct field its size. */
static bool layout_inline(struct struct_draft *s, struct field_draft *f)
{
	struct struct_draft *inner = schema_draft_of(s->kind, f->type->fields);

	if (inner->layout == LAYOUT_DOING) {
		fail_cycle(s, f, inner);
		return false;
	}
	s->inside = f;
	if (!layout_struct(inner))
		return false;
	f->type->size = inner->s->size;
	f->type->align = inner->s->align;
	return true;
}

static bool layout_struct(struct struct_draft *s)
{
	struct schema_build *b = s->kind->build;
	uint32_t at = 0;
	bool ok = true;

	if (s->layout == LAYOUT_DONE)
		return s->s->size != 0;
	s->layout = LAYOUT_DOING;
	for (uint32_t i = 0; ok && i < s->s->field_count; i++) {
		struct field_draft *f = &s->drafts[i];

		if (f->type == NULL) {
			ok = false;
		} else if (f->type->base == CONF_STRUCT && f->type->by_pointer) {
			f->type->size = sizeof(void *);
		} else if (f->type->base == CONF_STRUCT) {
			ok = layout_inline(s, f);
		}
		if (!ok)
			break;
		at = round_up(at, f->type->align);
		f->field->offset = at;
		at += f->type->size;
		if (at > SCHEMA_MAX_RECORD) {
			schema_error(s->kind, "too-large", f->field->at,
				     "a record of " STR_FMT
				     " takes more than %d KiB with this field",
				     STR_ARG(s->s->name), SCHEMA_MAX_RECORD >> 10);
			ok = false;
		}
	}
	s->layout = LAYOUT_DONE;
	if (!ok) {
		s->kind->failed = true; /* of its own fault or of an inner struct's, already told */
		return false;
	}
	s->s->state_offset = at;
	s->s->align = RECORD_ALIGN;
	s->s->size = round_up(at + (s->s->field_count ? s->s->field_count : 1), RECORD_ALIGN);
	b->blank_bytes += s->s->size;
	if (b->blank_bytes > SCHEMA_MAX_RECORDS) {
		schema_error(s->kind, "too-large", s->s->at,
			     "the records of all structs together take more than %d MiB",
			     SCHEMA_MAX_RECORDS >> 20);
		s->s->size = 0;
	}
	return s->s->size != 0;
}

/* Structs inside lists and maps get their size when all structs have theirs. */
static void finish_type(struct conf_type *t)
{
	if (t->base == CONF_STRUCT) {
		t->size = t->by_pointer ? (uint32_t)sizeof(void *) : t->fields->size;
		t->align = t->by_pointer ? (uint32_t) _Alignof(void *) : RECORD_ALIGN;
	} else if (t->elem != NULL) {
		finish_type((struct conf_type *)t->elem);
	}
}

void schema_layout(struct kind_draft *k)
{
	struct struct_draft **it;

	VEC_EACH (&k->structs, it)
		layout_struct(*it);
	VEC_EACH (&k->structs, it)
		for (uint32_t i = 0; i < (*it)->s->field_count; i++)
			if ((*it)->drafts[i].type != NULL)
				finish_type((*it)->drafts[i].type);
}
