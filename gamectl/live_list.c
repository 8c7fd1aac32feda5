/* gamectl/live_list.c */
#include "live_list.h"

#include <inttypes.h>

#include "conf/render.h"
#include "listing.h"
#include "remote.h"

enum { LIVE_PAGE = 10000 };

static int64_t number_of(const json_t *object, const char *key)
{
	return (int64_t)json_integer_value(json_object_get(object, key));
}

static enum term_style session_style(const json_t *value, const json_t *item)
{
	struct str state = str_of(json_string_value(value));

	(void)item;
	if (str_is(state, "live"))
		return TERM_GREEN;
	return str_is(state, "suspect") || str_is(state, "suspended") ? TERM_YELLOW : TERM_PLAIN;
}

static enum term_style room_style(const json_t *value, const json_t *item)
{
	struct str state = str_of(json_string_value(value));

	if (json_is_true(json_object_get(item, "degraded")))
		return TERM_RED;
	return str_is(state, "running") ? TERM_GREEN
	       : str_is(state, "ending") || json_is_true(json_object_get(item, "draining"))
		       ? TERM_YELLOW
		       : TERM_PLAIN;
}

static void show_real_ms(struct buf *out, const struct cmd_call *call, const json_t *value,
			 const json_t *item)
{
	(void)call;
	(void)item;
	if (json_is_number(value))
		buf_printf(out, json_number_value(value) < 10 ? "%.2fms" : "%.0fms",
			   json_number_value(value));
}

static void show_seats(struct buf *out, const struct cmd_call *call, const json_t *value,
		       const json_t *item)
{
	(void)call;
	buf_printf(out, "%" PRId64 "/%" PRId64, (int64_t)json_integer_value(value),
		   number_of(item, "seats"));
}

/* What is unusual about a room, in words. */
static void show_flags(struct buf *out, const struct cmd_call *call, const json_t *value,
		       const json_t *item)
{
	static const char *const flags[] = {"cordoned", "draining", "locked", "paused", "degraded"};
	size_t before = out->n;

	(void)call;
	(void)value;
	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (json_is_true(json_object_get(item, flags[i])))
			buf_printf(out, "%s%s", out->n > before ? "," : "", flags[i]);
	if (number_of(item, "suspended") > 0)
		buf_printf(out, "%s%" PRId64 " away", out->n > before ? "," : "",
			   number_of(item, "suspended"));
}

static const struct cmd_column session_columns[] = {
	{.title = "SESSION", .field = "id"},
	{.title = "PLAYER", .field = "player", .max = 24},
	{.title = "STATE", .field = "state", .style = session_style},
	{.title = "ROOM", .field = "room"},
	{.title = "SEAT", .field = "seat", .right = true},
	{.title = "AGE", .field = "age_ms", .show = cmd_show_ms, .right = true},
	{.title = "IDLE", .field = "idle_ms", .show = cmd_show_ms, .right = true, .spare = true},
	{.title = "RTT", .field = "rtt_ms", .show = show_real_ms, .right = true, .spare = true},
	{.title = "VIA", .field = "transport", .wide = true},
	{.title = "ADDRESS", .field = "address", .wide = true},
	{.title = "BUILD", .field = "client_build", .wide = true},
	{.title = "REVISION", .field = "revision", .wide = true, .right = true},
	{.title = "EPOCH", .field = "epoch", .wide = true, .right = true},
	{.title = "RESUMES", .field = "resumes", .wide = true, .right = true},
	{.title = "IN", .field = "messages_in", .wide = true, .right = true},
	{.title = "OUT", .field = "messages_out", .wide = true, .right = true},
	{.title = "BYTES-OUT",
	 .field = "bytes_out",
	 .wide = true,
	 .right = true,
	 .show = cmd_show_bytes},
	{.title = "DROPPED", .field = "dropped", .wide = true, .right = true},
	{.title = "QUEUE",
	 .field = "queue_bytes",
	 .wide = true,
	 .right = true,
	 .show = cmd_show_bytes},
	{.title = NULL},
};

static const struct cmd_column room_columns[] = {
	{.title = "ROOM", .field = "id"},
	{.title = "TYPE", .field = "type", .max = 24},
	{.title = "KEY", .field = "key", .max = 20},
	{.title = "STATE", .field = "state", .style = room_style},
	{.title = "PLAYERS", .field = "taken", .show = show_seats, .right = true},
	{.title = "AGE", .field = "age_ms", .show = cmd_show_ms, .right = true},
	{.title = "NOTES", .field = "cordoned", .show = show_flags, .spare = true},
	{.title = "MODE", .field = "mode", .wide = true},
	{.title = "WATCHING", .field = "spectators", .wide = true, .right = true},
	{.title = "LOOP", .field = "loop", .wide = true, .right = true},
	{.title = "PINNED", .field = "pinned", .wide = true, .right = true},
	{.title = "TICKS", .field = "ticks", .wide = true, .right = true},
	{.title = "LATE", .field = "late_ticks", .wide = true, .right = true},
	{.title = "COST",
	 .field = "tick_cost_ms",
	 .wide = true,
	 .right = true,
	 .show = show_real_ms},
	{.title = "IN", .field = "messages_in", .wide = true, .right = true},
	{.title = "BYTES-OUT",
	 .field = "bytes_out",
	 .wide = true,
	 .right = true,
	 .show = cmd_show_bytes},
	{.title = "WHY", .field = "why", .wide = true},
	{.title = NULL},
};

