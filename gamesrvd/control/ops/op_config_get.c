/* gamesrvd/control/ops/op_config_get.c */
#include "gamesrvd/config/fields.h"
#include "gamesrvd/config/shapes.h"
#include "gamesrvd/control/config_call.h"

static const char *state_name(enum conf_state state)
{
	static const char *const names[] = {"absent", "null", "defaulted", "written"};

	return names[state];
}

static json_t *row_json(struct arena *mem, const struct conf_doc *doc, const struct field_row *row)
{
	struct conf_place at;
	bool found = conf_doc_locate(doc, row->path, mem, &at);

	return json_pack("{s:o, s:o, s:s, s:s, s:o, s:o}", "field", shape_text(row->path), "value",
			 shape_text(fields_text(mem, row)), "state", state_name(row->state),
			 "reload", conf_reload_name(row->reload), "file",
			 found ? shape_text(conf_file_path(doc->file)) : json_null(), "line",
			 found ? json_integer(at.start.line) : json_null());
}

static json_t *document_json(struct arena *mem, const struct conf_doc *doc, uint64_t revision)
{
	json_t *reply = shape_item(doc), *fields = json_array();
	struct field_row *row;
	field_rows rows = {0};

	fields_of(mem, doc, &rows);
	VEC_EACH (&rows, row)
		json_array_append_new(fields, row_json(mem, doc, row));
	if (reply == NULL)
		json_decref(fields);
	else
		json_object_update_new(reply, json_pack("{s:I, s:o}", "revision",
							(json_int_t)revision, "fields", fields));
	return reply;
}

static int config_get(struct op_call *call)
{
	struct str kind = op_arg(call, "kind"), name = op_arg(call, "name");
	uint64_t revision;
	const struct conf_set *set = config_call_set(call, &revision);
	const struct conf_doc *doc = conf_doc_find(set, kind, name);
	json_t *reply = doc ? document_json(call->mem, doc, revision) : NULL;

	if (doc == NULL)
		return config_call_no_document(call, set, kind, name);
	return op_reply(call, reply);
}

const struct op op_config_get = {
	.route = "GET /v1/config/{kind}/{name}",
	.access = OP_READ,
	.thread = OP_ON_STORE,
	.run = config_get,
	.summary = "One document: every field, its value and where it came from",
	.params =
		(const struct op_param[]){
			{"kind", "path", "string", "Arena", true},
			{"name", "path", "string", "frozen-keep", true},
			CONFIG_CALL_END,
		},
	.answer = "Document",
};
