/* gamectl/bundle_request.c */
#include "bundle_request.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "bundle_opts.h"
#include "findings.h"
#include "remote.h"

enum { TRIES = 3 };

static int whole_bundle(struct cmd_call *call, const char *path)
{
	struct stat st;

	/* The files sent are the whole bundle: a single one would delete all others. */
	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		return cmd_error(
			call, EXIT_USAGE,
			"name the bundle's directory; files that did not change cost nothing",
			"%s is one file, but %s takes a whole bundle", path, call->cmd->name);
	return EXIT_DONE;
}

/* path -> digest of the revision in force; an empty object when there is none. */
static int known_files(struct cmd_call *call, struct bundle_request *req, json_t **known)
{
	struct admin_answer answer = {0};
	const char *digest;
	int code = (int)remote_call(call, "GET", "/v1/revisions/current/files", NULL, &answer);

	if (code == EXIT_DONE) {
		*known = json_incref(json_object_get(answer.body, "files"));
		req->base_revision = json_integer_value(json_object_get(answer.body, "revision"));
		digest = json_string_value(json_object_get(answer.body, "digest"));
		(void)snprintf(req->base_digest, sizeof(req->base_digest), "%s",
			       digest ? digest : "");
	} else if (answer.code && strcmp(answer.code, "not_found") == 0) {
		*known = json_object();
		code = EXIT_DONE;
	} else {
		code = remote_fail(call, &answer);
	}
	admin_answer_free(&answer);
	return code;
}

static bool is_known(const json_t *known, const struct conf_input *file, char hex[DIGEST_HEX_SIZE])
{
	const json_t *digest = json_object_getn(known, file->path.p, file->path.n);

	if (!json_is_string(digest))
		return false;
	digest_hex(file->digest, hex);
	return strcmp(hex, json_string_value(digest)) == 0;
}

/* JSON carries text alone: a file that is no UTF-8 cannot be sent. Here it is told as validate tells it. */
static int not_text(struct cmd_call *call, const struct bundle_request *req,
		    const struct conf_input *file)
{
	struct diags d = diags_into(call->mem);

	if (bundle_check(call, req->bundle.files.items, req->bundle.files.count, 0, &d) && d.errors)
		return cmd_fail(call, &d);
	return cmd_error(call, EXIT_INVALID, NULL, STR_FMT ": is not UTF-8 text",
			 STR_ARG(file->path));
}

static void find_digests(struct arena *mem, struct bundle *bundle)
{
	uint8_t(*digests)[DIGEST_SIZE] = arena_alloc(mem, bundle->files.count * DIGEST_SIZE);

	bundle_digests(bundle->files.items, bundle->files.count, digests);
	for (size_t i = 0; i < bundle->files.count; i++)
		bundle->files.items[i].digest = digests[i];
}

static int put_files(struct cmd_call *call, struct bundle_request *req, const json_t *known)
{
	json_t *files = json_object(), *unchanged = json_object();
	const struct conf_input *f;

	req->body = json_pack("{s:o,s:o}", "files", files, "unchanged", unchanged);
	if (!req->body)
		return cmd_error(call, EXIT_INTERNAL, NULL, "out of memory");
	if (json_object_size(known) > 0)
		find_digests(call->mem, &req->bundle);
	VEC_EACH (&req->bundle.files, f) {
		char hex[DIGEST_HEX_SIZE];
		bool same = is_known(known, f, hex);
		json_t *value = same ? json_string(hex) : json_stringn(f->text.p, f->text.n);

		if (!value)
			return not_text(call, req, f);
		if (json_object_setn_new(same ? unchanged : files, f->path.p, f->path.n, value) < 0)
			return cmd_error(call, EXIT_INTERNAL, NULL,
					 STR_FMT ": the path is not UTF-8 text", STR_ARG(f->path));
	}
	return EXIT_DONE;
}

