/* gamesrvd/control/ops/op_config_kinds.c */
#include "gamesrvd/config/shapes.h"
#include "gamesrvd/control/config_call.h"

static json_t *kinds_json(const struct conf_set *set)
{
	json_t *list = json_array();
	const struct map_entry *it;

	MAP_EACH (&set->schema->kinds, it) {
		const struct conf_kind *kind = it->value;
		uint32_t count = 0;

		conf_docs_of(set, kind->top.name, &count);
		json_array_append_new(list, json_pack("{s:o, s:b, s:I, s:o}", "kind",
						      shape_text(kind->top.name), "builtin",
						      kind->builtin, "documents", (json_int_t)count,
						      "doc", shape_text(kind->top.doc)));
	}
	return list;
}

static int config_kinds(struct op_call *call)
{
	uint64_t revision;
	const struct conf_set *set = config_call_set(call, &revision);
	json_t *reply =
		json_pack("{s:I, s:o}", "revision", (json_int_t)revision, "kinds", kinds_json(set));

	return op_reply(call, reply);
}

const struct op op_config_kinds = {
	.route = "GET /v1/config",
	.access = OP_READ,
	.thread = OP_ON_STORE,
	.run = config_kinds,
	.summary = "The kinds and how many documents each has",
	.answer = "Kinds",
};
