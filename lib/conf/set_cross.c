/* lib/conf/set_cross.c
 * What documents and files say about each other: references, kinds of which there is one, paths that differ
 * in case only. After a coherent set only what changed is looked at, which
 * gives the same findings: what held before can be broken by a new document or by one that is gone.
 */
#include "conf/set_parts.h"
#include "conf/suggest.h"

enum { GONE_MAX = 16 }; /* with more, every reference is looked up again */

struct str set_doc_path(struct arena *mem, const struct conf_doc *doc)
{
	return arena_printf(mem, STR_FMT "/" STR_FMT, STR_ARG(doc->kind->top.name),
			    STR_ARG(doc->name));
}

struct str set_field_path(struct arena *mem, const struct conf_doc *doc, struct str field)
{
	return arena_printf(mem, STR_FMT "/" STR_FMT "." STR_FMT, STR_ARG(doc->kind->top.name),
			    STR_ARG(doc->name), STR_ARG(field));
}

static bool has_secrets(const struct conf_struct *s)
{
	for (uint32_t i = 0; i < s->field_count; i++)
		if (s->fields[i].secret)
			return true;
	return false;
}

bool set_hides_lines(const struct conf_doc *doc)
{
	const struct conf_kind *kind = doc->kind;
	bool hides = has_secrets(&kind->top);

	for (uint32_t i = 0; i < kind->struct_count; i++)
		hides |= has_secrets(kind->structs[i]);
	return hides;
}

static const struct conf_file *first_broken(const struct set_build *b)
{
	for (uint32_t i = 0; i < b->count; i++)
		if (b->files[i]->broken)
			return b->files[i];
	return NULL;
}

static void hint_at_target(struct set_build *b, struct conf_finding *f, const struct conf_use *use)
{
	struct suggest s = suggest_for(use->name);
	const struct conf_file *broken;
	ptrdiff_t slash = str_find(use->name, '/');
	uint32_t n;
	const struct conf_doc *const *docs = conf_docs_of(b->set, use->kind, &n);

	for (uint32_t i = 0; i < n; i++)
		suggest_add(&s, docs[i]->name);
	broken = first_broken(b);
	if (slash >= 0)
		diags_hint(&b->found, f, "write the name alone: " STR_FMT,
			   (int)(use->name.n - (size_t)slash - 1), use->name.p + slash + 1);
	else if (s.best.n > 0)
		diags_hint(&b->found, f, "did you mean " STR_FMT "?", STR_ARG(s.best));
	else if (broken != NULL)
		diags_hint(&b->found, f, "it may stand in " STR_FMT ", which could not be read",
			   STR_ARG(conf_file_path(broken)));
	else if (n == 0)
		diags_hint(&b->found, f, "there is no document of kind " STR_FMT " yet",
			   STR_ARG(use->kind));
}

static void report_dangling(struct set_build *b, const struct conf_doc *doc,
			    const struct conf_use *use)
{
	struct conf_finding *f =
		diags_add(&b->found, CONF_ERROR, "ref", use->at, "there is no " STR_FMT "/" STR_FMT,
			  STR_ARG(use->kind), STR_ARG(use->name));

	f->path = set_field_path(b->mem, doc, use->path);
	f->no_line = set_hides_lines(doc);
	f->rule = use->rule;
	hint_at_target(b, f, use);
}

static void check_uses(struct set_build *b, const struct conf_doc *doc)
{
	for (uint32_t i = 0; i < doc->use_count; i++) {
		const struct conf_use *use = &doc->uses[i];

		if (conf_doc_find(b->set, use->kind, use->name) == NULL)
			report_dangling(b, doc, use);
	}
}

static bool is_of(const struct conf_use *use, const struct conf_doc *doc)
{
	return str_eq(use->name, doc->name) && str_eq(use->kind, doc->kind->top.name);
}

static void check_uses_of_gone(struct set_build *b, const struct conf_doc *doc)
{
	for (uint32_t i = 0; i < doc->use_count; i++)
		for (size_t k = 0; k < b->gone.count; k++)
			if (is_of(&doc->uses[i], b->gone.items[k]))
				report_dangling(b, doc, &doc->uses[i]);
}

