/* gamectl/render_changes.c */
#include "render_changes.h"
#include "conf/render.h"

enum { INDENT = 4, FIELD_WIDTH_MAX = 44, VALUE_WIDTH_MAX = 48, LINE_WIDTH = 100 };

static struct str text_of(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_string(v) ? (struct str){json_string_value(v), json_string_length(v)}
				 : (struct str){0};
}

void change_views_of_json(struct arena *mem, const json_t *changes, change_views *out)
{
	for (size_t i = 0; i < json_array_size(changes); i++) {
		const json_t *c = json_array_get(changes, i);

		vec_add(mem, out,
			((struct change_view){.op = text_of(c, "op"),
					      .kind = text_of(c, "kind"),
					      .name = text_of(c, "name"),
					      .field = text_of(c, "field"),
					      .before = text_of(c, "before"),
					      .after = text_of(c, "after"),
					      .reload = text_of(c, "reload")}));
	}
}

void change_views_of_diff(struct arena *mem, const struct conf_diff *diff, change_views *out)
{
	const struct conf_change *c;

	VEC_EACH (&diff->changes, c) {
		struct change_view v = {.op = str_of(conf_change_op_name(c->op)),
					.kind = c->kind,
					.name = c->name,
					.field = c->field,
					.reload = str_of(conf_reload_name(c->reload))};

		if (c->op != CONF_ADDED)
			v.before = (struct str){c->before.p ? c->before.p : "", c->before.n};
		if (c->op != CONF_REMOVED)
			v.after = (struct str){c->after.p ? c->after.p : "", c->after.n};
		vec_add(mem, out, v);
	}
}

const char *change_when(struct str reload)
{
	if (str_is(reload, "next"))
		return "next match";
	return str_is(reload, "restart") ? "restart" : "live";
}

enum term_style change_style(struct str reload)
{
	if (str_is(reload, "next"))
		return TERM_YELLOW;
	return str_is(reload, "restart") ? TERM_RED : TERM_GREEN;
}

static char sign_of(struct str op)
{
	if (str_is(op, "added"))
		return '+';
	return str_is(op, "removed") ? '-' : '~';
}

static enum term_style sign_style(char sign)
{
	if (sign == '+')
		return TERM_GREEN;
	return sign == '-' ? TERM_RED : TERM_YELLOW;
}

static size_t shown_width(struct str text)
{
	CLEANUP(buf_free) struct buf safe = {0};

	conf_render_safe(&safe, text);
	return conf_display_width(buf_str(&safe));
}

/* "100 → 120", "+ 120", "- 100". */
static size_t value_width(const struct change_view *v)
{
	if (v->before.p && v->after.p)
		return shown_width(v->before) + 3 + shown_width(v->after);
	return 2 + shown_width(v->before.p ? v->before : v->after);
}

struct widths {
	size_t field, value, line;
};

static bool fits(const struct widths *w, const struct change_view *v)
{
	return INDENT + w->field + 2 + value_width(v) + 2 + 10 <= w->line;
}

/* The run of changes in one document, so that each block lines up by itself. */
static size_t measure(const change_views *views, size_t from, struct widths *w)
{
	const struct change_view *first = &views->items[from];
	size_t i = from;

	w->field = w->value = 0;
	for (; i < views->count && str_eq(views->items[i].kind, first->kind) &&
	       str_eq(views->items[i].name, first->name);
	     i++) {
		size_t field = shown_width(views->items[i].field);

		if (field > w->field && field <= FIELD_WIDTH_MAX)
			w->field = field;
	}
	for (size_t j = from; j < i; j++) {
		size_t value = value_width(&views->items[j]);

		if (value > w->value && value <= VALUE_WIDTH_MAX && fits(w, &views->items[j]))
			w->value = value;
	}
	return i;
}

static void put_when(struct buf *out, const struct term *t, const struct change_view *v)
{
	buf_printf(out, "  %s%s%s", term_on(t, change_style(v->reload)), change_when(v->reload),
		   term_off(t));
}

