/* lib/conf/set_shown.c
 * What clients are shown (RoomType.shows): the kinds exist, and their numbers are numbers in JavaScript too.
 */
#include "conf/path.h"
#include "conf/set_parts.h"
#include "conf/suggest.h"

static bool int_js_unsafe(const struct conf_type *t, const void *value)
{
	const int64_t max = INT64_C(1) << 53;

	if (t->bits != 64)
		return false;
	if (t->base == CONF_UINT)
		return conf_uint(t, value) > (uint64_t)max;
	return conf_int(t, value) > max || conf_int(t, value) < -max;
}

static void report_js_unsafe(struct set_build *b, const struct conf_doc *doc, struct str path,
			     struct str number)
{
	struct conf_place at = doc->at;
	struct conf_finding *f;

	conf_doc_locate(doc, path, b->mem, &at);
	f = diags_add(&b->found, CONF_WARNING, "js-int", at,
		      STR_FMT " is beyond 2^53: clients in JavaScript read another number",
		      STR_ARG(number));
	f->path = set_field_path(b->mem, doc, path);
	f->no_line = set_hides_lines(doc);
	diags_hint(&b->found, f, "make the field a string, or keep it within 9007199254740992");
}

struct shown_walk {
	struct set_build *b;
	const struct conf_doc *doc;
	struct buf path;
};

static void walk_record(struct shown_walk *w, const struct conf_struct *s, const void *record);

static void walk_int(struct shown_walk *w, const struct conf_type *t, const void *value)
{
	CLEANUP(buf_free) struct buf number = {0};

	if (!int_js_unsafe(t, value))
		return;
	conf_value_text(&number, t, value, false);
	report_js_unsafe(w->b, w->doc, buf_str(&w->path), buf_str(&number));
}

static void walk_value(struct shown_walk *w, const struct conf_type *t, const void *value)
{
	const struct conf_list *list = value;
	const struct conf_map *map = value;
	size_t mark = w->path.n;

	if (t->base == CONF_INT || t->base == CONF_UINT)
		walk_int(w, t, value);
	else if (t->base == CONF_STRUCT && conf_record(t, value) != NULL)
		walk_record(w, t->fields, conf_record(t, value));
	for (uint32_t i = 0; t->base == CONF_LIST && i < list->count; i++) {
		path_add_index(&w->path, i);
		if (list->nulls == NULL || !list->nulls[i])
			walk_value(w, t->elem, conf_item(t, list, i));
		w->path.n = mark;
	}
	for (uint32_t i = 0; t->base == CONF_MAP && i < map->count; i++) {
		path_add_key(&w->path, map->keys[i]);
		if (map->nulls == NULL || !map->nulls[i])
			walk_value(w, t->elem, conf_map_item(t, map, i));
		w->path.n = mark;
	}
}

static void walk_record(struct shown_walk *w, const struct conf_struct *s, const void *record)
{
	size_t mark = w->path.n;

	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct conf_field *f = &s->fields[i];

		if (conf_state(s, record, f) < CONF_DEFAULTED)
			continue;
		path_add_field(&w->path, f->name);
		walk_value(w, f->type, conf_at(record, f));
		w->path.n = mark;
	}
}

static void check_shown_kind(struct set_build *b, struct str kind)
{
	uint32_t n;
	const struct conf_doc *const *docs = conf_docs_of(b->set, kind, &n);

	for (uint32_t i = 0; i < n; i++) {
		struct shown_walk w = {.b = b, .doc = docs[i]};

		if (!docs[i]->js_unsafe)
			continue;
		walk_record(&w, &docs[i]->kind->top, docs[i]->record);
		buf_free(&w.path);
	}
}

static void report_unknown_kind(struct set_build *b, const struct conf_doc *doc, struct str kind,
				uint32_t index)
{
	struct suggest s = suggest_for(kind);
	struct conf_place at = doc->at;
	struct str path = arena_printf(b->mem, "shows[%u]", index);
	const struct map_entry *e;
	struct conf_finding *f;

	MAP_EACH (&b->set->schema->kinds, e)
		suggest_add(&s, e->key);
	conf_doc_locate(doc, path, b->mem, &at);
	f = diags_add(&b->found, CONF_ERROR, "kind", at, "there is no kind " STR_FMT,
		      STR_ARG(kind));
	f->path = set_field_path(b->mem, doc, path);
	f->no_line = set_hides_lines(doc);
	if (s.best.n > 0)
		diags_hint(&b->found, f, "did you mean " STR_FMT "?", STR_ARG(s.best));
	else
		diags_hint(&b->found, f, "kinds are defined in schemas/");
}

void set_check_shown(struct set_build *b)
{
	const struct conf_kind *kind = conf_kind_find(b->set->schema, STR("RoomType"));
	const struct conf_field *shows = kind ? conf_field_find(&kind->top, STR("shows")) : NULL;
	struct map done = {0};
	uint32_t n;
	const struct conf_doc *const *docs = conf_docs_of(b->set, STR("RoomType"), &n);

	for (uint32_t i = 0; shows != NULL && i < n; i++) {
		const struct conf_list *list = conf_at(docs[i]->record, shows);

		if (conf_state(&kind->top, docs[i]->record, shows) < CONF_DEFAULTED)
			continue;
		for (uint32_t k = 0; k < list->count; k++) {
			struct str shown = ((const struct str *)list->items)[k];
			bool was_there;

			if (conf_kind_find(b->set->schema, shown) == NULL) {
				report_unknown_kind(b, docs[i], shown, k);
				continue;
			}
			map_put(b->mem, &done, shown, NULL, &was_there);
			if (!was_there)
				check_shown_kind(b, shown);
		}
	}
}
