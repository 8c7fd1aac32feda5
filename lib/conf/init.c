/* The document that `gamectl init` prints. What must be written is there with a value that fits; the rest stands
 * behind a # at the place where it would be written, so that taking the # away is all there is to do. */
#include "conf/describe.h"
#include "conf/fit.h"
#include "conf/types.h"

enum { DEPTH_MAX = 6 };

struct writer {
	struct buf *out;
	struct arena *mem;
	const struct rule_scope *scope; /* of the struct that is being written */
	void *record;                   /* its record, as far as written */
	const struct conf_set *set;     /* where a ref may point to; may be NULL */
	unsigned indent;
	unsigned off;    /* # signs in front of each line of the current block, */
	unsigned off_at; /* at this indentation */
	unsigned
		nth; /* the item of a list that is being written: its values differ from the others' */
	unsigned depth;
	const struct conf_struct *inside[DEPTH_MAX];
};

static void begin_line(struct writer *w)
{
	if (w->off == 0) {
		buf_fill(w->out, ' ', w->indent);
		return;
	}
	buf_fill(w->out, ' ', w->off_at);
	buf_fill(w->out, '#', w->off);
	buf_fill(w->out, ' ', w->indent - w->off_at);
}

static void put_comment(struct writer *w, struct str text)
{
	struct str line;

	while (text.n && str_cut(&text, '\n', &line)) {
		begin_line(w);
		buf_printf(w->out, line.n ? "# " STR_FMT "\n" : "#\n", STR_ARG(line));
	}
}

/* "int32, 1 to 9999, in HP, required" */
static void put_facts(struct writer *w, const struct conf_field *f)
{
	CLEANUP(buf_free) struct buf text = {0};
	CLEANUP(buf_free) struct buf range = {0};

	buf_add(&text, f->type->text);
	conf_range_text(&range, f->type, f->rules);
	if (range.n)
		buf_printf(&text, ", " STR_FMT, STR_ARG(buf_str(&range)));
	if (f->unit.n)
		buf_printf(&text, ", in " STR_FMT, STR_ARG(f->unit));
	if (f->required && !f->has_default)
		buf_add(&text, STR(", required"));
	else if (f->explicit_)
		buf_add(&text, STR(", must be written"));
	if (f->reload != CONF_LIVE)
		buf_printf(&text, "; a change takes effect %s",
			   f->reload == CONF_NEXT ? "in rooms that open later" : "after a restart");
	put_comment(w, buf_str(&text));
}

static const struct conf_doc *target(const struct conf_set *set, struct str kind, struct str wanted,
				     unsigned nth)
{
	const struct conf_doc *first = NULL;

	for (uint32_t i = 0; set && i < set->doc_count; i++) {
		const struct conf_doc *doc = set->docs[i];

		if (!str_eq(doc->kind->top.name, kind))
			continue;
		if (wanted.n ? str_eq(doc->name, wanted) : nth-- == 0)
			return doc;
		first = first ? first : doc;
	}
	return first;
}

static void put_scalar(struct writer *w, const struct conf_type *t, const struct conf_rules *rules,
		       struct str example)
{
	const struct conf_doc *doc;

	if (t->base != CONF_REF) {
		fit_scalar(w->out, &(struct fit){t, rules, w->scope, example, w->nth});
		return;
	}
	doc = target(w->set, t->ref_kind, example, w->nth);
	buf_add(w->out, doc ? doc->name : example.n ? example : STR("change-me"));
}

/* So that rules of other fields may compare with it. */
static void keep_value(struct writer *w, const struct conf_field *f, size_t from)
{
	struct str text = {w->out->p + from, w->out->n - from};
	char *record = w->record;
	struct type_fail unused;

	if (conf_text_parse(f->type, arena_str(w->mem, text), false, record + f->offset, &unused))
		((uint8_t *)record)[w->scope->s->state_offset + f->index] = CONF_WRITTEN;
}

