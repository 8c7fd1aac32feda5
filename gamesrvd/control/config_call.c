/* gamesrvd/control/config_call.c */
#include "gamesrvd/control/config_call.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/digest.h"
#include "conf/render.h"
#include "conf/suggest.h"
#include "gamesrvd/config/shapes.h"
#include "gamesrvd/store/store.h"

#define CONFIRM_MAX_MS (INT64_C(30) * 86400000)
enum { MESSAGE_MAX = 4096 };

static bool has_type(const json_t *value, const char *type)
{
	switch (type[0]) {
	case 'o': return json_is_object(value);
	case 'i': return json_is_integer(value);
	case 'b': return json_is_boolean(value);
	case 'a': return json_is_array(value);
	default: return json_is_string(value);
	}
}

static const struct op_param *body_param(const struct op *op, const char *name)
{
	for (const struct op_param *p = op->params; p != NULL && p->name != NULL; p++)
		if (strcmp(p->in, "body") == 0 && strcmp(p->name, name) == 0)
			return p;
	return NULL;
}

static bool check_value(struct op_call *call, const struct op_param *p, const json_t *value)
{
	if (!has_type(value, p->type)) {
		op_fail(call, 400, "bad_request", NULL, "%s: is not of type %s", p->name, p->type);
		return false;
	}
	if (json_is_integer(value) && json_integer_value(value) < 0) {
		op_fail(call, 400, "bad_request", NULL, "%s: %" JSON_INTEGER_FORMAT " is below 0",
			p->name, json_integer_value(value));
		return false;
	}
	if (json_is_string(value) && json_string_length(value) > MESSAGE_MAX) {
		op_fail(call, 400, "bad_request", NULL, "%s: has %zu bytes; the limit is %d",
			p->name, json_string_length(value), MESSAGE_MAX);
		return false;
	}
	return true;
}

bool config_call_body(struct op_call *call)
{
	const char *key;
	json_t *value;

	json_object_foreach(call->body, key, value)
	{
		const struct op_param *p = body_param(call->op, key);

		if (p == NULL) {
			op_fail(call, 400, "bad_request", NULL, "unknown field \"%.64s\"", key);
			return false;
		}
		if (!check_value(call, p, value))
			return false;
	}
	for (const struct op_param *p = call->op->params; p != NULL && p->name != NULL; p++) {
		if (p->required && strcmp(p->in, "body") == 0 &&
		    json_object_get(call->body, p->name) == NULL) {
			op_fail(call, 400, "bad_request", NULL, "%s: is missing", p->name);
			return false;
		}
	}
	return true;
}

int64_t config_call_int(const struct op_call *call, const char *name, int64_t fallback)
{
	const json_t *value = json_object_get(call->body, name);

	return value ? json_integer_value(value) : fallback;
}

bool config_call_flag(const struct op_call *call, const char *name)
{
	return json_is_true(json_object_get(call->body, name));
}

static struct str text_of(const json_t *value)
{
	return value ? (struct str){json_string_value(value), json_string_length(value)} : STR("");
}

struct config_request config_call_request(struct op_call *call)
{
	return (struct config_request){
		.uid = call->peer.uid,
		.actor = call->peer.name,
		.message = text_of(json_object_get(call->body, "message")),
		.base_revision = config_call_int(call, "base_revision", -1),
		.confirm_ms = config_call_int(call, "confirm_ms", 0),
		.allow_delete = config_call_int(call, "allow_delete", 0),
		.max_findings = (size_t)config_call_int(call, "max_findings", 1000),
		.dry_run = config_call_flag(call, "dry_run"),
	};
}

/* A JSON text may hold anything UTF-8 can; a NUL in a path would end it early for others. */
static bool read_files(struct op_call *call, struct config_request *out)
{
	json_t *files = json_object_get(call->body, "files"), *value;
	struct conf_input *list =
		ARENA_ARRAY(call->mem, struct conf_input, json_object_size(files) + 1);
	const char *key;
	size_t n;

	out->files = list;
	json_object_keylen_foreach(files, key, n, value)
	{
		if (!json_is_string(value)) {
			op_fail(call, 400, "bad_request", NULL,
				"files: the text of \"%.200s\" is no string", key);
			return false;
		}
		list[out->file_count++] =
			(struct conf_input){.path = {key, n}, .text = text_of(value)};
	}
	return true;
}

