/* gamectl/origin.c */
#include <stdlib.h>

#include "conf/suggest.h"
#include "origin.h"
#include "remote.h"

struct conf_schema *origin_load_schema(struct arena *mem, const struct conf_input *files,
				       size_t count, struct diags *d)
{
	const struct conf_source **sources =
		ARENA_ARRAY(mem, const struct conf_source *, count + 1);
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (conf_is_schema_path(files[i].path))
			sources[n++] = conf_source_new(mem, files[i].path, files[i].text);
	return conf_schema_load(sources, n, &yaml_caps_default, d);
}

void origin_inputs(struct arena *mem, const json_t *files, struct bundle *out)
{
	const char *path;
	json_t *text;

	json_object_foreach((json_t *)files, path, text)
	{
		const struct conf_input input = {
			.path = str_of(path),
			.text = {json_string_value(text), json_string_length(text)}};

		if (json_is_string(text))
			vec_add(mem, &out->files, input);
	}
}

static int from_bundle(struct cmd_call *call, const char *dir, struct origin *out)
{
	int code = bundle_load_files(call, dir, &out->files, &out->findings);

	cmd_progress_end(call);
	if (code != EXIT_DONE)
		return code;
	out->kind = ORIGIN_BUNDLE;
	out->path = dir;
	return EXIT_DONE;
}

/* A daemon that does not answer is no error here: the built-in kinds are known without it. */
static int from_daemon(struct cmd_call *call, struct origin *out)
{
	struct admin_answer answer = {0};
	bool named = getenv("GAMESRV_SOCKET") != NULL;
	enum exit_code code = remote_call(call, "GET", "/v1/schema", NULL, &answer);

	if (code == EXIT_DONE) {
		out->kind = ORIGIN_DAEMON;
		origin_inputs(call->mem, json_object_get(json_incref(answer.body), "files"),
			      &out->files);
	} else if (call->socket || (named && code != EXIT_UNREACHABLE)) {
		return remote_fail(call, &answer);
	} else if (named) {
		cmd_warn(call, STR_FMT "; only the built-in kinds are known",
			 STR_ARG(buf_str(&answer.message)));
	}
	admin_answer_free(&answer);
	return EXIT_DONE;
}

int origin_find(struct cmd_call *call, struct origin *out)
{
	const char *dir = cmd_opt(call, "bundle");
	int code;

	*out = (struct origin){.kind = ORIGIN_BUILTIN, .findings = diags_into(call->mem)};
	/* A socket named on the command line is a wish to hear the daemon. */
	if (!dir && !call->socket)
		dir = bundle_is_here(".") ? "." : bundle_around(call->mem, ".");
	code = dir ? from_bundle(call, dir, out) : from_daemon(call, out);
	if (code != EXIT_DONE)
		return code;
	out->schema = origin_load_schema(call->mem, out->files.files.items, out->files.files.count,
					 &out->findings);
	return EXIT_DONE;
}

struct conf_set *origin_set(struct cmd_call *call, struct origin *from)
{
	struct diags dropped = diags_into(call->mem);

	if (!from->set && from->kind == ORIGIN_BUNDLE)
		from->set = bundle_check(call, from->files.files.items, from->files.files.count, 0,
					 &dropped);
	return from->set;
}

const char *origin_name(struct cmd_call *call, const struct origin *from)
{
	if (from->kind == ORIGIN_BUNDLE)
		return arena_printf(call->mem, "the bundle in %s", from->path).p;
	return from->kind == ORIGIN_DAEMON ? "the daemon" : "the built-in kinds";
}

const struct conf_kind *origin_kind(struct cmd_call *call, struct origin *from, struct str name,
				    int *code)
{
	const struct conf_kind *kind = conf_kind_find(from->schema, name);
	struct suggest near = suggest_for(name);
	const struct map_entry *it;
	const char *hint;

	if (kind)
		return kind;
	if (from->findings.errors && conf_kind_faulty(from->schema, name)) {
		*code = cmd_fail(call, &from->findings);
		return NULL;
	}
	MAP_EACH (&from->schema->kinds, it)
		suggest_add(&near, it->key);
	if (near.best.n)
		hint = arena_printf(call->mem, "did you mean " STR_FMT "?", STR_ARG(near.best)).p;
	else if (from->kind == ORIGIN_BUILTIN)
		hint = "only the built-in kinds are known here, as no gamesrvd answers: name a "
		       "bundle with "
		       "--bundle PATH, or a daemon with --socket PATH";
	else
		hint = "gamectl explain lists the kinds";
	*code = cmd_error(call, EXIT_REFUSED, hint, "no kind " STR_FMT " in %s", STR_ARG(name),
			  origin_name(call, from));
	return NULL;
}
