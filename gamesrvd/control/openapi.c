/* gamesrvd/control/openapi.c */
#include "gamesrvd/control/openapi.h"

#include "base/buf.h"

#include "gamesrvd/control/op.h"
#include "gamesrvd/control/route.h"
#include "gamesrvd/control/shapes.h"

/* "GET /v1/revisions/{n}" -> "get_v1_revisions_n" */
static json_t *operation_id(const char *route)
{
	CLEANUP(buf_free) struct buf id = {0};
	bool gap = false;

	for (const char *p = route; *p; p++) {
		bool word = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			    (*p >= '0' && *p <= '9');

		if (word && gap && id.n)
			buf_addc(&id, '_');
		gap = !word;
		if (word)
			buf_addc(&id, *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p);
	}
	return id.failed ? NULL : json_string(id.p);
}

static json_t *parameters(const struct op *op)
{
	json_t *list = json_array();

	for (const struct op_param *p = op->params; p != NULL && p->name != NULL; p++) {
		if (strcmp(p->in, "body") == 0)
			continue;
		json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:s, s:o}", "name", p->name,
						      "in", p->in, "required",
						      p->required || strcmp(p->in, "path") == 0,
						      "description", p->doc, "schema",
						      shape_type(str_of(p->type))));
	}
	return list;
}

static json_t *body_schema(const struct op *op)
{
	json_t *properties = json_object(), *required = json_array();

	for (const struct op_param *p = op->params; p != NULL && p->name != NULL; p++) {
		json_t *schema;

		if (strcmp(p->in, "body") != 0)
			continue;
		schema = shape_type(str_of(p->type));
		json_object_set_new(schema, "description", json_string(p->doc));
		json_object_set_new(properties, p->name, schema);
		if (p->required)
			json_array_append_new(required, json_string(p->name));
	}
	return json_pack("{s:s, s:o, s:o}", "type", "object", "properties", properties, "required",
			 required);
}

static json_t *json_content(json_t *schema)
{
	return json_pack("{s:{s:o}}", "application/json", "schema", schema);
}

static json_t *error_response(const char *description)
{
	return json_pack("{s:s, s:o}", "description", description, "content",
			 json_content(shape_type(STR("#Error"))));
}

/* apiVersion comes with every answer, so it is said here and not in every shape. */
static json_t *answer_schema(const char *name)
{
	return json_pack("{s:[o, {s:{s:{s:s}}, s:[s]}]}", "allOf",
			 json_pack("{s:o}", "$ref", json_sprintf("#/components/schemas/%s", name)),
			 "properties", "apiVersion", "const", "gamesrv/v1", "required",
			 "apiVersion");
}

static json_t *responses(const struct op *op)
{
	json_t *content = op->answer
				  ? json_content(answer_schema(op->answer))
				  : json_pack("{s:{s:{s:s}}}", op->bytes ? op->bytes : "text/plain",
					      "schema", "type", "string");
	json_t *all = json_pack("{s:{s:s, s:o}}", "200", "description", "Done", "content", content);

	json_object_set_new(all, "400", error_response("The request is wrong"));
	if (!op->plain)
		json_object_set_new(all, "403", error_response("Not permitted to this user"));
	if (op->body != OP_NO_BODY)
		json_object_set_new(all, "413", error_response("The body is too large"));
	json_object_set_new(all, "default", error_response("Any other error; code says which"));
	return all;
}

static json_t *operation(const struct op *op)
{
	json_t *o = json_pack("{s:o, s:s, s:s, s:o, s:o}", "operationId", operation_id(op->route),
			      "summary", op->summary, "x-access",
			      op->access == OP_WRITE ? "write" : "read", "parameters",
			      parameters(op), "responses", responses(op));

	if (op->body != OP_NO_BODY)
		json_object_set_new(o, "requestBody",
				    json_pack("{s:b, s:o}", "required", op->body == OP_BUNDLE_BODY,
					      "content", json_content(body_schema(op))));
	return o;
}

static json_t *paths(void)
{
	json_t *all = json_object();

	for (size_t i = 0; i < ops_table_count; i++) {
		struct str method, path;
		json_t *item;

		route_split(ops_table[i], &method, &path);
		item = json_object_getn(all, path.p, path.n);
		if (item == NULL) {
			item = json_object();
			json_object_setn_new(all, path.p, path.n, item);
		}
		json_object_set_new(item, str_is(method, "GET") ? "get" : "post",
				    operation(ops_table[i]));
	}
	return all;
}

static json_t *schemas(void)
{
	json_t *all = json_object();

	for (size_t i = 0; i < shapes_table_count; i++)
		json_object_set_new(all, shapes_table[i].name, shape_schema(&shapes_table[i]));
	return all;
}

json_t *openapi_describe(void)
{
	return json_pack("{s:s, s:{s:s, s:s, s:s}, s:[{s:s, s:s}], s:o, s:{s:o}}", "openapi",
			 "3.1.0", "info", "title", "gamesrv admin API", "version", GAMESRV_VERSION,
			 "description", "HTTP/1.1 with JSON bodies on the daemon's Unix socket.",
			 "servers", "url", "http://localhost", "description",
			 "The Unix socket; the host name means nothing", "paths", paths(),
			 "components", "schemas", schemas());
}
