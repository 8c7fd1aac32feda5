/* lib/conf/set.c
 * Loading a set, start to end. Whatever fails on the way, set_unref() of the half-made set gives everything
 * back: files and schema hang on it from the moment they exist.
 */
#include "conf/set.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "conf/bundle.h"
#include "conf/set_parts.h"

struct conf_set *conf_set_ref(const struct conf_set *set)
{
	struct conf_set *counted = (struct conf_set *)(uintptr_t)set;

	atomic_fetch_add_explicit(&counted->refs, 1, memory_order_relaxed);
	return counted;
}

static struct {
	bool (*later)(void *ctx, struct conf_set *set);
	void *ctx;
} freeing;

void conf_set_free_by(bool (*later)(void *ctx, struct conf_set *set), void *ctx)
{
	freeing.later = later;
	freeing.ctx = ctx;
}

void conf_set_free(struct conf_set *set)
{
	for (uint32_t i = 0; i < set->file_count; i++)
		conf_file_unref(set->files[i]);
	if (set->schema != NULL)
		conf_schema_unref(set->schema);
	arena_free(set->mem);
}

void conf_set_unref(const struct conf_set *set)
{
	struct conf_set *counted = (struct conf_set *)(uintptr_t)set;

	if (counted == NULL ||
	    atomic_fetch_sub_explicit(&counted->refs, 1, memory_order_acq_rel) != 1)
		return;
	if (freeing.later == NULL || !freeing.later(freeing.ctx, counted))
		conf_set_free(counted);
}

static int by_path(const void *a, const void *b)
{
	return str_cmp(((const struct conf_input *)a)->path, ((const struct conf_input *)b)->path);
}

static void sort_inputs(struct set_build *b, const struct conf_input *inputs, size_t count)
{
	bool sorted = true;

	b->inputs = ARENA_ARRAY(b->mem, struct conf_input, count + 1);
	if (count > 0)
		memcpy(b->inputs, inputs, count * sizeof(*inputs));
	for (size_t i = 1; i < count && sorted; i++)
		sorted = str_cmp(inputs[i - 1].path, inputs[i].path) <= 0;
	if (!sorted)
		qsort(b->inputs, count, sizeof(*b->inputs), by_path);
	b->count = (uint32_t)count;
}

static bool same_bytes(const struct conf_input *in, const struct conf_file *file)
{
	if (in->digest != NULL)
		return digest_eq(in->digest, file->digest);
	return str_eq(in->text, file->source->text);
}

/* For each input the file of the same path in the previous set, if its bytes are the same. */
static const struct conf_file **find_unchanged(struct set_build *b)
{
	const struct conf_file **found =
		ARENA_ARRAY(b->mem, const struct conf_file *, b->count + 1);
	const struct conf_set *prev = b->previous;
	uint32_t at = 0;

	for (uint32_t i = 0; prev != NULL && i < b->count; i++) {
		int c = -1;

		while (at < prev->file_count &&
		       (c = str_cmp(conf_file_path(prev->files[at]), b->inputs[i].path)) < 0)
			at++;
		if (c == 0 && same_bytes(&b->inputs[i], prev->files[at]))
			found[i] = prev->files[at];
	}
	return found;
}

static uint32_t count_schemas(const struct conf_set *set)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < set->file_count; i++)
		n += conf_is_schema_path(conf_file_path(set->files[i]));
	return n;
}

static bool schemas_unchanged(struct set_build *b, const struct conf_file **unchanged)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < b->count; i++) {
		if (!conf_is_schema_path(b->inputs[i].path))
			continue;
		if (unchanged[i] == NULL)
			return false;
		n++;
	}
	return b->previous != NULL && n == count_schemas(b->previous);
}

/* What the schema is loaded from is made here; the documents' files by load_documents(). */
static int take_files(struct set_build *b)
{
	const struct conf_file **unchanged = find_unchanged(b);

	b->same_schema = schemas_unchanged(b, unchanged);
	b->incremental = b->same_schema && b->previous->own->coherent;
	b->files = ARENA_ARRAY(b->mem, struct conf_file *, b->count + 1);
	b->fresh = ARENA_ARRAY(b->mem, bool, b->count + 1);
	b->set->files = (const struct conf_file *const *)b->files;
	b->set->file_count = b->count;
	for (uint32_t i = 0; i < b->count; i++) {
		b->set->bytes += b->inputs[i].text.n;
		/* Records of a document are laid out by its schema: with another one, all is new. */
		b->fresh[i] = unchanged[i] == NULL || !b->same_schema;
		if (!b->fresh[i]) {
			b->files[i] = conf_file_ref(unchanged[i]);
		} else if (conf_is_schema_path(b->inputs[i].path)) {
			b->files[i] = set_file_new(&b->inputs[i], &b->how->caps, b->how->borrow);
			if (b->files[i] == NULL)
				return -ENOMEM;
		}
	}
	return 0;
}

static void load_schema(struct set_build *b)
{
	const struct conf_source **sources;
	uint32_t n = 0;

	b->own->schema_found = diags_into(b->mem);
	if (b->same_schema) {
		b->set->schema = conf_schema_ref(b->previous->schema);
		diags_move(&b->own->schema_found, &b->previous->own->schema_found);
		return;
	}
	sources = ARENA_ARRAY(b->mem, const struct conf_source *, b->count + 1);
	for (uint32_t i = 0; i < b->count; i++)
		if (conf_is_schema_path(b->inputs[i].path))
			sources[n++] = b->files[i]->source;
	b->set->schema = conf_schema_load(sources, n, &b->how->caps, &b->own->schema_found);
}

struct work {
	VEC(struct set_job) jobs;
	VEC(struct set_split *) splits;
};