int bundle_request_read(struct cmd_call *call, const char *path, struct bundle_request *req)
{
	struct diags d = diags_into(call->mem);
	json_t *known = NULL;
	int code = bundle_check_path(call, path);

	*req = (struct bundle_request){.has_bundle = true};
	if (code == EXIT_DONE)
		code = whole_bundle(call, path);
	if (code == EXIT_DONE)
		code = bundle_load_files(call, path, &req->bundle, &d);
	if (code == EXIT_DONE && d.list.count > 0)
		code = cmd_fail(call, &d);
	if (code == EXIT_DONE)
		code = known_files(call, req, &known);
	if (code == EXIT_DONE)
		code = put_files(call, req, known);
	json_decref(known);
	return code;
}

static bool travel(struct bundle_request *req, struct str path, struct str text)
{
	json_t *files = json_object_get(req->body, "files");
	json_t *unchanged = json_object_get(req->body, "unchanged");

	return json_object_deln(unchanged, path.p, path.n) == 0 &&
	       json_object_setn_new(files, path.p, path.n, json_stringn(text.p, text.n)) == 0;
}

/* A saved plan has no texts of what it left as it was; the revision it was made on has. */
static bool add_from_base(struct cmd_call *call, struct bundle_request *req, const json_t *missing)
{
	const char *base = arena_printf(call->mem, "%lld", (long long)req->base_revision).p;
	struct admin_answer answer = {0};
	bool moved = false;

	(void)remote_call(call, "GET", remote_path(call, "/v1/revisions/%s/files?text=1", base),
			  NULL, &answer);
	for (size_t i = 0; i < json_array_size(missing); i++) {
		const char *path = json_string_value(json_array_get(missing, i));
		const json_t *text =
			json_object_get(json_object_get(answer.body, "files"), path ? path : "");

		if (json_is_string(text))
			moved |= travel(req, str_of(path), str_of(json_string_value(text)));
	}
	admin_answer_free(&answer);
	return moved;
}

/* Moves what the daemon does not have from `unchanged` to `files`; false: nothing to move. */
static bool add_missing(struct cmd_call *call, struct bundle_request *req, const json_t *missing)
{
	struct map by_path = {0};
	struct conf_input *f;
	bool moved = false, known;

	if (!req->has_bundle)
		return add_from_base(call, req, missing);
	VEC_EACH (&req->bundle.files, f)
		(void)map_put(call->mem, &by_path, f->path, f, &known);
	for (size_t i = 0; i < json_array_size(missing); i++) {
		f = map_get(&by_path, str_of(json_string_value(json_array_get(missing, i))));
		if (f)
			moved |= travel(req, f->path, f->text);
	}
	return moved;
}

static bool is_code(const struct admin_answer *answer, const char *code)
{
	return answer->code && strcmp(answer->code, code) == 0;
}

static int answer_failed(struct cmd_call *call, const struct bundle_request *req,
			 const struct admin_answer *answer)
{
	if (is_code(answer, "invalid") && req->has_bundle &&
	    json_is_array(json_object_get(answer->details, "findings")))
		return findings_fail(call, answer->details, &req->bundle);
	if (is_code(answer, "missing_files"))
		return cmd_error_with(
			call, EXIT_CONFLICT, "conflict", answer->details, "plan again",
			"revision %lld, which this started from, is no longer in force, and "
			"its files are gone from the history",
			(long long)req->base_revision);
	return remote_fail(call, answer);
}

int bundle_request_send(struct cmd_call *call, struct bundle_request *req, const char *verb,
			json_t **reply)
{
	const char *path = remote_path(call, "/v1/config/%s", verb);
	struct admin_answer answer = {0};
	int code;

	for (int tries = 0; tries < TRIES; tries++) {
		code = (int)remote_call(call, "POST", path, req->body, &answer);
		if (!is_code(&answer, "missing_files") ||
		    !add_missing(call, req, json_object_get(answer.details, "files")))
			break;
	}
	if (code == EXIT_DONE) {
		*reply = json_incref(answer.body);
		if (req->has_bundle)
			findings_warn(call, *reply, &req->bundle);
		else
			findings_warn(call, *reply, NULL);
	} else {
		code = answer_failed(call, req, &answer);
	}
	admin_answer_free(&answer);
	return code;
}

void bundle_request_free(struct bundle_request *req)
{
	json_decref(req->body);
	*req = (struct bundle_request){0};
}