static bool read_unchanged(struct op_call *call, struct config_request *out)
{
	json_t *files = json_object_get(call->body, "unchanged"), *value;
	struct config_unchanged *list =
		ARENA_ARRAY(call->mem, struct config_unchanged, json_object_size(files) + 1);
	const char *key;
	size_t n;

	out->unchanged = list;
	json_object_keylen_foreach(files, key, n, value)
	{
		struct config_unchanged *u = &list[out->unchanged_count++];

		u->path = (struct str){key, n};
		if (!json_is_string(value) || !digest_parse(text_of(value), u->digest)) {
			op_fail(call, 400, "bad_request", NULL,
				"unchanged: \"%.200s\" has no digest of 64 hex digits", key);
			return false;
		}
	}
	return true;
}

bool config_call_bundle(struct op_call *call, struct config_request *out)
{
	if (!config_call_body(call))
		return false;
	*out = config_call_request(call);
	if (out->confirm_ms > CONFIRM_MAX_MS) {
		op_fail(call, 400, "bad_request", NULL,
			"confirm_ms: %" PRId64 " is above the maximum %" PRId64 " (30 days)",
			out->confirm_ms, CONFIRM_MAX_MS);
		return false;
	}
	return read_files(call, out) && read_unchanged(call, out);
}

static void release(void *set)
{
	conf_set_unref(set);
}

const struct conf_set *config_call_set(struct op_call *call, uint64_t *revision)
{
	struct conf_set *set = config_snapshot(call->daemon->config, revision);

	arena_defer(call->mem, release, set);
	return set;
}

static json_t *did_you_mean(struct str kind, struct str name)
{
	json_t *text;

	if (kind.n == 0)
		return NULL;
	text = name.n ? json_sprintf(STR_FMT "/" STR_FMT, STR_ARG(kind), STR_ARG(name))
		      : shape_text(kind);
	return json_pack("{s:o}", "did_you_mean", text);
}

int config_call_no_document(struct op_call *call, const struct conf_set *set, struct str kind,
			    struct str name)
{
	bool known = conf_kind_find(set->schema, kind) != NULL;
	struct suggest near = suggest_for(known ? name : kind);
	const struct conf_doc *const *docs;
	const struct map_entry *it;
	uint32_t count = 0;

	if (known) {
		docs = conf_docs_of(set, kind, &count);
		for (uint32_t i = 0; i < count; i++)
			suggest_add(&near, docs[i]->name);
		return op_fail(
			call, 404, "not_found", near.best.n ? did_you_mean(kind, near.best) : NULL,
			"there is no document " STR_FMT "/" STR_FMT, STR_ARG(kind), STR_ARG(name));
	}
	MAP_EACH (&set->schema->kinds, it)
		suggest_add(&near, it->key);
	if (!conf_doc_find(set, near.best, name))
		name = STR(""); /* the document would be none, either */
	return op_fail(call, 404, "not_found", did_you_mean(near.best, name),
		       "there is no kind \"" STR_FMT "\"", STR_ARG(kind));
}

int config_call_answer(struct op_call *call, struct config_answer *answer)
{
	CLEANUP(buf_free) struct buf safe = {0};

	if (answer->code == NULL)
		return op_reply(call, answer->body);
	conf_render_safe(&safe, answer->message);
	return op_fail(call, answer->status, answer->code, answer->body, STR_FMT,
		       STR_ARG(buf_str(&safe)));
}

bool config_call_revision(struct op_call *call, int64_t *out)
{
	struct str n = op_arg(call, "n");

	if (str_is(n, "current")) {
		uint64_t revision;

		config_call_set(call, &revision);
		*out = (int64_t)revision;
		if (revision == 0)
			op_fail(call, 404, "not_found", NULL, "there is no revision yet");
		return revision != 0;
	}
	return op_int(call, "n", 1, INT64_MAX, 0, out);
}

int config_call_storage(struct op_call *call, int rc)
{
	struct str n = op_arg(call, "n");

	if (rc == -ENOENT && n.p != NULL)
		return op_fail(call, 404, "not_found", NULL,
			       "there is no %s " STR_FMT "; it may have been pruned",
			       str_is(op_arg(call, "id"), "1") ? "attempt" : "revision",
			       STR_ARG(n));
	return op_fail(call, 507, "storage", NULL, "the history cannot be read or written: %s",
		       store_problem(store_here(call->daemon->store)));
}