static void drop_split(void *split)
{
	set_split_drop(split);
}

static void plan_parts(struct set_build *b, struct work *work, const struct set_job *file,
		       const struct set_split *planned)
{
	struct set_split *split = ARENA_NEW(b->mem, struct set_split);

	*split = *planned;
	split->out = file->out;
	arena_defer(b->mem, drop_split, split); /* whatever fails until the parts are joined */
	vec_add(b->mem, &work->splits, split);
	for (uint32_t i = 0; i < split->count; i++)
		vec_add(b->mem, &work->jobs,
			((struct set_job){
				.in = &split->inputs[i],
				.out = &split->parts[i],
				.copy = true,
			}));
}

static void plan_work(struct set_build *b, struct work *work)
{
	for (uint32_t i = 0; i < b->count; i++) {
		struct set_job job = {.in = &b->inputs[i], .out = &b->files[i]};
		struct set_split split;

		if (b->files[i] != NULL)
			continue;
		job.unread = set_split(b->mem, job.in, b->how, &split);
		vec_add(b->mem, &work->jobs, job);
		if (job.unread)
			plan_parts(b, work, &job, &split);
	}
}

static int run(struct set_build *b, struct work *work)
{
	return set_pool_run(work->jobs.items, (uint32_t)work->jobs.count, b->set->schema, b->how);
}

static int load_documents(struct set_build *b)
{
	struct work work = {0}, again = {0};
	struct set_split **s;
	int rc;

	plan_work(b, &work);
	rc = run(b, &work);
	if (rc < 0)
		return rc;
	VEC_EACH (&work.splits, s)
		if (!set_split_join(*s, b->how))
			vec_add(b->mem, &again.jobs,
				((struct set_job){.in = (*s)->in, .out = (*s)->out}));
	return run(b, &again);
}

static void check_caps(struct set_build *b)
{
	const struct yaml_caps *caps = &b->how->caps;
	uint64_t docs = 0;

	if (b->set->bytes > caps->bundle_bytes)
		diags_add(&b->found, CONF_ERROR, "too-large", (struct conf_place){0},
			  "the bundle has %" PRIu64 " bytes, above the maximum %" PRIu64,
			  b->set->bytes, caps->bundle_bytes);
	for (uint32_t i = 0; i < b->count; i++)
		docs += b->files[i]->doc_count;
	if (docs > caps->documents)
		diags_add(&b->found, CONF_ERROR, "too-large", (struct conf_place){0},
			  "the bundle has %" PRIu64 " documents, above the maximum %" PRIu32, docs,
			  caps->documents);
}

static void collect_findings(struct set_build *b)
{
	diags_move(&b->found, &b->own->schema_found);
	for (uint32_t i = 0; i < b->count; i++)
		diags_move(&b->found, &b->files[i]->found);
}

static void set_digest(struct set_build *b)
{
	for (uint32_t i = 0; i < b->count; i++)
		b->inputs[i].digest = b->files[i]->digest;
	bundle_digest(b->inputs, b->count, b->set->digest);
}

struct call {
	struct set_build build;
	const struct conf_input *inputs;
	size_t count;
	struct diags *d;
};

static int build(void *arg)
{
	struct call *call = arg;
	struct set_build *b = &call->build;
	int rc;

	b->own = ARENA_NEW(b->mem, struct set_own);
	b->own->caps = b->how->caps;
	b->set->own = b->own;
	b->found = diags_into(b->mem);
	sort_inputs(b, call->inputs, call->count);
	rc = take_files(b);
	if (rc < 0)
		return rc;
	load_schema(b);
	rc = load_documents(b);
	if (rc < 0)
		return rc;
	check_caps(b);
	set_index(b);
	set_cross(b);
	b->own->coherent = b->found.errors == 0;
	collect_findings(b);
	set_digest(b);
	return 0;
}

static void let_go(void *set)
{
	conf_set_unref(set);
}

/* Findings point into the texts of the set's files, so the list keeps them, whatever the caller does with the
 * set. */
static int tell(void *arg)
{
	struct call *call = arg;

	if (call->build.found.list.count > 0) {
		arena_defer(call->d->mem, let_go, call->build.set); /* may jump: count behind it */
		conf_set_ref(call->build.set);
	}
	diags_move(call->d, &call->build.found);
	diags_sort(call->d);
	return 0;
}

static int make_set(void *arg)
{
	struct call *call = arg;
	struct set_build *b = &call->build;

	b->set = ARENA_NEW(b->mem, struct conf_set);
	b->set->mem = b->mem;
	atomic_init(&b->set->refs, 1);
	return 0;
}

static bool same_caps(const struct yaml_caps *a, const struct yaml_caps *b)
{
	return a->depth == b->depth && a->file_bytes == b->file_bytes &&
	       a->scalar_bytes == b->scalar_bytes && a->expand == b->expand &&
	       a->bundle_bytes == b->bundle_bytes && a->documents == b->documents;
}

int conf_set_load(const struct conf_input *inputs, size_t count, const struct conf_load *how,
		  struct conf_set **out, struct diags *d)
{
	struct arena *mem = arena_new("config set");
	struct call call = {
		.build = {.mem = mem, .how = how},
		.inputs = inputs,
		.count = count,
		.d = d,
	};
	int rc = arena_try(make_set, &call);

	*out = NULL;
	if (rc < 0) {
		arena_free(mem);
		return rc;
	}
	if (how->previous != NULL && same_caps(&how->previous->own->caps, &how->caps))
		call.build.previous = how->previous;
	rc = arena_try(build, &call);
	if (rc == 0)
		rc = arena_try(tell, &call);
	if (rc < 0)
		conf_set_unref(call.build.set);
	else
		*out = call.build.set;
	return rc;
}
