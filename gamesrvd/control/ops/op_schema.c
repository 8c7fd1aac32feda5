/* gamesrvd/control/ops/op_schema.c */
#include "admin/version.h"
#include "gamesrvd/config/shapes.h"
#include "gamesrvd/control/config_call.h"

static int schema(struct op_call *call)
{
	uint64_t revision;
	const struct conf_set *set = config_call_set(call, &revision);
	json_t *files = json_object(), *reply;

	for (uint32_t i = 0; i < set->file_count; i++) {
		struct str path = conf_file_path(set->files[i]);

		if (conf_is_schema_path(path))
			json_object_setn_new(files, path.p, path.n,
					     shape_text(conf_file_text(set->files[i])));
	}
	reply = json_pack("{s:I, s:o, s:s, s:o}", "revision", (json_int_t)revision, "fingerprint",
			  shape_digest(set->schema->fingerprint), "builtin_fingerprint",
			  admin_builtin_fingerprint(), "files", files);
	return op_reply(call, reply);
}

const struct op op_schema = {
	.route = "GET /v1/schema",
	.access = OP_READ,
	.thread = OP_ON_STORE,
	.run = schema,
	.summary = "The schemas of the revision in force",
	.answer = "Schema",
};