bool live_list(struct cmd_call *call, const char *word, int *code)
{
	bool rooms = strcmp(word, "rooms") == 0 || strcmp(word, "room") == 0;
	struct listing l = {.path = rooms ? "/v1/rooms" : "/v1/sessions",
			    .key = rooms ? "rooms" : "sessions",
			    .where = cmd_opt(call, "where"),
			    .sort = cmd_opt(call, "sort"),
			    .limit = cmd_int(call, "limit"),
			    .page = LIVE_PAGE};
	json_t *reply = NULL;

	if (!rooms && strcmp(word, "sessions") != 0 && strcmp(word, "session") != 0)
		return false;
	*code = listing_get(call, &l, &reply);
	if (*code != EXIT_DONE)
		return true;
	if (rooms)
		*code = cmd_list(call, reply, l.key, room_columns, "room/{id}",
				 l.where ? "no room matches" : "no room is open");
	else
		*code = cmd_list(call, reply, l.key, session_columns, "session/{id}",
				 l.where ? "no session matches" : "nobody is there");
	return true;
}

/* ---- One ---- */

static const struct cmd_column field_columns[] = {
	{.title = "FIELD", .field = "field"},
	{.title = "VALUE", .field = "value"},
	{.title = NULL},
};

static const struct cmd_column member_columns[] = {
	{.title = "SEAT", .field = "seat", .right = true},
	{.title = "PLAYER", .field = "player", .max = 32},
	{.title = "SESSION", .field = "session"},
	{.title = "AWAY", .field = "suspended"},
	{.title = "WATCHES", .field = "spectator"},
	{.title = NULL},
};

static void put_human(struct buf *out, const struct cmd_call *call, const char *field,
		      const json_t *value)
{
	struct str name = str_of(field);

	if (str_ends(name, STR("_ms")) && json_is_integer(value))
		cmd_show_ms(out, call, value, NULL);
	else if (str_ends(name, STR("_ms")))
		show_real_ms(out, call, value, NULL);
	else if (json_is_integer(value) && str_starts(name, STR("bytes_")))
		cmd_show_bytes(out, call, value, NULL);
	else if (json_is_integer(value))
		buf_printf(out, "%" PRId64, (int64_t)json_integer_value(value));
	else if (json_is_boolean(value))
		buf_add(out, json_is_true(value) ? STR("yes") : STR("no"));
	else if (json_is_string(value))
		buf_add(out, str_of(json_string_value(value)));
}

/* Where the value shows its unit the name need not. */
static const char *without_unit(struct cmd_call *call, const char *field)
{
	struct str name = str_of(field);

	return str_ends(name, STR("_ms")) ? arena_cstr(call->mem, (struct str){name.p, name.n - 3})
					  : field;
}

/* Object to rows; nested ones as "lockstep.frame". */
static void add_fields(struct cmd_call *call, json_t *list, const char *prefix,
		       const json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value)
	{
		CLEANUP(buf_free) struct buf text = {0};
		const char *field = arena_printf(call->mem, "%s%s", prefix, key).p;

		if (json_is_object(value)) {
			add_fields(call, list, arena_printf(call->mem, "%s.", field).p, value);
			continue;
		}
		if (json_is_array(value) || json_is_null(value) || strcmp(key, "apiVersion") == 0)
			continue;
		put_human(&text, call, key, value);
		if (call->output == OUT_TABLE || call->output == OUT_WIDE)
			field = without_unit(call, field);
		json_array_append_new(list, json_pack("{s:s, s:o}", "field", field, "value",
						      json_stringn(buf_str(&text).p, text.n)));
	}
}

int live_describe(struct cmd_call *call, const struct live_thing *thing)
{
	json_t *reply = NULL, *fields, *members;
	int code = remote_get(call, thing->path, &reply);

	if (code != EXIT_DONE || cmd_wants_json(call))
		return code == EXIT_DONE ? cmd_reply(call, EXIT_DONE, reply) : code;
	fields = json_array();
	add_fields(call, fields, "", reply);
	code = cmd_list(call, json_pack("{s:o}", "fields", fields), "fields", field_columns,
			"{field}", "it has no fields");
	members = json_object_get(reply, "members");
	if (code == EXIT_DONE && json_array_size(members) > 0 &&
	    (call->output == OUT_TABLE || call->output == OUT_WIDE)) {
		buf_addc(&call->out, '\n');
		code = cmd_list(call, json_pack("{s:O}", "members", members), "members",
				member_columns, "session/{session}", "");
	}
	json_decref(reply);
	return code;
}
