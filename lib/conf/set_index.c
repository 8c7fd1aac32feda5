/* lib/conf/set_index.c
 * Documents in order of kind and name. When most files were taken over, the order of the previous set is
 * kept and only what is new is sorted in.
 */
#include <stdlib.h>

#include "conf/set_parts.h"

static int by_kind(const struct conf_doc *a, const struct conf_doc *b)
{
	return a->kind == b->kind ? 0 : str_cmp(a->kind->top.name, b->kind->top.name);
}

static int by_key(const struct conf_doc *a, const struct conf_doc *b)
{
	int c = by_kind(a, b);

	return c != 0 ? c : str_cmp(a->name, b->name);
}

/* Twins in the order people read them. */
static int by_key_and_place(const struct conf_doc *a, const struct conf_doc *b)
{
	int c = by_key(a, b);

	if (c == 0)
		c = str_cmp(conf_file_path(a->file), conf_file_path(b->file));
	return c != 0 ? c : (a->index > b->index) - (a->index < b->index);
}

static uint32_t run_end(const struct conf_doc **docs, uint32_t from, uint32_t count)
{
	while (++from < count && by_key_and_place(docs[from - 1], docs[from]) <= 0)
		;
	return from < count ? from : count;
}

static void merge(const struct conf_doc **a, uint32_t an, const struct conf_doc **b, uint32_t bn,
		  const struct conf_doc **out)
{
	while (an > 0 && bn > 0) {
		if (by_key_and_place(*a, *b) <= 0) {
			*out++ = *a++;
			an--;
		} else {
			*out++ = *b++;
			bn--;
		}
	}
	memcpy(out, an ? a : b, (an + bn) * sizeof(*out));
}

/* Natural merge sort: what is in order already, as most of it is, is looked at once. */
static const struct conf_doc **sort(struct arena *mem, const struct conf_doc **docs, uint32_t count)
{
	const struct conf_doc **from = docs, **to = NULL, **swap;

	while (run_end(from, 0, count) < count) {
		if (to == NULL)
			to = ARENA_ARRAY(mem, const struct conf_doc *, count);
		for (uint32_t start = 0; start < count;) {
			uint32_t middle = run_end(from, start, count);
			uint32_t end = middle < count ? run_end(from, middle, count) : count;

			merge(from + start, middle - start, from + middle, end - middle,
			      to + start);
			start = end;
		}
		swap = from;
		from = to;
		to = swap;
	}
	return from;
}

static int by_address(const void *a, const void *b)
{
	uintptr_t l = *(const uintptr_t *)a, r = *(const uintptr_t *)b;

	return (l > r) - (l < r);
}

struct dropped {          /* files of the previous set that this one does not have */
	uintptr_t *files; /* sorted */
	uint32_t count;
};

static struct dropped find_dropped(struct set_build *b)
{
	const struct conf_set *prev = b->previous;
	struct dropped d = {.files = ARENA_ARRAY(b->mem, uintptr_t, prev->file_count)};
	uint32_t at = 0;

	for (uint32_t i = 0; i < prev->file_count; i++) {
		struct str path = conf_file_path(prev->files[i]);

		while (at < b->count && str_cmp(conf_file_path(b->files[at]), path) < 0)
			at++;
		if (at == b->count || b->files[at] != prev->files[i])
			d.files[d.count++] = (uintptr_t)prev->files[i];
	}
	qsort(d.files, d.count, sizeof(*d.files), by_address);
	return d;
}

static bool is_dropped(const struct dropped *d, const struct conf_doc *doc)
{
	uintptr_t file = (uintptr_t)doc->file;

	return d->count != 0 &&
	       bsearch(&file, d->files, d->count, sizeof(*d->files), by_address) != NULL;
}

