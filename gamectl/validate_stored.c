/* gamectl/validate_stored.c */
#include "validate_stored.h"
#include "conf/render.h"
#include "origin.h"
#include "remote.h"

enum { FINDINGS_SHOWN = 10 };

int bundle_swap_schemas(struct cmd_call *call, const char *dir, struct bundle *files,
			struct diags *d)
{
	struct bundle theirs = {0}, mixed = {0};
	bool whole = bundle_is_here(dir);
	int code = bundle_load_files(call, dir, &theirs, d);
	struct conf_input *in;

	if (code != EXIT_DONE)
		return code;
	VEC_EACH (&files->files, in)
		if (!conf_is_schema_path(in->path))
			vec_add(call->mem, &mixed.files, *in);
	VEC_EACH (&theirs.files, in) {
		struct conf_input schema = *in;

		if (!whole)
			schema.path =
				arena_printf(call->mem, "schemas/" STR_FMT, STR_ARG(in->path));
		if (conf_is_schema_path(schema.path))
			vec_add(call->mem, &mixed.files, schema);
	}
	*files = mixed;
	return EXIT_DONE;
}

struct stored {
	struct cmd_call *call;
	const char *against;
	json_t *list; /* one object a revision */
	size_t broken;
};

static void put_broken(struct stored *s, long long revision, const json_t *row, struct diags *d)
{
	struct buf *out = &s->call->out;
	const struct conf_finding *first = d->list.items;

	while (first->severity != CONF_ERROR)
		first++;
	buf_printf(out, "revision %lld (", revision);
	cmd_show_time(out, s->call, json_object_get(row, "time"), row);
	buf_printf(out, "): %zu error%s; the first: ", d->errors, d->errors == 1 ? "" : "s");
	if (first->at.source) {
		conf_render_safe(out, first->at.source->path);
		buf_printf(out, ":%u:%u: ", first->at.start.line, first->at.start.column);
	}
	conf_render_safe(out, first->path);
	buf_add(out, first->path.n ? STR(": ") : STR(""));
	conf_render_safe(out, first->message);
	buf_addc(out, '\n');
}

static int check_revision(struct stored *s, const json_t *row)
{
	struct cmd_call *call = s->call;
	long long revision = json_integer_value(json_object_get(row, "revision"));
	struct diags d = diags_into(call->mem);
	struct bundle files = {0};
	struct conf_set *set;
	json_t *reply;
	int code = remote_get(
		call, arena_printf(call->mem, "/v1/revisions/%lld/files?text=1", revision).p,
		&reply);

	if (code != EXIT_DONE)
		return code;
	origin_inputs(call->mem, json_object_get(reply, "files"), &files);
	if (s->against)
		code = bundle_swap_schemas(call, s->against, &files, &d);
	if (code != EXIT_DONE)
		return code;
	set = bundle_check(call, files.files.items, files.files.count, 0, &d);
	if (!set)
		return EXIT_INTERNAL;
	diags_sort(&d);
	s->broken += d.errors > 0;
	if (cmd_wants_json(call)) {
		json_t *one = conf_render_json(&d, FINDINGS_SHOWN);

		(void)json_object_set(one, "revision", json_object_get(row, "revision"));
		(void)json_object_del(one, "apiVersion");
		(void)json_array_append_new(s->list, one);
	} else if (d.errors) {
		put_broken(s, revision, row, &d);
	}
	conf_set_unref(set);
	json_decref(reply);
	return EXIT_DONE;
}

static int check_page(struct stored *s, const json_t *page, size_t *checked)
{
	const json_t *row;
	size_t i;
	int code = EXIT_DONE;

	json_array_foreach(json_object_get(page, "revisions"), i, row)
	{
		/* A failed attempt has no content to go back to. */
		if (!json_is_integer(json_object_get(row, "revision")))
			continue;
		code = check_revision(s, row);
		if (code != EXIT_DONE)
			break;
		(*checked)++;
	}
	return code;
}

int validate_stored(struct cmd_call *call, const char *against)
{
	struct stored s = {.call = call, .against = against, .list = json_array()};
	const char *cursor = NULL;
	size_t checked = 0;
	json_t *page;
	int code;

	do {
		const char *path =
			cursor ? remote_path(call, "/v1/revisions?limit=50&cursor=%s", cursor)
			       : "/v1/revisions?limit=50";

		code = remote_get(call, path, &page);
		if (code == EXIT_DONE)
			code = check_page(&s, page, &checked);
		if (code != EXIT_DONE)
			return code;
		cursor = json_string_value(json_object_get(page, "next_cursor"));
	} while (cursor);
	code = s.broken ? EXIT_INVALID : EXIT_DONE;
	if (cmd_wants_json(call))
		return cmd_reply(call, code,
				 json_pack("{s:b,s:i,s:i,s:o}", "valid", s.broken == 0, "checked",
					   (int)checked, "broken", (int)s.broken, "revisions",
					   s.list));
	if (s.broken)
		buf_printf(&call->out,
			   "%zu of %zu stored revisions would break: no rollback to them\n",
			   s.broken, checked);
	else
		buf_printf(&call->out, "%zu stored revisions, none would break\n", checked);
	return code;
}