static void check_refs(struct set_build *b)
{
	bool all = !b->incremental || b->gone.count > GONE_MAX;

	for (uint32_t i = 0; i < b->count; i++) {
		const struct conf_file *file = b->files[i];

		if (!all && !b->fresh[i] && b->gone.count == 0)
			continue;
		for (uint32_t k = 0; k < file->doc_count; k++) {
			if (all || b->fresh[i])
				check_uses(b, &file->docs[k]);
			else
				check_uses_of_gone(b, &file->docs[k]);
		}
	}
}

static bool stands_before(const struct conf_doc *a, const struct conf_doc *b)
{
	int c = str_cmp(conf_file_path(a->file), conf_file_path(b->file));

	return c != 0 ? c < 0 : a->index < b->index;
}

static void check_single(struct set_build *b, const struct set_range *range)
{
	const struct conf_doc *const *docs = b->set->docs + range->first;
	const struct conf_doc *first = docs[0];

	for (uint32_t i = 1; i < range->count; i++)
		if (stands_before(docs[i], first))
			first = docs[i];
	for (uint32_t i = 0; i < range->count; i++) {
		struct conf_finding *f;

		if (docs[i] == first)
			continue;
		f = diags_add(&b->found, CONF_ERROR, "duplicate-document", docs[i]->name_at,
			      "only one " STR_FMT " document may exist; " STR_FMT
			      " is already defined at " STR_FMT ":%u:%u",
			      STR_ARG(range->kind), STR_ARG(first->name),
			      STR_ARG(conf_file_path(first->file)), first->name_at.start.line,
			      first->name_at.start.column);
		f->path = set_doc_path(b->mem, docs[i]);
		f->no_line = set_hides_lines(docs[i]);
		diags_hint(&b->found, f, "put all its fields into one document");
	}
}

static void check_singles(struct set_build *b)
{
	for (uint32_t i = 0; i < b->own->range_count; i++) {
		const struct set_range *range = &b->own->ranges[i];

		if (range->count > 1 && conf_is_single(range->kind))
			check_single(b, range);
	}
}

static bool has_new_path(const struct set_build *b)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < b->count; i++) {
		int c = 1;

		if (!b->fresh[i])
			continue;
		while (at < b->previous->file_count &&
		       (c = str_cmp(conf_file_path(b->previous->files[at]), b->inputs[i].path)) < 0)
			at++;
		if (at == b->previous->file_count || c != 0)
			return true;
	}
	return false;
}

static struct str lower(struct arena *mem, struct str s)
{
	char *p = arena_cstr(mem, s);

	for (size_t i = 0; i < s.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] | 0x20);
	return (struct str){p, s.n};
}

/* Two such files are one on other people's disks. */
static void check_path_case(struct set_build *b)
{
	struct map seen = {0};

	if (b->incremental && !has_new_path(b))
		return;
	map_reserve(b->mem, &seen, b->count);
	for (uint32_t i = 0; i < b->count; i++) {
		const struct conf_file *file = b->files[i], *first;
		bool was_there;
		struct map_entry *e = map_put(b->mem, &seen, lower(b->mem, conf_file_path(file)),
					      (void *)(uintptr_t)file, &was_there);

		if (!was_there)
			continue;
		first = e->value;
		diags_hint(&b->found,
			   diags_add(&b->found, CONF_ERROR, "duplicate-document",
				     (struct conf_place){.source = file->source},
				     str_eq(conf_file_path(first), conf_file_path(file))
					     ? "the file " STR_FMT " is given twice"
					     : "the path differs from " STR_FMT
					       " in upper and lower case only",
				     STR_ARG(conf_file_path(first))),
			   "on a disk that ignores case one would replace the other: rename one");
	}
}

void set_cross(struct set_build *b)
{
	check_refs(b);
	check_singles(b);
	check_path_case(b);
	set_check_shown(b);
}