static const struct conf_doc **gather(struct set_build *b, const struct dropped *dropped,
				      uint32_t *count)
{
	uint32_t n = 0, most = b->incremental ? b->previous->doc_count : 0;
	const struct conf_doc **docs;

	for (uint32_t i = 0; i < b->count; i++)
		if (b->fresh[i] || !b->incremental)
			most += b->files[i]->doc_count;
	docs = ARENA_ARRAY(b->mem, const struct conf_doc *, most + 1);
	for (uint32_t i = 0; b->incremental && i < b->previous->doc_count; i++)
		if (!is_dropped(dropped, b->previous->docs[i]))
			docs[n++] = b->previous->docs[i];
	for (uint32_t i = 0; i < b->count; i++) {
		const struct conf_file *file = b->files[i];

		if (!b->fresh[i] && b->incremental)
			continue;
		for (uint32_t k = 0; k < file->doc_count; k++)
			docs[n++] = &file->docs[k];
	}
	*count = n;
	return docs;
}

static void report_twin(struct set_build *b, const struct conf_doc *first,
			const struct conf_doc *twin)
{
	struct conf_finding *f = diags_add(&b->found, CONF_ERROR, "duplicate-document",
					   twin->name_at, "is already defined at " STR_FMT ":%u:%u",
					   STR_ARG(conf_file_path(first->file)),
					   first->name_at.start.line, first->name_at.start.column);

	f->path = set_doc_path(b->mem, twin);
	f->no_line = set_hides_lines(twin);
	diags_hint(&b->found, f, "give one of the two another name");
}

static uint32_t drop_twins(struct set_build *b, const struct conf_doc **docs, uint32_t count)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (kept > 0 && by_key(docs[kept - 1], docs[i]) == 0)
			report_twin(b, docs[kept - 1], docs[i]);
		else
			docs[kept++] = docs[i];
	}
	return kept;
}

static void find_ranges(struct set_build *b)
{
	const struct conf_set *set = b->set;
	VEC(struct set_range) ranges = {0};

	for (uint32_t i = 0; i < set->doc_count; i++) {
		if (i == 0 || by_kind(set->docs[i - 1], set->docs[i]) != 0)
			vec_add(b->mem, &ranges,
				((struct set_range){set->docs[i]->kind->top.name, i, 0}));
		ranges.items[ranges.count - 1].count++;
	}
	b->own->ranges = ranges.items;
	b->own->range_count = (uint32_t)ranges.count;
}

static void find_gone(struct set_build *b, const struct dropped *dropped)
{
	for (uint32_t i = 0; i < dropped->count; i++) {
		const struct conf_file *file = (const struct conf_file *)dropped->files[i];

		for (uint32_t k = 0; k < file->doc_count; k++) {
			const struct conf_doc *doc = &file->docs[k];

			if (conf_doc_find(b->set, doc->kind->top.name, doc->name) == NULL)
				vec_add(b->mem, &b->gone, doc);
		}
	}
}

void set_index(struct set_build *b)
{
	struct dropped dropped = {0};
	const struct conf_doc **docs;
	uint32_t count;

	if (b->incremental)
		dropped = find_dropped(b);
	docs = gather(b, &dropped, &count);
	docs = sort(b->mem, docs, count);
	b->set->doc_count = drop_twins(b, docs, count);
	b->set->docs = docs;
	find_ranges(b);
	find_gone(b, &dropped);
}

const struct conf_doc *const *conf_docs_of(const struct conf_set *set, struct str kind,
					   uint32_t *count)
{
	uint32_t low = 0, high = set->own ? set->own->range_count : 0;

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		const struct set_range *range = &set->own->ranges[middle];
		int c = str_cmp(range->kind, kind);

		if (c == 0) {
			*count = range->count;
			return set->docs + range->first;
		}
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*count = 0;
	return NULL;
}

const struct conf_doc *conf_doc_find(const struct conf_set *set, struct str kind, struct str name)
{
	uint32_t low = 0, high;
	const struct conf_doc *const *docs = conf_docs_of(set, kind, &high);

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		int c = str_cmp(docs[middle]->name, name);

		if (c == 0)
			return docs[middle];
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
