/* gamectl/commands/cmd_describe.c
 * One document as it is in force: every field, its value, where it was written or that it is a default.
 */
#include <inttypes.h>

#include "conf/render.h"
#include "listing.h"
#include "live_list.h"
#include "remote.h"

static struct str text_of(const json_t *object, const char *key)
{
	return str_of(json_string_value(json_object_get(object, key)));
}

/* Where a written field stands (in the document's file); how else it came by its value. */
static void show_origin(struct buf *out, const struct cmd_call *call, const json_t *value,
			const json_t *item)
{
	struct str state = str_of(json_string_value(value));
	const json_t *line = json_object_get(item, "line");

	(void)call;
	if (str_is(state, "written") && json_is_integer(line))
		buf_printf(out, "line %" PRId64, (int64_t)json_integer_value(line));
	else if (str_is(state, "defaulted"))
		buf_add(out, STR("default"));
	else
		buf_add(out, state);
}

static enum term_style origin_style(const json_t *value, const json_t *item)
{
	(void)item;
	return str_is(str_of(json_string_value(value)), "written") ? TERM_PLAIN : TERM_DIM;
}

static const struct cmd_column columns[] = {
	{.title = "FIELD", .field = "field"},
	{.title = "FROM", .field = "state", .show = show_origin, .style = origin_style},
	{.title = "RELOAD", .field = "reload"},
	{.title = "VALUE", .field = "value", .flow = true},
	{.title = NULL},
};

/* Kinds of documents begin with a capital letter. */
static bool is_live(const char *thing)
{
	struct str word = str_of(thing);

	return str_starts(word, STR("session/")) || str_starts(word, STR("room/")) ||
	       str_starts(word, STR("player/")) || str_starts(word, STR("s-")) ||
	       str_starts(word, STR("r-"));
}

static int describe(struct cmd_call *call)
{
	const char *thing = cmd_arg(call, "thing"), *slash = strchr(thing, '/');
	struct live_thing live;
	const char *kind;
	json_t *reply = NULL;
	int code;

	if (is_live(thing)) {
		code = live_thing(call, thing, 1u << LIVE_SESSION | 1u << LIVE_ROOM, &live);
		return code == EXIT_DONE ? live_describe(call, &live) : code;
	}
	if (!slash || slash == thing || !slash[1])
		return cmd_error(call, EXIT_USAGE,
				 "as in Arena/frozen-keep; gamectl get lists what there is",
				 "\"%s\" names no document: write Kind/name", thing);
	kind = arena_cstr(call->mem, (struct str){thing, (size_t)(slash - thing)});
	code = remote_get(call, remote_path(call, "/v1/config/%s/%s", kind, slash + 1), &reply);
	if (code == EXIT_DONE)
		code = listing_select(call, reply, "fields", 0, NULL);
	if (code != EXIT_DONE)
		return code;
	if (call->output == OUT_TABLE) {
		term_put(&call->out, &call->term_out, TERM_BOLD, str_of(thing));
		buf_printf(&call->out, " in revision %" PRId64 ", ",
			   (int64_t)json_integer_value(json_object_get(reply, "revision")));
		conf_render_safe(&call->out, text_of(reply, "file"));
		buf_printf(&call->out, ":%" PRId64 "\n\n",
			   (int64_t)json_integer_value(json_object_get(reply, "line")));
	}
	return cmd_list(call, reply, "fields", columns, "{field}", "it has no fields");
}

const struct cmd cmd_describe = {
	.name = "describe",
	.group = CMD_LOOK,
	.place = 3,
	.params = "thing:anything",
	.listing = true,
	.online = true,
	.run = describe,
	.summary = "Show one document, room or session in full",
	.text = "Of a document: each field as it is in force, its value and where that was "
		"written. Of room/ID: "
		"also who sits in it. player/NAME finds that player's session.\n"
		"\n"
		"Long lists and maps stand over several lines; -o wide keeps each field on one.",
	.examples = "gamectl describe Arena/frozen-keep\tdefaults included\n"
		    "gamectl describe room/r-2000ck\ta room and its members\n"
		    "gamectl describe Server/main -o json\tfor scripts\n",
	.exits = "5 no daemon answers\n"
		 "7 there is no such document, room or session\n",
};
