/* lib/conf/diff_list.c
 * Lists. With unique=Field items are matched by that field; else by place, after what both begin and end with
 * has been put aside; a short list of plain values is shown whole.
 */
#include "conf/diff_parts.h"

enum { SHOWN_WHOLE = 16 };

struct diff_side diff_item(struct diff_side of, uint32_t index)
{
	const struct conf_list *list = of.value;
	const struct conf_map *map = of.value;
	const struct conf_type *elem = of.type->elem;
	bool is_list = of.type->base == CONF_LIST;
	const bool *nulls = is_list ? list->nulls : map->nulls;
	struct diff_side item = {
		.type = elem,
		.rules = of.rules ? of.rules->elements : NULL,
		.value = is_list ? conf_item(of.type, list, index)
				 : conf_map_item(of.type, map, index),
		.present = true,
	};

	if ((nulls != NULL && nulls[index]) ||
	    (elem->base == CONF_STRUCT && conf_record(elem, item.value) == NULL))
		item.value = NULL;
	return item;
}

static uint32_t count_of(struct diff_side list)
{
	return ((const struct conf_list *)list.value)->count;
}

const struct conf_field *diff_match_field(struct diff_side list)
{
	static const struct str rule = {"unique=", 7};

	if (list.type->elem->base != CONF_STRUCT || list.rules == NULL)
		return NULL;
	for (uint32_t i = 0; i < list.rules->count; i++) {
		struct str written = str_trim(list.rules->uses[i].written);

		if (str_starts(written, rule))
			return conf_field_find(
				list.type->elem->fields,
				str_trim((struct str){written.p + rule.n, written.n - rule.n}));
	}
	return NULL;
}

/* The matching field's value as text, or nothing. */
static struct str key_of(struct diff_walk *w, struct diff_side list, const struct conf_field *field,
			 uint32_t index)
{
	struct diff_side item = diff_item(list, index);
	const struct conf_struct *s = list.type->elem->fields;
	const void *record = item.value ? conf_record(item.type, item.value) : NULL;

	if (record == NULL || conf_state(s, record, field) < CONF_DEFAULTED)
		return (struct str){0};
	w->text.n = 0;
	conf_value_text(&w->text, field->type, conf_at(record, field), false);
	return diff_keep(w, &w->text);
}

/* keys[i] of item i; false: some item has none, or two have the same: then places must do. */
static bool read_keys(struct diff_walk *w, struct diff_side list, const struct conf_field *field,
		      struct str *keys, struct map *by_key)
{
	for (uint32_t i = 0; i < count_of(list); i++) {
		bool was_there;

		keys[i] = key_of(w, list, field, i);
		if (keys[i].p == NULL)
			return false;
		map_put(w->mem, by_key, keys[i], (void *)(uintptr_t)(i + 1), &was_there);
		if (was_there)
			return false;
	}
	return true;
}

static uint32_t place_of(const struct map *by_key, struct str key) /* from 1; 0: not there */
{
	return (uint32_t)(uintptr_t)map_get(by_key, key);
}

static void diff_one(struct diff_walk *w, uint32_t index, const struct str *key, struct diff_side a,
		     struct diff_side b)
{
	size_t path = w->path.n, identity = w->identity.n;

	path_add_index(&w->path, index);
	if (key != NULL && w->in_plain_list == 0)
		path_add_key(&w->identity, *key);
	diff_values(w, a, b);
	w->path.n = path;
	w->identity.n = identity;
}

static struct str keys_text(struct diff_walk *w, const struct str *keys, uint32_t count)
{
	w->text.n = 0;
	buf_addc(&w->text, '[');
	for (uint32_t i = 0; i < count; i++) {
		buf_add(&w->text, i ? STR(", ") : STR(""));
		buf_add(&w->text, keys[i]);
	}
	buf_addc(&w->text, ']');
	return w->secret ? STR("***") : diff_keep(w, &w->text);
}

struct matched {
	struct diff_side a, b;
	struct str *keys_a, *keys_b;
	struct map places_a, places_b;
};

static void diff_matched(struct diff_walk *w, const struct matched *m)
{
	uint32_t na = count_of(m->a), nb = count_of(m->b), last = 0;
	bool moved = false;

	for (uint32_t i = 0; i < nb; i++) {
		uint32_t place = place_of(&m->places_a, m->keys_b[i]);

		if (place != 0) {
			moved |= place < last;
			last = place;
		}
		diff_one(w, i, &m->keys_b[i],
			 place ? diff_item(m->a, place - 1) : (struct diff_side){0},
			 diff_item(m->b, i));
	}
	for (uint32_t i = 0; i < na; i++)
		if (place_of(&m->places_b, m->keys_a[i]) == 0)
			diff_one(w, i, &m->keys_a[i], diff_item(m->a, i), (struct diff_side){0});
	if (moved)
		diff_change_text(w, m->b, keys_text(w, m->keys_a, na), keys_text(w, m->keys_b, nb));
}

static bool match(struct diff_walk *w, struct diff_side a, struct diff_side b, struct matched *m)
{
	const struct conf_field *fa = diff_match_field(a), *fb = diff_match_field(b);

	if (fa == NULL || fb == NULL || !str_eq(fa->name, fb->name))
		return false;
	*m = (struct matched){.a = a, .b = b};
	m->keys_a = ARENA_ARRAY(w->mem, struct str, count_of(a) + 1);
	m->keys_b = ARENA_ARRAY(w->mem, struct str, count_of(b) + 1);
	return read_keys(w, a, fa, m->keys_a, &m->places_a) &&
	       read_keys(w, b, fb, m->keys_b, &m->places_b);
}

static void diff_by_place(struct diff_walk *w, struct diff_side a, struct diff_side b)
{
	uint32_t na = count_of(a), nb = count_of(b), from = 0;

	while (from < na && from < nb && diff_side_equal(w, diff_item(a, from), diff_item(b, from)))
		from++;
	while (na > from && nb > from &&
	       diff_side_equal(w, diff_item(a, na - 1), diff_item(b, nb - 1))) {
		na--;
		nb--;
	}
	w->in_plain_list++;
	for (uint32_t i = from; i < na || i < nb; i++)
		diff_one(w, i, NULL, i < na ? diff_item(a, i) : (struct diff_side){0},
			 i < nb ? diff_item(b, i) : (struct diff_side){0});
	w->in_plain_list--;
}

static bool is_plain(const struct conf_type *t)
{
	return t->base != CONF_LIST && t->base != CONF_MAP && t->base != CONF_STRUCT;
}

void diff_lists(struct diff_walk *w, struct diff_side a, struct diff_side b)
{
	struct matched m;

	if (match(w, a, b, &m))
		diff_matched(w, &m);
	else if (is_plain(b.type->elem) && count_of(a) <= SHOWN_WHOLE &&
		 count_of(b) <= SHOWN_WHOLE) {
		if (!diff_side_equal(w, a, b))
			diff_change(w, a, b);
	} else {
		diff_by_place(w, a, b);
	}
}