static void put_value(struct buf *out, const struct term *t, const struct change_view *v)
{
	if (v->before.p && v->after.p) {
		term_put(out, t, TERM_RED, v->before);
		buf_add(out, STR(" → "));
		term_put(out, t, TERM_GREEN, v->after);
	} else if (v->after.p) {
		buf_add(out, STR("+ "));
		term_put(out, t, TERM_GREEN, v->after);
	} else {
		buf_add(out, STR("- "));
		term_put(out, t, TERM_RED, v->before);
	}
}

static size_t put_field(struct buf *out, const struct term *t, const struct change_view *v,
			const struct widths *w, bool reload)
{
	size_t field = shown_width(v->field), value = value_width(v);
	size_t lines = 1;

	buf_fill(out, ' ', INDENT);
	term_put(out, t, TERM_PLAIN, v->field);
	if (fits(w, v)) {
		buf_fill(out, ' ', (field < w->field ? w->field - field : 0) + 2);
		put_value(out, t, v);
		if (reload) {
			buf_fill(out, ' ', value < w->value ? w->value - value : 0);
			put_when(out, t, v);
		}
		buf_addc(out, '\n');
		return lines;
	}
	/* Too long for one line: old and new below each other, where they can be compared. */
	if (reload)
		put_when(out, t, v);
	buf_addc(out, '\n');
	if (v->before.p) {
		buf_fill(out, ' ', INDENT + 2);
		buf_add(out, STR("- "));
		term_put(out, t, TERM_RED, v->before);
		buf_addc(out, '\n');
		lines++;
	}
	if (v->after.p) {
		buf_fill(out, ' ', INDENT + 2);
		buf_add(out, STR("+ "));
		term_put(out, t, TERM_GREEN, v->after);
		buf_addc(out, '\n');
		lines++;
	}
	return lines;
}

static void put_document(struct buf *out, const struct term *t, const struct change_view *v)
{
	char sign = v->field.n ? '~' : sign_of(v->op);

	buf_printf(out, "%s%c%s %s", term_on(t, sign_style(sign)), sign, term_off(t),
		   term_on(t, TERM_BOLD));
	conf_render_safe(out, v->kind);
	buf_addc(out, '/');
	conf_render_safe(out, v->name);
	buf_printf(out, "%s\n", term_off(t));
}

void render_changes(struct buf *out, const struct term *t, const change_views *views,
		    const struct render_changes *how)
{
	size_t total = how->total > views->count ? how->total : views->count;
	struct widths w = {.line = t->columns ? t->columns : LINE_WIDTH};
	size_t lines = 0, i = 0;

	while (i < views->count && (how->max_lines == 0 || lines < how->max_lines)) {
		size_t start = i, end = measure(views, i, &w);

		put_document(out, t, &views->items[i]);
		lines++;
		for (; i < end && (how->max_lines == 0 || lines < how->max_lines); i++)
			if (views->items[i].field.n)
				lines += put_field(out, t, &views->items[i], &w, how->reload);
		if (how->note != NULL && i == end)
			lines += how->note(how->ctx, out, &views->items[start], end - start);
	}
	if (i < total)
		buf_printf(out, "%s… and %zu more%s\n", term_on(t, TERM_DIM), total - i,
			   term_off(t));
}

void render_changes_summary(struct buf *out, uint64_t changed, uint64_t added, uint64_t removed)
{
	const struct {
		uint64_t count;
		const char *word;
	} parts[] = {{changed, "changed"}, {added, "added"}, {removed, "removed"}};
	bool first = true;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (parts[i].count == 0)
			continue;
		if (first)
			buf_printf(out, "%llu document%s %s", (unsigned long long)parts[i].count,
				   parts[i].count == 1 ? "" : "s", parts[i].word);
		else
			buf_printf(out, ", %llu %s", (unsigned long long)parts[i].count,
				   parts[i].word);
		first = false;
	}
	if (first)
		buf_add(out, STR("no difference"));
}
