/* lib/conf/diff_value.c: records, fields, maps and scalars. */
#include "conf/diff_parts.h"

struct str diff_keep(struct diff_walk *w, struct buf *text)
{
	/* A length no memory can hold takes the arena's way out of memory. */
	struct str s = text->failed ? (struct str){NULL, SIZE_MAX} : buf_str(text);

	return arena_str(w->mem, s);
}

static bool is_container(const struct conf_type *t)
{
	return t->base == CONF_LIST || t->base == CONF_MAP || t->base == CONF_STRUCT;
}

/* A string that would vanish or look like another thing without quotes. */
static bool needs_quotes(const struct conf_type *t, const void *value)
{
	struct str s;

	if (t->base != CONF_STRING)
		return is_container(t);
	s = *(const struct str *)value;
	return s.n == 0 || str_trim(s).n != s.n || str_is(s, "null") || str_is(s, "***");
}

struct str diff_text(struct diff_walk *w, struct diff_side side)
{
	if (!side.present)
		return (struct str){0};
	if (side.value == NULL)
		return STR("null");
	if (w->secret)
		return STR("***");
	w->text.n = 0;
	conf_value_text(&w->text, side.type, side.value, needs_quotes(side.type, side.value));
	return diff_keep(w, &w->text);
}

/* A type that contains itself ends the search. */
static enum conf_reload reload_inside(const struct conf_type *t, int levels)
{
	enum conf_reload strictest = CONF_LIVE;

	while (t->base == CONF_LIST || t->base == CONF_MAP)
		t = t->elem;
	if (t->base != CONF_STRUCT || levels == 0)
		return CONF_LIVE;
	for (uint32_t i = 0; i < t->fields->field_count; i++) {
		const struct conf_field *f = &t->fields->fields[i];
		enum conf_reload inside = reload_inside(f->type, levels - 1);

		if (f->reload > strictest)
			strictest = f->reload;
		if (inside > strictest)
			strictest = inside;
	}
	return strictest;
}

enum conf_reload diff_reload_inside(const struct conf_type *t)
{
	enum { LEVELS = 4 };

	return reload_inside(t, LEVELS);
}

static void add_change(struct diff_walk *w, enum conf_change_op op, const struct conf_type *type,
		       struct str before, struct str after)
{
	enum conf_reload inside = diff_reload_inside(type);

	vec_add(w->mem, &w->out->changes,
		((struct conf_change){
			.op = op,
			.kind = w->doc->kind->top.name,
			.name = w->doc->name,
			.field = diff_keep(w, &w->path),
			.identity = diff_keep(w, &w->identity),
			.before = before,
			.after = after,
			.reload = inside > w->reload ? inside : w->reload,
		}));
}

void diff_change_text(struct diff_walk *w, struct diff_side b, struct str before, struct str after)
{
	add_change(w, CONF_CHANGED, b.type, before, after);
}

void diff_change(struct diff_walk *w, struct diff_side a, struct diff_side b)
{
	add_change(w,
		   !a.present   ? CONF_ADDED
		   : !b.present ? CONF_REMOVED
				: CONF_CHANGED,
		   b.present ? b.type : a.type, diff_text(w, a), diff_text(w, b));
}

static void diff_maps(struct diff_walk *w, struct diff_side a, struct diff_side b)
{
	const struct conf_map *ma = a.value, *mb = b.value;
	size_t path = w->path.n, identity = w->identity.n;
	uint32_t i = 0, k = 0;

	while (i < ma->count || k < mb->count) {
		int c = i == ma->count   ? 1
			: k == mb->count ? -1
					 : str_cmp(ma->keys[i], mb->keys[k]);
		struct diff_side va = {0}, vb = {0};

		if (c <= 0)
			va = diff_item(a, i);
		if (c >= 0)
			vb = diff_item(b, k);
		path_add_key(&w->path, c <= 0 ? ma->keys[i] : mb->keys[k]);
		if (w->in_plain_list == 0)
			path_add_key(&w->identity, c <= 0 ? ma->keys[i] : mb->keys[k]);
		diff_values(w, va, vb);
		w->path.n = path;
		w->identity.n = identity;
		i += c <= 0;
		k += c >= 0;
	}
}

