/* gamectl/explain_text.c: explain for people. */
#include "conf/describe.h"
#include "conf/render.h"
#include "conf/rule.h"
#include "explain.h"

enum { LABEL_WIDTH = 10, WIDTH = 100 };

static unsigned width_of(const struct cmd_call *call)
{
	return call->term_out.columns && call->term_out.columns < WIDTH ? call->term_out.columns
									: WIDTH;
}

static void label(struct cmd_call *call, const char *text)
{
	buf_printf(&call->out, "  %s%-*s%s", term_on(&call->term_out, TERM_DIM), LABEL_WIDTH, text,
		   term_off(&call->term_out));
}

static void fact(struct cmd_call *call, const char *name, struct str text)
{
	if (text.n == 0)
		return;
	label(call, name);
	term_wrap(&call->out, text, LABEL_WIDTH + 2, width_of(call));
	buf_addc(&call->out, '\n');
}

static void doc(struct cmd_call *call, struct str text, size_t indent)
{
	if (text.n == 0)
		return;
	buf_fill(&call->out, ' ', indent);
	term_wrap(&call->out, text, indent, width_of(call));
	buf_addc(&call->out, '\n');
}

struct rule_lines {
	struct cmd_call *call;
	bool any;
};

static void rule_line(void *ctx, const char *level, struct str written, struct str summary)
{
	struct rule_lines *lines = ctx;
	struct cmd_call *call = lines->call;
	struct buf line = {0};

	/* The heading has said it. */
	if (level[0] == '\0' && str_is(written, "required"))
		return;

	label(call, lines->any ? "" : "rules");
	lines->any = true;
	buf_add(&line, str_of(level));
	buf_add(&line, written);
	term_put(&call->out, &call->term_out, TERM_CYAN, buf_str(&line));
	term_pad(&call->out, buf_str(&line), 22);
	buf_add(&call->out, STR("  "));
	term_wrap(&call->out, summary, LABEL_WIDTH + 26, width_of(call));
	buf_addc(&call->out, '\n');
	buf_free(&line);
}

static void source_fact(struct cmd_call *call, const struct conf_kind *kind, struct conf_place at)
{
	CLEANUP(buf_free) struct buf text = {0};

	if (kind->builtin)
		buf_add(&text, STR("built in"));
	if (at.source)
		buf_printf(&text, "%s" STR_FMT ":%u", text.n ? ", " : "", STR_ARG(at.source->path),
			   at.start.line);
	fact(call, "schema", buf_str(&text));
}

static const char *reload_text(enum conf_reload reload)
{
	switch (reload) {
	case CONF_LIVE: return "live: running rooms take a change at once, between two ticks";
	case CONF_NEXT:
		return "next: rooms that open from now on; a running match keeps the old value";
	default:
		return "restart: when the daemon starts the next time; until then it is in pending";
	}
}

static void put_field(struct cmd_call *call, const struct explain_target *t)
{
	const struct conf_field *f = t->field;
	struct rule_lines lines = {.call = call};
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(buf_free) struct buf range = {0};

	doc(call, f->doc, 2);
	if (f->doc.n)
		buf_addc(&call->out, '\n');
	if (f->deprecated.n)
		fact(call, "deprecated", f->deprecated);
	fact(call, "default", f->has_default ? f->default_text : STR(""));
	conf_range_text(&range, t->type, t->rules);
	fact(call, "range", buf_str(&range));
	fact(call, "unit", f->unit);
	explain_each_rule(t->rules, "", rule_line, &lines);
	fact(call, "example", f->example);
	fact(call, "reload", str_of(reload_text(f->reload)));
	if (f->secret)
		fact(call, "secret", STR("shown as *** everywhere"));
	fact(call, "was", f->was);
	fact(call, "since", f->since);
	if (t->type->base == CONF_REF) {
		buf_printf(&text, "the name of a document of kind " STR_FMT,
			   STR_ARG(t->type->ref_kind));
		fact(call, "holds", buf_str(&text));
	}
	source_fact(call, t->kind, f->at);
}

/* "required", "= 10s", "optional". */
static struct str need_of(struct arena *mem, const struct conf_field *f)
{
	if (f->has_default)
		return arena_printf(mem, "= " STR_FMT, STR_ARG(f->default_text));
	return f->required ? STR("required") : STR("");
}

static void put_fields(struct cmd_call *call, const struct conf_struct *s)
{
	size_t name_width = 0, type_width = 0, need_width = 0, used;

	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct conf_field *f = &s->fields[i];
		size_t need = conf_display_width(need_of(call->mem, f));

		name_width = f->name.n > name_width ? f->name.n : name_width;
		type_width = f->type->text.n > type_width ? f->type->text.n : type_width;
		need_width = need > need_width && need <= 24 ? need : need_width;
	}
	used = 2 + name_width + 2 + type_width + 2 + need_width + 2;
	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct conf_field *f = &s->fields[i];
		struct str need = need_of(call->mem, f);
		struct buf *out = &call->out;

		buf_add(out, STR("  "));
		term_put(out, &call->term_out, TERM_CYAN, f->name);
		buf_fill(out, ' ', name_width - f->name.n + 2);
		term_put(out, &call->term_out, TERM_PLAIN, f->type->text);
		if (need.n || f->doc.n)
			buf_fill(out, ' ', type_width - f->type->text.n + 2);
		term_put(out, &call->term_out, f->required ? TERM_YELLOW : TERM_DIM, need);
		if (f->doc.n) {
			term_pad(out, need, need_width);
			buf_add(out, STR("  "));
			term_wrap(out, f->doc, used, width_of(call));
		}
		buf_addc(out, '\n');
	}
}

