/* lib/conf/diff.c
 * Sets and documents. Documents that both sets share are skipped by their address: after an edit of one file
 * that is nearly all of them.
 */
#include "conf/diff.h"

#include "conf/diff_parts.h"

const char *conf_change_op_name(enum conf_change_op op)
{
	static const char *const names[] = {"added", "removed", "changed"};

	return names[op];
}

static json_t *text_json(struct str s)
{
	return s.p ? json_stringn(s.p, s.n) : json_null();
}

static struct str change_path(struct arena *mem, const struct conf_change *c, struct str field)
{
	return arena_printf(mem, STR_FMT "/" STR_FMT "%s" STR_FMT, STR_ARG(c->kind),
			    STR_ARG(c->name), field.n ? "." : "", STR_ARG(field));
}

json_t *conf_change_json(const struct conf_change *c)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("change");

	return json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "op", conf_change_op_name(c->op),
		"path", text_json(change_path(mem, c, c->field)), "kind", text_json(c->kind),
		"name", text_json(c->name), "field", c->field.n ? text_json(c->field) : json_null(),
		"before", text_json(c->before), "after", text_json(c->after), "reload",
		conf_reload_name(c->reload));
}

static void free_walk(void *arg)
{
	struct diff_walk *w = arg;

	buf_free(&w->path);
	buf_free(&w->identity);
	buf_free(&w->text);
}

struct diff_walk *diff_walk_new(struct arena *mem, struct conf_diff *out)
{
	struct diff_walk *w = ARENA_NEW(mem, struct diff_walk);

	arena_defer(mem, free_walk, w);
	w->mem = mem;
	w->out = out;
	return w;
}

enum conf_reload conf_doc_reload(const struct conf_doc *doc)
{
	const struct conf_struct *s = &doc->kind->top;
	enum conf_reload strictest = CONF_LIVE;

	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct conf_field *f = &s->fields[i];

		if (f->reload > strictest && conf_state(s, doc->record, f) == CONF_WRITTEN &&
		    (conf_state(s, s->blank, f) < CONF_DEFAULTED ||
		     !conf_value_equal(f->type, conf_at(doc->record, f), conf_at(s->blank, f))))
			strictest = f->reload;
	}
	return strictest;
}

static void whole_doc(struct diff_walk *w, enum conf_change_op op, const struct conf_doc *doc)
{
	vec_add(w->mem, &w->out->changes,
		((struct conf_change){
			.op = op,
			.kind = doc->kind->top.name,
			.name = doc->name,
			.reload = conf_doc_reload(doc),
		}));
	if (op == CONF_ADDED)
		w->out->docs_added++;
	else
		w->out->docs_removed++;
}

static void both_docs(struct diff_walk *w, const struct conf_doc *a, const struct conf_doc *b)
{
	size_t before = w->out->changes.count;

	w->doc = b;
	diff_records(w, &a->kind->top, a->record, &b->kind->top, b->record);
	w->out->docs_changed += w->out->changes.count > before;
}

static void diff_pair(struct diff_walk *w, const struct conf_doc *a, const struct conf_doc *b)
{
	if (a == b)
		return;
	if (a == NULL)
		whole_doc(w, CONF_ADDED, b);
	else if (b == NULL)
		whole_doc(w, CONF_REMOVED, a);
	else
		both_docs(w, a, b);
}

void conf_diff_doc(struct arena *mem, const struct conf_doc *before, const struct conf_doc *after,
		   struct conf_diff *out)
{
	*out = (struct conf_diff){0};
	diff_pair(diff_walk_new(mem, out), before, after);
}

static int by_key(const struct conf_doc *a, const struct conf_doc *b)
{
	int c = a->kind == b->kind ? 0 : str_cmp(a->kind->top.name, b->kind->top.name);

	return c != 0 ? c : str_cmp(a->name, b->name);
}

void conf_diff(struct arena *mem, const struct conf_set *before, const struct conf_set *after,
	       struct conf_diff *out)
{
	struct diff_walk *w = diff_walk_new(mem, out);
	uint32_t na = before ? before->doc_count : 0, nb = after ? after->doc_count : 0;
	uint32_t i = 0, k = 0;

	*out = (struct conf_diff){0};
	while (i < na || k < nb) {
		const struct conf_doc *a = i < na ? before->docs[i] : NULL;
		const struct conf_doc *b = k < nb ? after->docs[k] : NULL;
		int c = a == b ? 0 : a == NULL ? 1 : b == NULL ? -1 : by_key(a, b);

		diff_pair(w, c <= 0 ? a : NULL, c >= 0 ? b : NULL);
		i += c <= 0;
		k += c >= 0;
	}
}
