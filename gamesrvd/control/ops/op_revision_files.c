/* gamesrvd/control/ops/op_revision_files.c */
#include "gamesrvd/config/shapes.h"
#include "gamesrvd/control/config_call.h"
#include "gamesrvd/store/history.h"

static void put(json_t *files, struct str path, json_t *value)
{
	json_object_setn_new(files, path.p, path.n, value);
}

/* What is in force needs no disk. */
static bool from_memory(struct op_call *call, int64_t n, bool texts, json_t **files,
			json_t **digest)
{
	uint64_t revision;
	const struct conf_set *set = config_call_set(call, &revision);
	bool same = (int64_t)revision == n;

	for (uint32_t i = 0; same && i < set->file_count; i++) {
		const struct conf_file *f = set->files[i];

		put(*files, conf_file_path(f),
		    texts ? shape_text(conf_file_text(f)) : shape_digest(conf_file_digest(f)));
	}
	if (same)
		*digest = shape_digest(set->digest);
	return same;
}

static int from_history(struct op_call *call, int64_t n, bool texts, json_t **files,
			json_t **digest)
{
	struct store_db *db = store_here(call->daemon->store);
	struct history_attempt a;
	history_files list = {0};
	struct history_file *f;
	int rc = history_revision(db, call->mem, n, &a);

	if (rc == 0)
		rc = history_read_files(db, call->mem, n, texts, &list);
	if (rc < 0)
		return rc;
	VEC_EACH (&list, f)
		put(*files, f->path, texts ? shape_text(f->text) : shape_digest(f->digest));
	*digest = shape_digest(a.digest);
	return 0;
}

static int revision_files(struct op_call *call)
{
	bool texts = str_is(op_arg(call, "text"), "1");
	json_t *files = json_object(), *digest = NULL;
	int64_t n;
	int rc;

	if (!config_call_revision(call, &n)) {
		json_decref(files);
		return -1;
	}
	if (!from_memory(call, n, texts, &files, &digest)) {
		rc = from_history(call, n, texts, &files, &digest);
		if (rc < 0) {
			json_decref(files);
			return config_call_storage(call, rc);
		}
	}
	return op_reply(call, json_pack("{s:I, s:o, s:o}", "revision", (json_int_t)n, "digest",
					digest, "files", files));
}

const struct op op_revision_files = {
	.route = "GET /v1/revisions/{n}/files",
	.access = OP_READ,
	.thread = OP_ON_STORE,
	.run = revision_files,
	.summary = "The files of a revision, by digest or as text",
	.params =
		(const struct op_param[]){
			{"n", "path", "string", "A number, or \"current\"", true},
			{"text", "query", "string", "1: the texts in place of the digests", false},
			CONFIG_CALL_END,
		},
	.answer = "RevisionFiles",
};