static bool same_text(struct diff_walk *w, struct diff_side a, struct diff_side b)
{
	bool secret = w->secret;
	struct str ta, tb;

	w->secret = false; /* compared, not shown */
	ta = diff_text(w, a);
	tb = diff_text(w, b);
	w->secret = secret;
	return str_eq(ta, tb);
}

/* Text differs for a string "5" and a number 5, as strings in question are quoted. */
bool diff_side_equal(struct diff_walk *w, struct diff_side a, struct diff_side b)
{
	if (a.present != b.present || (a.value == NULL) != (b.value == NULL))
		return false;
	if (!a.present || a.value == NULL)
		return true;
	if (a.type == b.type || conf_type_same(a.type, b.type))
		return conf_value_equal(b.type, a.value, b.value);
	return a.type->base == b.type->base && same_text(w, a, b);
}

void diff_values(struct diff_walk *w, struct diff_side a, struct diff_side b)
{
	bool both = a.value != NULL && b.value != NULL;

	if (both && a.type->base == b.type->base && !w->secret) {
		if (b.type->base == CONF_STRUCT) {
			diff_records(w, a.type->fields, conf_record(a.type, a.value),
				     b.type->fields, conf_record(b.type, b.value));
			return;
		}
		if (b.type->base == CONF_MAP) {
			diff_maps(w, a, b);
			return;
		}
		if (b.type->base == CONF_LIST) {
			diff_lists(w, a, b);
			return;
		}
	}
	if (!diff_side_equal(w, a, b))
		diff_change(w, a, b);
}

/* A struct that lies in its record is always there, with its defaults, written or not. */
struct diff_side diff_field_side(const struct conf_struct *s, const void *record,
				 const struct conf_field *f)
{
	struct diff_side side = {0};
	enum conf_state state;

	if (f == NULL)
		return side;
	state = conf_state(s, record, f);
	side.type = f->type;
	side.rules = f->rules;
	if (f->type->base == CONF_STRUCT && !f->type->by_pointer) {
		side.present = true;
		side.value = conf_at(record, f);
		return side;
	}
	side.present = state != CONF_ABSENT;
	if (state >= CONF_DEFAULTED)
		side.value = conf_at(record, f);
	if (side.value != NULL && f->type->base == CONF_STRUCT &&
	    conf_record(f->type, side.value) == NULL)
		side.value = NULL;
	return side;
}

static void diff_field(struct diff_walk *w, const struct conf_struct *sa, const void *a,
		       const struct conf_field *fa, const struct conf_struct *sb, const void *b,
		       const struct conf_field *fb)
{
	const struct conf_field *f = fb ? fb : fa;
	size_t path = w->path.n, identity = w->identity.n;
	enum conf_reload reload = w->reload;
	bool secret = w->secret;

	path_add_field(&w->path, f->name);
	if (w->in_plain_list == 0)
		path_add_field(&w->identity, f->name);
	if (f->reload > w->reload)
		w->reload = f->reload;
	w->secret |= (fa && fa->secret) || (fb && fb->secret);
	diff_values(w, diff_field_side(sa, a, fa), diff_field_side(sb, b, fb));
	w->path.n = path;
	w->identity.n = identity;
	w->reload = reload;
	w->secret = secret;
}

const struct conf_field *diff_counterpart(const struct conf_struct *sa,
					  const struct conf_struct *sb, const struct conf_field *fb)
{
	const struct conf_field *fa;

	if (sa == sb)
		return fb;
	fa = conf_field_find(sa, fb->name);
	return fa == NULL && fb->was.n > 0 ? conf_field_find(sa, fb->was) : fa;
}

void diff_records(struct diff_walk *w, const struct conf_struct *sa, const void *a,
		  const struct conf_struct *sb, const void *b)
{
	for (uint32_t i = 0; i < sb->field_count; i++) {
		const struct conf_field *fb = &sb->fields[i];

		diff_field(w, sa, a, diff_counterpart(sa, sb, fb), sb, b, fb);
	}
	for (uint32_t i = 0; sa != sb && i < sa->field_count; i++) {
		const struct conf_field *fa = &sa->fields[i];

		if (conf_field_find(sb, fa->name) == NULL && map_get(&sb->by_was, fa->name) == NULL)
			diff_field(w, sa, a, fa, sb, b, NULL);
	}
}
