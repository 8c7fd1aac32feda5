/* lib/conf/effective.c
 * One walk over both records. At every value the two sides are first resolved: to one of them, or, where something inside
 * is live and something is not, to a pair that is merged further down.
 */
#include "conf/effective.h"

#include <math.h>

#include "conf/diff_parts.h"
#include "conf/types.h"
#include "conf/value.h"

struct pair {
	struct diff_side then, now;
};

static bool is_merged(struct pair v)
{
	return v.then.value != v.now.value;
}

/* Both sides are there and their parts can be told apart. */
static bool can_merge(struct pair v)
{
	const struct conf_field *then, *now;

	if (v.then.value == NULL || v.now.value == NULL || v.then.type->base != v.now.type->base)
		return false;
	switch (v.now.type->base) {
	case CONF_STRUCT:
	case CONF_MAP: return true;
	case CONF_LIST:
		then = diff_match_field(v.then);
		now = diff_match_field(v.now);
		return then != NULL && now != NULL && str_eq(then->name, now->name) &&
		       conf_type_same(then->type, now->type);
	default: return false;
	}
}

static bool all_live(struct diff_side side)
{
	return !side.present || diff_reload_inside(side.type) == CONF_LIVE;
}

static struct pair resolve(struct pair v, enum conf_reload reload)
{
	if (reload != CONF_LIVE)
		v.now = v.then;
	else if (all_live(v.then) && all_live(v.now))
		v.then = v.now;
	else if (!can_merge(v))
		v.now = v.then;
	return v;
}

static void write_value(struct buf *out, struct pair v);

static void write_name(struct buf *out, bool *first, struct str name)
{
	if (!*first)
		buf_addc(out, ',');
	*first = false;
	conf_text_quote(out, name);
	buf_addc(out, ':');
}

static void write_field(struct buf *out, bool *first, const struct conf_field *f, struct pair v)
{
	v = resolve(v, f->reload);
	if (f->secret || !v.now.present)
		return;
	write_name(out, first, f->name);
	write_value(out, v);
}

static void write_records(struct buf *out, const struct conf_struct *sa, const void *a,
			  const struct conf_struct *sb, const void *b)
{
	bool first = true;

	buf_addc(out, '{');
	for (uint32_t i = 0; i < sb->field_count; i++) {
		const struct conf_field *fb = &sb->fields[i], *fa = diff_counterpart(sa, sb, fb);

		if (fa == NULL || !fa->secret)
			write_field(out, &first, fb,
				    (struct pair){diff_field_side(sa, a, fa),
						  diff_field_side(sb, b, fb)});
	}
	for (uint32_t i = 0; sa != sb && i < sa->field_count; i++) {
		const struct conf_field *fa = &sa->fields[i];

		if (conf_field_find(sb, fa->name) == NULL && map_get(&sb->by_was, fa->name) == NULL)
			write_field(out, &first, fa,
				    (struct pair){.then = diff_field_side(sa, a, fa)});
	}
	buf_addc(out, '}');
}

static uint32_t count_of(struct diff_side side)
{
	return side.type->base == CONF_LIST ? ((const struct conf_list *)side.value)->count
					    : ((const struct conf_map *)side.value)->count;
}

/* An item that is on one side only, in something that is not all live, stays as it was then. */
static void write_map(struct buf *out, struct pair v)
{
	const struct conf_map *then = v.then.value;
	bool first = true;

	buf_addc(out, '{');
	for (uint32_t i = 0; i < then->count; i++) {
		struct pair item = {.then = diff_item(v.then, i)};
		const struct conf_map *now = v.now.value;
		const void *at =
			is_merged(v) ? conf_map_find(v.now.type, now, then->keys[i]) : NULL;

		item.now =
			at ? diff_item(v.now,
				       (uint32_t)(((const char *)at - (const char *)now->values) /
						  v.now.type->elem->size))
			   : item.then;
		write_name(out, &first, then->keys[i]);
		write_value(out, resolve(item, CONF_LIVE));
	}
	buf_addc(out, '}');
}

static bool same_key(struct diff_side a, const struct conf_field *fa, struct diff_side b,
		     const struct conf_field *fb)
{
	const void *ra = a.value ? conf_record(a.type, a.value) : NULL;
	const void *rb = b.value ? conf_record(b.type, b.value) : NULL;

	return ra != NULL && rb != NULL && conf_state(a.type->fields, ra, fa) >= CONF_DEFAULTED &&
	       conf_state(b.type->fields, rb, fb) >= CONF_DEFAULTED &&
	       conf_value_equal(fa->type, conf_at(ra, fa), conf_at(rb, fb));
}

/* The item of now that is item `i` of then; nearly always at the same place. */
static struct diff_side partner(struct pair v, uint32_t i)
{
	const struct conf_field *fa = diff_match_field(v.then), *fb = diff_match_field(v.now);
	struct diff_side mine = diff_item(v.then, i);
	uint32_t count = count_of(v.now);

	for (uint32_t k = 0; k < count; k++) {
		struct diff_side other = diff_item(v.now, (i + k) % count);

		if (same_key(mine, fa, other, fb))
			return other;
	}
	return mine;
}

static void write_list(struct buf *out, struct pair v)
{
	uint32_t count = count_of(v.then);

	buf_addc(out, '[');
	for (uint32_t i = 0; i < count; i++) {
		struct pair item = {.then = diff_item(v.then, i)};

		item.now = is_merged(v) ? partner(v, i) : item.then;
		if (i > 0)
			buf_addc(out, ',');
		write_value(out, resolve(item, CONF_LIVE));
	}
	buf_addc(out, ']');
}

static void write_scalar(struct buf *out, const struct conf_type *t, const void *value)
{
	switch (t->base) {
	case CONF_STRING:
	case CONF_REF: conf_text_quote(out, *(const struct str *)value); break;
	case CONF_OPAQUE: buf_add(out, *(const struct str *)value); break;
	case CONF_BOOL:
	case CONF_INT:
	case CONF_UINT: conf_scalar_text(out, t, value); break;
	case CONF_FLOAT:
		if (isfinite(*(const double *)value))
			conf_scalar_text(out, t, value);
		else
			buf_add(out, STR("null")); /* JSON has no word for it */
		break;
	default: /* duration, size, percent, time */
		buf_addc(out, '"');
		conf_scalar_text(out, t, value);
		buf_addc(out, '"');
	}
}

static void write_value(struct buf *out, struct pair v)
{
	const struct diff_side *now = &v.now;

	if (now->value == NULL) {
		buf_add(out, STR("null"));
		return;
	}
	switch (now->type->base) {
	case CONF_STRUCT:
		write_records(out, v.then.type->fields, conf_record(v.then.type, v.then.value),
			      now->type->fields, conf_record(now->type, now->value));
		break;
	case CONF_MAP: write_map(out, v); break;
	case CONF_LIST: write_list(out, v); break;
	default: write_scalar(out, now->type, now->value);
	}
}

bool conf_effective_is(const struct conf_doc *then, const struct conf_doc *now)
{
	if (then == NULL || now == NULL) {
		const struct conf_doc *only = then ? then : now;

		/* What came is there if it came at once; what went, if it did not. */
		return only != NULL && (conf_doc_reload(only) == CONF_LIVE) == (then == NULL);
	}
	return true;
}

bool conf_effective_json(struct buf *out, const struct conf_doc *then, const struct conf_doc *now)
{
	if (!conf_effective_is(then, now))
		return false;
	if (then == NULL)
		then = now;
	if (now == NULL)
		now = then;
	write_records(out, &then->kind->top, then->record, &now->kind->top, now->record);
	return true;
}