static bool is_scalar(const struct conf_type *t)
{
	return t->base < CONF_LIST;
}

static bool is_inside(const struct writer *w, const struct conf_struct *s)
{
	for (unsigned i = 0; i < w->depth; i++) {
		if (w->inside[i] == s)
			return true;
	}
	return w->depth == DEPTH_MAX;
}

static void put_block(struct writer *w, const struct conf_struct *s, bool spaced);

/* In one line: elements of elements. */
static void put_flow(struct writer *w, const struct conf_type *t, const struct conf_rules *rules)
{
	if (is_scalar(t))
		put_scalar(w, t, rules, (struct str){0});
	else
		buf_add(w->out, t->base == CONF_LIST ? STR("[]") : STR("{}"));
}

static void put_list(struct writer *w, const struct conf_type *t, const struct conf_rules *rules,
		     bool must)
{
	const struct conf_rules *inner = rules ? rules->elements : NULL;
	uint32_t count = fit_count(rules);
	unsigned nth = w->nth;

	if (count == 0 && must) {
		buf_add(w->out, STR(" []\n"));
		return;
	}
	count = count ? count : 1;
	if (t->elem->base == CONF_STRUCT && !is_inside(w, t->elem->fields)) {
		buf_addc(w->out, '\n');
		w->indent += 2;
		for (uint32_t i = 0; i < count; i++) {
			w->nth = i;
			begin_line(w);
			buf_add(w->out, STR("-\n"));
			w->indent += 2;
			put_block(w, t->elem->fields, false);
			w->indent -= 2;
		}
		w->indent -= 2;
	} else {
		buf_add(w->out, STR(" ["));
		for (uint32_t i = 0; i < count; i++) {
			w->nth = i;
			buf_add(w->out, i ? STR(", ") : STR(""));
			put_flow(w, t->elem, inner);
		}
		buf_add(w->out, STR("]\n"));
	}
	w->nth = nth;
}

static void put_map(struct writer *w, const struct conf_type *t, const struct conf_rules *rules,
		    bool must)
{
	static const struct conf_type key = {.base = CONF_STRING};
	const struct conf_rules *keys = rules ? rules->keys : NULL,
				*inner = rules ? rules->elements : NULL;
	uint32_t count = fit_count(rules);
	bool block = t->elem->base == CONF_STRUCT && !is_inside(w, t->elem->fields);
	unsigned nth = w->nth;

	if (count == 0 && must) {
		buf_add(w->out, STR(" {}\n"));
		return;
	}
	count = count ? count : 1;
	buf_add(w->out, block ? STR("\n") : STR(" {"));
	w->indent += 2;
	for (uint32_t i = 0; i < count; i++) {
		w->nth = i;
		if (block)
			begin_line(w);
		else if (i)
			buf_add(w->out, STR(", "));
		fit_scalar(w->out, &(struct fit){.type = &key, .rules = keys, .nth = i});
		buf_add(w->out, block ? STR(":\n") : STR(": "));
		if (block) {
			w->indent += 2;
			put_block(w, t->elem->fields, false);
			w->indent -= 2;
		} else {
			put_flow(w, t->elem, inner);
		}
	}
	w->indent -= 2;
	if (!block)
		buf_add(w->out, STR("}\n"));
	w->nth = nth;
}

/* Behind "key:". */
static void put_value(struct writer *w, const struct conf_field *f, bool must)
{
	const struct conf_type *t = f->type;
	size_t from;

	if (is_scalar(t)) {
		buf_addc(w->out, ' ');
		from = w->out->n;
		put_scalar(w, t, f->rules, f->has_default ? f->default_text : f->example);
		if (must)
			keep_value(w, f, from);
		buf_addc(w->out, '\n');
	} else if (f->example.n) {
		buf_printf(w->out, " " STR_FMT "\n", STR_ARG(f->example));
	} else if (t->base == CONF_LIST) {
		put_list(w, t, f->rules, must);
	} else if (t->base == CONF_MAP) {
		put_map(w, t, f->rules, must);
	} else if (t->base == CONF_STRUCT && t->fields->field_count && !is_inside(w, t->fields)) {
		buf_addc(w->out, '\n');
		w->indent += 2;
		put_block(w, t->fields, false);
		w->indent -= 2;
	} else {
		buf_add(w->out, STR(" {}\n"));
	}
}