/* On a terminal a long list is cut: it reads badly when it wraps, and -o json has it all. */
static struct str fit(struct cmd_call *call, struct str value, size_t room)
{
	size_t end = value.n;

	if (!call->term_out.tty || conf_display_width(value) <= room)
		return value;
	while (end > 0 && conf_display_width((struct str){value.p, end}) >= room)
		do
			end--;
		while (end > 0 && ((unsigned char)value.p[end] & 0xc0) == 0x80);
	return arena_printf(call->mem, STR_FMT "…", (int)end, value.p);
}

static void put_value(struct cmd_call *call, const struct explain_value *v, size_t field_width,
		      size_t value_width)
{
	struct buf *out = &call->out;
	const struct term *t = &call->term_out;
	bool written = v->line > 0;
	size_t from_width = written ? v->file.n + 8 : 10, used = field_width + 4 + from_width;
	size_t room = t->columns > used + 20 ? t->columns - used : 20;
	struct str value = fit(call, v->value.n ? v->value : STR("-"), room);

	buf_add(out, STR("  "));
	term_put(out, t, TERM_CYAN, v->field);
	term_pad(out, v->field, field_width + 2);
	term_put(out, t, written ? TERM_PLAIN : TERM_DIM, value);
	term_pad(out, value, value_width);
	buf_printf(out, "  %s", term_on(t, TERM_DIM));
	if (written)
		buf_printf(out, STR_FMT ":%u", STR_ARG(v->file), v->line);
	else
		buf_add(out, str_of(strcmp(v->state, "defaulted") == 0 ? "default" : v->state));
	buf_printf(out, "%s\n", term_off(t));
}

static void put_values(struct cmd_call *call, const struct explain_values *v)
{
	size_t field_width = 0, value_width = 0;
	struct explain_value *it;

	VEC_EACH (&v->list, it) {
		size_t value = conf_display_width(it->value);

		field_width = it->field.n > field_width ? it->field.n : field_width;
		value_width = value > value_width && value <= 40 ? value : value_width;
	}
	VEC_EACH (&v->list, it)
		put_value(call, it, field_width, value_width);
}

static void heading(struct cmd_call *call, const struct explain_target *t)
{
	struct buf *out = &call->out;
	const struct term *term = &call->term_out;
	struct buf path = {0};

	buf_add(&path, t->kind_name);
	if (t->name.n)
		buf_printf(&path, "/" STR_FMT, STR_ARG(t->name));
	if (t->path.n)
		buf_printf(&path, "%s" STR_FMT, t->path.p[0] == '[' ? "" : ".", STR_ARG(t->path));
	term_put(out, term, TERM_BOLD, buf_str(&path));
	buf_free(&path);
	if (t->type) {
		buf_add(out, STR("  "));
		term_put(out, term, TERM_GREEN, t->type->text);
	}
	if (t->field && t->field->required && t->type == t->field->type)
		buf_printf(out, ", %srequired%s", term_on(term, TERM_YELLOW), term_off(term));
	buf_addc(out, '\n');
}

void explain_text(struct cmd_call *call, const struct explain_target *t,
		  const struct explain_values *v)
{
	struct buf *out = &call->out;

	heading(call, t);
	if (t->field) {
		put_field(call, t);
	} else {
		doc(call, t->kind->top.doc, 2);
		if (t->name.n == 0) {
			buf_addc(out, '\n');
			source_fact(call, t->kind, t->kind->top.at);
		}
	}
	if (t->name.n) {
		buf_printf(out, "\n%sValue%s%s, %s\n", term_on(&call->term_out, TERM_BOLD),
			   v->list.count == 1 ? "" : "s", term_off(&call->term_out), v->where);
		put_values(call, v);
	} else if (t->inside) {
		buf_printf(out, "\n%sFields%s\n", term_on(&call->term_out, TERM_BOLD),
			   term_off(&call->term_out));
		put_fields(call, t->inside);
	}
}

void explain_kinds_text(struct cmd_call *call, const struct origin *from)
{
	const struct map_entry *it;
	size_t width = 0;

	MAP_EACH (&from->schema->kinds, it)
		width = it->key.n > width ? it->key.n : width;
	buf_printf(&call->out, "%sKinds%s of %s\n", term_on(&call->term_out, TERM_BOLD),
		   term_off(&call->term_out), origin_name(call, from));
	MAP_EACH (&from->schema->kinds, it) {
		const struct conf_kind *kind = it->value;

		buf_add(&call->out, STR("  "));
		term_put(&call->out, &call->term_out, TERM_CYAN, it->key);
		buf_fill(&call->out, ' ', width - it->key.n + 2);
		term_wrap(&call->out, kind->top.doc.n ? kind->top.doc : STR("-"), width + 4,
			  width_of(call));
		buf_addc(&call->out, '\n');
	}
}
