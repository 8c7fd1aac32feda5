/* gamesrvd/config/fields.c */
#include "gamesrvd/config/fields.h"

#include "conf/path.h"
#include "conf/value.h"

static struct str join(struct arena *mem, struct str prefix, struct str name)
{
	return prefix.n ? arena_printf(mem, STR_FMT "." STR_FMT, STR_ARG(prefix), STR_ARG(name))
			: name;
}

static struct field_row row_of(const struct conf_struct *s, const void *record,
			       const struct conf_field *f, struct str path, bool secret)
{
	return (struct field_row){path,
				  f->type,
				  conf_at(record, f),
				  conf_state(s, record, f),
				  f->reload,
				  f->secret || secret};
}

static void add_struct(struct arena *mem, const struct conf_struct *s, const void *record,
		       struct str prefix, bool secret, field_rows *out)
{
	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct conf_field *f = &s->fields[i];
		struct field_row row = row_of(s, record, f, join(mem, prefix, f->name), secret);
		const void *inner = f->type->base == CONF_STRUCT && row.state != CONF_NULL &&
						    row.state != CONF_ABSENT
					    ? conf_record(f->type, row.value)
					    : NULL;

		if (inner != NULL)
			add_struct(mem, f->type->fields, inner, row.path, row.secret, out);
		else
			vec_add(mem, out, row);
	}
}

void fields_of(struct arena *mem, const struct conf_doc *doc, field_rows *out)
{
	add_struct(mem, &doc->kind->top, doc->record, STR(""), false, out);
}

static bool enter_struct(const struct conf_struct *s, const void *record, struct str name,
			 struct field_row *row)
{
	const struct conf_field *f = record ? conf_field_find(s, name) : NULL;

	if (f == NULL)
		return false;
	*row = row_of(s, record, f, row->path, row->secret);
	return row->state == CONF_WRITTEN || row->state == CONF_DEFAULTED;
}

static bool enter_item(const struct conf_type *t, const struct conf_list *l, uint32_t i,
		       struct field_row *row)
{
	if (i >= l->count || (l->nulls != NULL && l->nulls[i]))
		return false;
	row->value = conf_item(t, l, i);
	row->type = t->elem;
	return true;
}

static bool enter(const struct path_step *step, struct field_row *row)
{
	const struct conf_type *t = row->type;

	if (t->base == CONF_LIST)
		return step->is_index && enter_item(t, row->value, step->index, row);
	if (step->is_index)
		return false;
	if (t->base == CONF_STRUCT)
		return enter_struct(t->fields, conf_record(t, row->value), step->key, row);
	if (t->base != CONF_MAP)
		return false;
	row->value = conf_map_find(t, row->value, step->key);
	row->type = t->elem;
	return row->value != NULL;
}

bool fields_find(struct arena *mem, const struct conf_doc *doc, struct str path,
		 struct field_row *out)
{
	struct path_step step;
	struct str rest = path;
	int rc = path_next(&rest, mem, &step);

	*out = (struct field_row){.path = path};
	if (rc <= 0 || step.is_index || !enter_struct(&doc->kind->top, doc->record, step.key, out))
		return false;
	while ((rc = path_next(&rest, mem, &step)) > 0)
		if (!enter(&step, out))
			return false;
	return rc == 0;
}

struct str fields_text(struct arena *mem, const struct field_row *row)
{
	CLEANUP(buf_free) struct buf text = {0};

	if (row->state == CONF_ABSENT || row->state == CONF_NULL)
		return (struct str){NULL, 0};
	if (row->secret)
		return STR("***");
	conf_value_text(&text, row->type, row->value, true);
	return arena_take(mem, &text);
}

bool fields_within(struct str path, struct str of)
{
	if (of.n == 0 || str_eq(path, of))
		return true;
	return str_starts(path, of) && (path.p[of.n] == '.' || path.p[of.n] == '[');
}
