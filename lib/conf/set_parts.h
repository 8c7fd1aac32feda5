/* lib/conf/set_parts.h
 * What the set*.c files share: how a set is put together. In this order: files (set_file.c, in threads by
 * set_pool.c), index (set_index.c), what documents say about each other (set_cross.c).
 *
 * Thread: a build belongs to the thread that called conf_set_load(); the pool writes only the files it
 * was given. Finished files and sets are immutable.
 */
#pragma once
#include <stdatomic.h>

#include "base/digest.h"
#include "conf/set.h"

struct conf_file {
	struct arena *mem; /* everything below, and the records */
	const struct conf_source *source;
	struct yaml_caps caps; /* it was read with */
	uint8_t digest[DIGEST_SIZE];
	const struct conf_doc *docs;
	uint32_t doc_count;
	uint32_t yaml_count;   /* documents met, also those that did not become one of `docs` */
	uint64_t record_bytes; /* as the check counts them */
	bool broken; /* could not be read to its end: it may hold more documents than we know */
	struct diags found;
	_Atomic uint32_t refs;
};

struct set_range { /* documents of one kind */
	struct str kind;
	uint32_t first, count;
};

struct set_own {
	struct yaml_caps caps;
	struct diags schema_found;
	const struct set_range *ranges; /* by kind */
	uint32_t range_count;
	bool coherent; /* set_cross.c had nothing to say: the next set needs to look at changes only */
};

struct set_build {
	struct arena *mem; /* of the set */
	struct conf_set *set;
	struct set_own *own;
	const struct conf_load *how;
	const struct conf_set *previous; /* NULL: nothing can be taken over */
	struct conf_input *inputs;       /* by path */
	uint32_t count;
	struct conf_file **files; /* one for each input; referenced */
	bool *fresh;              /* files[i] was loaded now, not taken over */
	bool same_schema;
	bool incremental; /* previous is coherent and has the same schema */
	/* Documents of previous whose name is no longer there; only if incremental. */
	VEC(const struct conf_doc *) gone;
	struct diags found;
};

struct conf_file *conf_file_ref(const struct conf_file *file);
void conf_file_unref(const struct conf_file *file);
/* The file with its bytes and digest, and nothing looked at yet. One reference; NULL: out of memory. */
struct conf_file *set_file_new(const struct conf_input *in, const struct yaml_caps *caps,
			       bool borrow);
/* Reads and checks the documents. `scratch` is left empty. 0 or -ENOMEM. */
MUST_USE int set_file_load(struct conf_file *file, const struct conf_schema *schema,
			   struct arena *scratch);

struct set_job {
	const struct conf_input *in;
	struct conf_file **out; /* made unless it is there */
	bool copy;              /* of the text, although it could be borrowed */
	bool unread;            /* only made: its documents are read in parts */
};
/* Does all jobs, the largest first, in as many threads as pay. */
MUST_USE int set_pool_run(struct set_job *jobs, uint32_t count, const struct conf_schema *schema,
			  const struct conf_load *how);
unsigned set_threads(const struct conf_load *how, uint64_t bytes); /* that pay for so much text */

/* A large file of many documents, loaded in parts: set_split.c */
struct set_split {
	const struct conf_input *in;
	struct conf_file **out;
	struct conf_input *inputs; /* of the parts */
	struct conf_file **parts;
	uint32_t count;
};
/* False: the file is small, or may not be split. */
bool set_split(struct arena *mem, const struct conf_input *in, const struct conf_load *how,
	       struct set_split *out);
/* After the jobs are done: makes the parts the documents of the file. False: what is in the parts does not say
 * what the file says; it has to be read as a whole. The parts are gone in both cases. */
bool set_split_join(struct set_split *s, const struct conf_load *how);
void set_split_drop(struct set_split *s); /* the parts alone */

void set_index(struct set_build *b);
void set_cross(struct set_build *b);
void set_check_shown(struct set_build *b);
/* A secret may stand on the same line as what is wrong: the lines of such kinds are not shown. */
bool set_hides_lines(const struct conf_doc *doc);
struct str set_doc_path(struct arena *mem, const struct conf_doc *doc); /* Kind/name */
struct str set_field_path(struct arena *mem, const struct conf_doc *doc, struct str field);
