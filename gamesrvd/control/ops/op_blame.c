/* gamesrvd/control/ops/op_blame.c
 * Which revision gave a field the value it has. Changes are read newest first, until every field has found its
 * own.
 */
#include "conf/suggest.h"
#include "gamesrvd/config/fields.h"
#include "gamesrvd/config/shapes.h"
#include "gamesrvd/control/config_call.h"
#include "gamesrvd/store/history.h"

struct blame {
	struct arena *mem;
	field_rows rows;
	struct history_touch *by; /* one a row; revision 0: not found yet */
	size_t open;
};

static int on_touch(void *ctx, const struct history_touch *touch)
{
	struct blame *b = ctx;
	struct str field = touch->change->field;

	for (size_t i = 0; i < b->rows.count; i++) {
		struct str path = b->rows.items[i].path;

		if (b->by[i].revision != 0 ||
		    (!fields_within(path, field) && !fields_within(field, path)))
			continue;
		b->by[i] = *touch;
		b->open--;
	}
	return b->open == 0;
}

static json_t *lines_json(struct blame *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < b->rows.count; i++) {
		const struct history_touch *by = &b->by[i];
		bool known = by->revision != 0;

		json_array_append_new(
			list,
			json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "field",
				  shape_text(b->rows.items[i].path), "value",
				  shape_text(fields_text(b->mem, &b->rows.items[i])), "revision",
				  known ? json_integer(by->revision) : json_null(), "time",
				  known ? shape_time(by->time_us) : json_null(), "actor",
				  known ? json_pack("{s:I, s:o}", "uid", (json_int_t)by->uid,
						    "name", shape_text(by->actor))
					: json_null(),
				  "message", known ? shape_text(by->message) : json_null()));
	}
	return list;
}

/* The fields that the path means: all, one with what is below it, or one inside a list or map. */
static bool select_rows(struct blame *b, const struct conf_doc *doc, struct str path)
{
	field_rows all = {0};
	struct field_row *row, inner;

	fields_of(b->mem, doc, &all);
	VEC_EACH (&all, row)
		if (fields_within(row->path, path))
			vec_add(b->mem, &b->rows, *row);
	if (b->rows.count == 0 && fields_find(b->mem, doc, path, &inner))
		vec_add(b->mem, &b->rows, inner);
	b->by = ARENA_ARRAY(b->mem, struct history_touch, b->rows.count + 1);
	b->open = b->rows.count;
	return b->rows.count > 0;
}

static int no_field(struct op_call *call, const struct conf_doc *doc, struct str path)
{
	struct suggest near = suggest_for(path);
	field_rows all = {0};
	struct field_row *row;
	json_t *details = NULL;

	fields_of(call->mem, doc, &all);
	VEC_EACH (&all, row)
		suggest_add(&near, row->path);
	if (near.best.n > 0)
		details = json_pack("{s:o}", "did_you_mean",
				    json_sprintf(STR_FMT "/" STR_FMT "." STR_FMT,
						 STR_ARG(doc->kind->top.name), STR_ARG(doc->name),
						 STR_ARG(near.best)));
	return op_fail(call, 404, "not_found", details,
		       STR_FMT "/" STR_FMT " has no field " STR_FMT, STR_ARG(doc->kind->top.name),
		       STR_ARG(doc->name), STR_ARG(path));
}

static int blame_document(struct op_call *call, const struct conf_set *set, struct str what)
{
	struct blame b = {.mem = call->mem};
	struct str rest = what, kind, name;
	const struct conf_doc *doc;
	int rc;

	str_cut(&rest, '/', &kind);
	if (rest.p == NULL)
		return op_fail(call, 400, "bad_request", NULL,
			       "path: \"" STR_FMT
			       "\" names no document: Kind/name or Kind/name.field",
			       STR_ARG(what));
	str_cut(&rest, '.', &name);
	doc = conf_doc_find(set, kind, name);
	if (doc == NULL)
		return config_call_no_document(call, set, kind, name);
	if (!select_rows(&b, doc, rest))
		return no_field(call, doc, rest);
	rc = history_touches(store_here(call->daemon->store), call->mem, kind, name, on_touch, &b);
	if (rc < 0)
		return config_call_storage(call, rc);
	return op_reply(call,
			json_pack("{s:o, s:o}", "path", shape_text(what), "lines", lines_json(&b)));
}

static int blame(struct op_call *call)
{
	return blame_document(call, config_call_set(call, NULL), op_arg(call, "path"));
}

const struct op op_blame = {
	.route = "GET /v1/blame",
	.access = OP_READ,
	.thread = OP_ON_STORE,
	.run = blame,
	.summary = "Which revision brought each field of a document: who, when and why",
	.params =
		(const struct op_param[]){
			{"path", "query", "string", "Kind/name or Kind/name.field", true},
			CONFIG_CALL_END,
		},
	.answer = "Blame",
};
