/* lib/conf/set_file.c: one file of a set, loaded by itself, knowing nothing of the others. */
#include <errno.h>
#include <inttypes.h>

#include "conf/check.h"
#include "conf/set_parts.h"

struct conf_file *conf_file_ref(const struct conf_file *file)
{
	struct conf_file *counted = (struct conf_file *)(uintptr_t)file;

	atomic_fetch_add_explicit(&counted->refs, 1, memory_order_relaxed);
	return counted;
}

void conf_file_unref(const struct conf_file *file)
{
	struct conf_file *counted = (struct conf_file *)(uintptr_t)file;

	if (counted != NULL &&
	    atomic_fetch_sub_explicit(&counted->refs, 1, memory_order_acq_rel) == 1)
		arena_free(counted->mem);
}

struct str conf_file_path(const struct conf_file *file)
{
	return file->source->path;
}

struct str conf_file_text(const struct conf_file *file)
{
	return file->source->text;
}

const uint8_t *conf_file_digest(const struct conf_file *file)
{
	return file->digest;
}

struct making {
	struct arena *mem;
	const struct conf_input *in;
	const struct yaml_caps *caps;
	bool borrow;
	struct conf_file *file;
};

static int make_file(void *arg)
{
	struct making *m = arg;
	struct conf_file *file = ARENA_NEW(m->mem, struct conf_file);
	struct str path = m->in->path, text = m->in->text;

	if (!m->borrow) {
		path = arena_str(m->mem, path);
		text = arena_str(m->mem, text);
	}
	file->mem = m->mem;
	file->caps = *m->caps;
	file->source = conf_source_new(m->mem, path, text);
	file->found = diags_into(m->mem);
	if (m->in->digest != NULL)
		memcpy(file->digest, m->in->digest, DIGEST_SIZE);
	else
		digest_of(m->in->text, file->digest);
	atomic_init(&file->refs, 1);
	m->file = file;
	return 0;
}

struct conf_file *set_file_new(const struct conf_input *in, const struct yaml_caps *caps,
			       bool borrow)
{
	struct making m = {
		.mem = arena_new("config file"),
		.in = in,
		.caps = caps,
		.borrow = borrow,
	};

	if (arena_try(make_file, &m) == 0)
		return m.file;
	arena_free(m.mem);
	return NULL;
}

struct loading {
	struct conf_file *file;
	struct conf_check check;
	VEC(struct conf_doc) docs;
};

static int check_one(void *arg, struct yaml_doc *yaml)
{
	struct loading *l = arg;
	struct conf_doc doc = {0};

	if (yaml->index >= l->file->caps.documents) {
		diags_add(&l->file->found, CONF_ERROR, "too-large",
			  (struct conf_place){.source = l->file->source},
			  "holds more than the maximum %" PRIu32 " documents of a bundle",
			  l->file->caps.documents);
		l->file->broken = true;
		return 1;
	}
	l->file->yaml_count = yaml->index + 1;
	if (conf_check_doc(&l->check, yaml, &doc)) {
		doc.file = l->file;
		vec_add(l->file->mem, &l->docs, doc);
	}
	arena_reset(l->check.scratch);
	return 0;
}

/* At least as many as there are, so that the array need not grow; text that only looks like a border is rare. */
static size_t guess_documents(struct str text, size_t most)
{
	size_t n = 1;
	const char *at = text.p, *end = text.p + text.n;

	while (n < most && (at = memmem(at, (size_t)(end - at), "\n---", 4)) != NULL) {
		at += 4;
		n++;
	}
	return n;
}

static int read_documents(void *arg)
{
	struct loading *l = arg;
	struct conf_file *file = l->file;

	l->docs.room = guess_documents(file->source->text, file->caps.documents);
	l->docs.items = arena_alloc(file->mem, l->docs.room * sizeof(*l->docs.items));
	if (!conf_yaml_read(l->check.scratch, file->source, &file->caps,
			    (struct yaml_sink){check_one, l}, &file->found))
		file->broken = true;
	file->docs = l->docs.items;
	file->doc_count = (uint32_t)l->docs.count;
	file->record_bytes = l->check.bytes;
	return 0;
}

int set_file_load(struct conf_file *file, const struct conf_schema *schema, struct arena *scratch)
{
	struct loading l = {
		.file = file,
		.check =
			{
				.schema = schema,
				.source = file->source,
				.mem = file->mem,
				.scratch = scratch,
				.d = &file->found,
			},
	};
	int rc = arena_try(read_documents, &l);

	arena_reset(scratch);
	return rc;
}
