/* gamectl/commands/cmd_get.c
 * Kinds, and the documents of a kind, as they are in force. Columns come from the documents themselves.
 */
#include <stdlib.h>

#include "conf/render.h"
#include "listing.h"
#include "live_list.h"
#include "real_digits.h"
#include "remote.h"

enum { TABLE_FIELDS = 6, FIELDS_MAX = 28, TEXT_MAX = 40 };

/* The first sentence of a doc, on one line. */
static void show_doc(struct buf *out, const struct cmd_call *call, const json_t *value,
		     const json_t *item)
{
	const char *p = json_string_value(value);

	(void)item;
	for (; p && *p; p++) {
		if (p[0] == '.' && (p[1] == ' ' || p[1] == '\n') && call->output == OUT_TABLE) {
			buf_addc(out, '.');
			break;
		}
		buf_addc(out, *p == '\n' ? ' ' : *p);
	}
}

static const struct cmd_column kind_columns[] = {
	{.title = "KIND", .field = "kind"},
	{.title = "DOCUMENTS", .field = "documents", .right = true},
	{.title = "BUILT-IN", .field = "builtin"},
	{.title = "WHAT", .field = "doc", .show = show_doc},
	{.title = NULL},
};

static int get_kinds(struct cmd_call *call)
{
	json_t *reply = NULL;
	int code = remote_get(call, "/v1/config", &reply);

	return code == EXIT_DONE
		       ? cmd_list(call, reply, "kinds", kind_columns, "{kind}", "no kinds")
		       : code;
}

static void show_place(struct buf *out, const struct cmd_call *call, const json_t *value,
		       const json_t *item)
{
	const char *file = json_string_value(value);

	(void)call;
	if (file)
		buf_printf(out, "%s:%lld", file,
			   (long long)json_integer_value(json_object_get(item, "line")));
}

/* Lists, maps and structs take too much room: only how many there are. */
static void show_value(struct buf *out, const struct cmd_call *call, const json_t *value,
		       const json_t *item)
{
	char *text;

	(void)call;
	(void)item;
	if (json_is_string(value))
		buf_add(out, str_of(json_string_value(value)));
	else if (json_is_array(value))
		buf_printf(out, "[%zu]", json_array_size(value));
	else if (json_is_object(value))
		buf_printf(out, "{%zu}", json_object_size(value));
	else if (value && !json_is_null(value)) {
		text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(real_digits(value)));
		buf_add(out, str_of(text));
		free(text);
	}
}

static char *title_of(struct arena *mem, const char *field)
{
	char *title = arena_cstr(mem, str_of(field));

	for (char *p = title; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	return title;
}

static bool all_numbers(const json_t *items, const char *field)
{
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *spec = json_object_get(json_array_get(items, i), "spec");
		const json_t *v = json_object_get(spec, field);

		if (v && !json_is_null(v) && !json_is_number(v))
			return false;
	}
	return true;
}

/* NAME, the fields in the order of the schema (the first few; all with -o wide), PLACE. */
static const struct cmd_column *columns_of(struct arena *mem, const json_t *items)
{
	struct cmd_column *columns = ARENA_ARRAY(mem, struct cmd_column, FIELDS_MAX + 3);
	json_t *seen = json_object();
	size_t n = 0;

	columns[n++] = (struct cmd_column){.title = "NAME", .field = "name"};
	for (size_t i = 0; i < json_array_size(items); i++) {
		json_t *spec = json_object_get(json_array_get(items, i), "spec"), *value;
		const char *field;

		json_object_foreach(spec, field, value)
		{
			bool flat = !json_is_array(value) && !json_is_object(value);
			const char *path;

			if (n > FIELDS_MAX || json_object_get(seen, field))
				continue;
			(void)json_object_set_new(seen, field, json_true());
			path = arena_printf(mem, "spec.%s", field).p;
			columns[n] = (struct cmd_column){.title = title_of(mem, field),
							 .field = path,
							 .wide = !flat || n > TABLE_FIELDS,
							 .right = all_numbers(items, field),
							 .spare = true,
							 .max = TEXT_MAX,
							 .show = show_value};
			n++;
		}
	}
	json_decref(seen);
	columns[n++] = (struct cmd_column){
		.title = "PLACE", .field = "file", .spare = true, .show = show_place};
	columns[n] = (struct cmd_column){.title = NULL};
	return columns;
}

static int get(struct cmd_call *call)
{
	const char *kind = cmd_arg(call, "kind");
	struct listing l = {.key = "items",
			    .where = cmd_opt(call, "where"),
			    .sort = cmd_opt(call, "sort"),
			    .limit = cmd_int(call, "limit")};
	json_t *reply = NULL;
	int code;

	if (!kind)
		return get_kinds(call);
	if (live_list(call, kind, &code))
		return code;
	if (strchr(kind, '/'))
		return cmd_error(call, EXIT_USAGE, "gamectl describe shows one document",
				 "\"%s\" is a document; get lists the documents of a kind", kind);
	l.path = remote_path(call, "/v1/config/%s", kind);
	code = listing_get(call, &l, &reply);
	if (code != EXIT_DONE)
		return code;
	return cmd_list(call, reply, "items",
			columns_of(call->mem, json_object_get(reply, "items")), "{kind}/{name}",
			l.where ? "no document matches" : "there is no document of this kind");
}

const struct cmd cmd_get = {
	.name = "get",
	.group = CMD_LOOK,
	.place = 2,
	.params = "kind?:listed",
	.listing = true,
	.online = true,
	.run = get,
	.summary =
		"List players (sessions), rooms, or the documents of a kind as they are in force",
	.text = "KIND is sessions, rooms, or a kind of documents; without it the kinds are "
		"listed.\n"
		"\n"
		"The table of documents shows the first fields of the kind's schema, as many as "
		"the terminal "
		"has "
		"room for; -o wide shows all, lists "
		"and maps as the "
		"number of their entries. In --where and --sort a field of a document is "
		"spec.NAME; those of "
		"sessions and rooms are named as -o json shows them: idle_ms > 30s, taken == 0.",
	.examples = "gamectl get\twhat kinds there are\n"
		    "gamectl get rooms --where 'type == \"duel\"' --watch\tduels, live\n"
		    "gamectl get sessions --sort -queue_bytes --limit 5\twho reads too slowly\n"
		    "gamectl get Weapon --sort -spec.price --limit 5\tthe dearest five\n"
		    "gamectl get Monster --where 'spec.rank == \"boss\"' -o name\tfor scripts\n",
	.exits = "5 no daemon answers\n"
		 "7 there is no such kind\n",
};
