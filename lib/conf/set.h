/* lib/conf/set.h
 * A loaded bundle: schema, files, documents, index. Immutable once loaded; this is the snapshot that rooms,
 * sessions and the admin API read.
 *
 * Thread: conf_set_load() in one thread (it starts its own pool for large bundles); the result may be
 * read by any and is reference-counted. A file whose bytes and schema did not change is shared with the
 * set given as `previous`, so an apply that edits one file costs that file.
 */
#pragma once
#include "conf/schema.h"
#include "conf/value.h"

struct conf_input { /* one file to load; bytes stay the caller's and are copied when kept */
	struct str path, text;
	const uint8_t *digest; /* BLAKE2b-256 of text where the caller knows it; NULL: computed */
};

struct conf_file; /* one file's documents: own arena, reference-counted, shared between sets */

struct conf_use { /* one ref in a document */
	struct str kind, name;
	struct str path; /* field path behind Kind/name: "waves[0].boss" */
	struct conf_place at, rule;
};

struct conf_doc {
	const struct conf_kind *kind;
	struct str name;
	const void *record; /* laid out as kind->top */
	const struct conf_file *file;
	uint32_t index; /* document within its file */
	struct conf_place name_at, kind_at, at;
	const struct conf_use *uses;
	uint32_t use_count;
	bool js_unsafe; /* holds an integer beyond 2^53, which JavaScript clients cannot take */
};

struct conf_set {
	struct arena *mem;
	struct conf_schema *schema;
	const struct conf_file *const *files; /* by path, schemas and documents */
	uint32_t file_count;
	const struct conf_doc *const *docs; /* by kind, then name, each name once */
	uint32_t doc_count;
	uint8_t digest[32]; /* of all (path, bytes): the manifest, as bundle_digest() */
	uint64_t bytes;
	const struct set_own *own; /* what set*.c needs besides */
	_Atomic uint32_t refs;
};

struct conf_load {
	struct yaml_caps caps;
	unsigned threads;                /* 0: as many as pay, at most the machine's cores */
	const struct conf_set *previous; /* may be NULL; unchanged files are taken from it */
	bool borrow; /* the inputs' paths and texts, each with a NUL behind it, outlive the set: no copies */
};

/* Checks everything and reports all of it into `d` (sorted). The set is given even when there are errors (for
 * diff and editors); a valid one has d->errors == 0. -ENOMEM: no set. What the
 * findings point to lives as long as the arena of `d`. */
MUST_USE int conf_set_load(const struct conf_input *inputs, size_t count,
			   const struct conf_load *how, struct conf_set **out, struct diags *d);
struct conf_set *conf_set_ref(const struct conf_set *set);
void conf_set_unref(const struct conf_set *set); /* NULL is fine */
/* To free a set with 20,000 files of its own takes 10 ms: too long between two ticks. later(), if there is one, is asked on
 * the thread that drops the last reference; true: it sees to conf_set_free() on a thread that has the time. To be
 * given before other threads have sets. */
void conf_set_free_by(bool (*later)(void *ctx, struct conf_set *set), void *ctx);
void conf_set_free(struct conf_set *set); /* only for later() */

const struct conf_doc *conf_doc_find(const struct conf_set *set, struct str kind, struct str name);
/* The documents of one kind: the first of *count in set->docs; NULL: none. */
const struct conf_doc *const *conf_docs_of(const struct conf_set *set, struct str kind,
					   uint32_t *count);
/* Of this kind a set holds one document at most. */
static inline bool conf_is_single(struct str kind)
{
	return str_is(kind, "Server");
}
/* Reports, for each document of `base` that `next` no longer has but still refers to, one `in-use` error that
 * names the users. `base` may be NULL. */
void conf_set_in_use(const struct conf_set *base, const struct conf_set *next, struct diags *d);

struct str conf_file_path(const struct conf_file *file);
struct str conf_file_text(const struct conf_file *file);
const uint8_t *
conf_file_digest(const struct conf_file *file); /* BLAKE2b-256 of the bytes, 32 bytes */
/* Where a field of a document was written, by parsing its file again; false: it is defaulted or unknown.
 * For blame and explain, not for hot paths. */
bool conf_doc_locate(const struct conf_doc *doc, struct str field_path, struct arena *mem,
		     struct conf_place *at);
