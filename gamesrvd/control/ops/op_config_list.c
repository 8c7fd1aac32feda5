/* gamesrvd/control/ops/op_config_list.c */
#include "gamesrvd/config/shapes.h"
#include "gamesrvd/control/config_call.h"

static json_t *items_json(const struct conf_set *set, struct str kind)
{
	json_t *list = json_array();
	uint32_t count = 0;
	const struct conf_doc *const *docs = conf_docs_of(set, kind, &count);

	for (uint32_t i = 0; i < count; i++)
		json_array_append_new(list, shape_item(docs[i]));
	return list;
}

static int config_list(struct op_call *call)
{
	struct str kind = op_arg(call, "kind");
	uint64_t revision;
	const struct conf_set *set = config_call_set(call, &revision);
	bool known = conf_kind_find(set->schema, kind) != NULL;
	json_t *items = known ? items_json(set, kind) : NULL;

	if (!known)
		return config_call_no_document(call, set, kind, STR(""));
	return op_page(call, json_pack("{s:I}", "revision", (json_int_t)revision), "items", items);
}

const struct op op_config_list = {
	.route = "GET /v1/config/{kind}",
	.access = OP_READ,
	.thread = OP_ON_STORE,
	.run = config_list,
	.summary = "The documents of a kind",
	.params =
		(const struct op_param[]){
			{"kind", "path", "string", "Arena", true},
			OP_PAGE_PARAMS,
			CONFIG_CALL_END,
		},
	.answer = "Items",
};