static void put_field(struct writer *w, const struct conf_field *f, bool on)
{
	unsigned off = w->off, off_at = w->off_at;

	put_comment(w, f->doc);
	put_facts(w, f);
	if (!on) {
		w->off_at = off ? off_at : w->indent;
		w->off++;
	}
	begin_line(w);
	buf_printf(w->out, STR_FMT ":", STR_ARG(f->name));
	put_value(w, f, on);
	w->off = off;
	w->off_at = off_at;
}

/* What required_with, required_without and their kin ask of a field, with the fields chosen so far. */
static bool asked_for(const struct conf_struct *s, const void *record, const struct conf_field *f)
{
	const struct rule_scope scope = {.s = s, .record = record};
	const struct rule_call call = {
		.type = f->type, .state = CONF_ABSENT, .scope = &scope, .field = f};

	for (uint32_t i = 0; f->rules && i < f->rules->presence; i++) {
		const struct rule_use *use = &f->rules->uses[i];

		if (strncmp(use->rule->name, "required_with", 13) == 0 &&
		    !use->rule->passes(&call, use->arg))
			return true;
	}
	return false;
}

/* Which fields are written: true at their index. A struct without any would be null: then its defaults are. */
static const bool *choose(struct writer *w, const struct conf_struct *s)
{
	bool *on = ARENA_ARRAY(w->mem, bool, s->field_count), any = false;
	uint8_t *record = arena_alloc(w->mem, s->size);
	uint8_t *states = record + s->state_offset;

	memcpy(record, s->blank, s->size);
	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct conf_field *f = &s->fields[i];

		on[i] = (f->required && !f->has_default) || f->explicit_;
		if (on[i])
			states[i] = CONF_WRITTEN;
	}
	for (uint32_t i = 0; i < s->field_count; i++) {
		if (!on[i] && states[i] == CONF_ABSENT && asked_for(s, record, &s->fields[i])) {
			on[i] = true;
			states[i] = CONF_WRITTEN;
		}
		any = any || on[i];
	}
	for (uint32_t i = 0; !any && w->depth > 1 && i < s->field_count; i++)
		on[i] = s->fields[i].has_default || i == 0;
	return on;
}

static void put_block(struct writer *w, const struct conf_struct *s, bool spaced)
{
	const struct rule_scope *around = w->scope;
	void *outer = w->record;
	const bool *on;

	w->inside[w->depth++] = s;
	on = choose(w, s);
	w->record = memcpy(arena_alloc(w->mem, s->size), s->blank, s->size);
	w->scope = &(struct rule_scope){.s = s, .record = w->record, .up = around};
	for (uint32_t i = 0; i < s->field_count; i++) {
		if (s->fields[i].deprecated.n && !on[i])
			continue;
		if (spaced)
			buf_addc(w->out, '\n');
		put_field(w, &s->fields[i], on[i]);
	}
	w->scope = around;
	w->record = outer;
	w->depth--;
}

void conf_init_text(struct buf *out, const struct conf_kind *kind, struct str name,
		    const struct conf_set *set)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("init");
	struct writer w = {.out = out, .mem = mem, .set = set};

	put_comment(&w, kind->top.doc);
	buf_printf(out, "kind: " STR_FMT "\nname: " STR_FMT "\n", STR_ARG(kind->top.name),
		   STR_ARG(name));
	put_block(&w, &kind->top, true);
}
