/* gamectl/live.c */
#include "live.h"

#include "change_call.h"
#include "remote.h"

enum { NAMES_SHOWN = 10 };

/* The session of player/NAME. */
static int find_player(struct cmd_call *call, const char *player, struct live_thing *out)
{
	CLEANUP(buf_free) struct buf where = {0};
	json_t *reply = NULL;
	const char *id;
	int code;

	buf_add(&where, STR("player == \""));
	for (const char *p = player; *p; p++) {
		if (*p == '"' || *p == '\\')
			buf_addc(&where, '\\');
		buf_addc(&where, *p);
	}
	buf_add(&where, STR("\""));
	code = remote_get(call,
			  remote_path(call, "/v1/sessions?limit=1&where=%s",
				      arena_cstr(call->mem, buf_str(&where))),
			  &reply);
	if (code != EXIT_DONE)
		return code;
	id = json_string_value(
		json_object_get(json_array_get(json_object_get(reply, "sessions"), 0), "id"));
	out->id = id ? arena_cstr(call->mem, str_of(id)) : NULL;
	json_decref(reply);
	return id ? EXIT_DONE
		  : cmd_error_with(call, EXIT_REFUSED, "not_found", NULL,
				   "gamectl get sessions lists who is there",
				   "player %s is not there", player);
}

static const char *behind(const char *word, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(word, prefix, n) == 0 && word[n] ? word + n : NULL;
}

static bool is_id(const char *word, char kind)
{
	return word[0] == kind && word[1] == '-' && word[2];
}

/* False: it is none of ours. */
static bool read_word(const char *word, struct live_thing *out, const char **player)
{
	const char *rest;

	*out = (struct live_thing){.kind = LIVE_SERVER};
	*player = NULL;
	if (strcmp(word, "server") == 0)
		return true;
	if ((rest = behind(word, "roomtype/")) || (rest = behind(word, "RoomType/")))
		out->kind = LIVE_ROOMTYPE;
	else if ((rest = behind(word, "room/")) || (is_id(word, 'r') && (rest = word)))
		out->kind = LIVE_ROOM;
	else if ((rest = behind(word, "session/")) || (is_id(word, 's') && (rest = word)))
		out->kind = LIVE_SESSION;
	else if ((*player = behind(word, "player/")))
		out->kind = LIVE_SESSION;
	else
		return false;
	out->id = rest;
	return true;
}

static int no_thing(struct cmd_call *call, const char *word, unsigned allowed)
{
	static const char *const forms[] = {"server", "roomtype/NAME", "room/ID",
					    "session/ID, player/NAME"};
	CLEANUP(buf_free) struct buf list = {0};

	for (size_t i = 0; i < ARRAY_LEN(forms); i++)
		if (allowed & 1u << i)
			buf_printf(&list, "%s%s", list.n ? ", " : "", forms[i]);
	return cmd_error(call, EXIT_USAGE,
			 "gamectl get rooms and gamectl get sessions list what is there",
			 "\"%s\" is nothing to %s: write one of " STR_FMT, word, call->cmd->name,
			 STR_ARG(buf_str(&list)));
}

int live_thing(struct cmd_call *call, const char *word, unsigned allowed, struct live_thing *out)
{
	const char *player;
	int code = EXIT_DONE;

	if (!read_word(word, out, &player) || !(allowed & 1u << out->kind))
		return no_thing(call, word, allowed);
	if (player)
		code = find_player(call, player, out);
	if (code != EXIT_DONE)
		return code;
	switch (out->kind) {
	case LIVE_SERVER: out->path = "/v1/server"; break;
	case LIVE_ROOMTYPE: out->path = remote_path(call, "/v1/roomtypes/%s", out->id); break;
	case LIVE_ROOM: out->path = remote_path(call, "/v1/rooms/%s", out->id); break;
	case LIVE_SESSION: out->path = remote_path(call, "/v1/sessions/%s", out->id); break;
	}
	out->name = out->kind == LIVE_SERVER ? "server"
					     : arena_printf(call->mem, "%s/%s",
							    out->kind == LIVE_ROOMTYPE ? "roomtype"
							    : out->kind == LIVE_ROOM   ? "room"
										       : "session",
							    out->id)
						       .p;
	return EXIT_DONE;
}

json_t *live_message(struct cmd_call *call)
{
	const char *message = cmd_opt(call, "message");
	json_t *body = json_object();

	if (message && json_object_set_new(body, "message", json_string(message)) < 0) {
		json_decref(body);
		(void)cmd_error(call, EXIT_USAGE, NULL, "the message is not UTF-8 text");
		return NULL;
	}
	return body;
}

/* ---- Named ones ---- */

static int named(struct cmd_call *call, const struct live_many *m, const char *const *words)
{
	json_t *body = live_message(call), *list = json_array();
	int code = body ? EXIT_DONE : EXIT_USAGE;
	size_t done = 0, failed = 0;

	for (; body && *words; words++) {
		struct live_thing thing;
		json_t *reply = NULL;
		int one = live_thing(call, *words, 1u << m->kind, &thing);

		if (one == EXIT_DONE)
			one = remote_post(call,
					  arena_printf(call->mem, "%s/%s", thing.path, m->verb).p,
					  body, &reply);
		if (one == EXIT_DONE) {
			done++;
			(void)cmd_ok(call, "%s %s %s", m->what, thing.id, m->done);
			json_array_append_new(list, json_string(thing.id));
		} else {
			failed++;
			code = one;
		}
		json_decref(reply);
		if (one == EXIT_USAGE || one == EXIT_UNREACHABLE)
			break;
	}
	json_decref(body);
	if (done > 0 && failed > 0)
		code = EXIT_PARTLY;
	if (code == EXIT_DONE && cmd_wants_json(call))
		return cmd_reply(call, EXIT_DONE,
				 json_pack("{s:I, s:I, s:b, s:o}", "matched", (json_int_t)done,
					   "done", (json_int_t)done, "dry_run", 0, "ids", list));
	json_decref(list);
	return code;
}

/* ---- By condition ---- */

static int select_them(struct cmd_call *call, const struct live_many *m, bool dry, json_t **reply)
{
	json_t *body = live_message(call);
	int code;

	if (!body)
		return EXIT_USAGE;
	if (cmd_opt(call, "where"))
		(void)json_object_set_new(body, "where", json_string(cmd_opt(call, "where")));
	else
		(void)json_object_set_new(body, "all", json_true());
	if (dry)
		(void)json_object_set_new(body, "dry_run", json_true());
	code = remote_post(call, arena_printf(call->mem, "%s/%s", m->plural, m->verb).p, body,
			   reply);
	json_decref(body);
	return code;
}

static int64_t number_of(const json_t *object, const char *key)
{
	return (int64_t)json_integer_value(json_object_get(object, key));
}

static void put_found(struct cmd_call *call, const struct live_many *m, const json_t *reply)
{
	const json_t *ids = json_object_get(reply, "ids");
	int64_t matched = number_of(reply, "matched");

	buf_printf(&call->out, "%lld %s%s", (long long)matched, m->what, matched == 1 ? "" : "s");
	for (size_t i = 0; i < json_array_size(ids) && i < NAMES_SHOWN; i++)
		buf_printf(&call->out, "%s%s", i ? ", " : ": ",
			   json_string_value(json_array_get(ids, i)));
	if (matched > NAMES_SHOWN)
		buf_printf(&call->out, " and %lld more", (long long)matched - NAMES_SHOWN);
	buf_addc(&call->out, '\n');
}

static int by_condition(struct cmd_call *call, const struct live_many *m)
{
	bool dry = cmd_flag(call, "dry-run"), yes = cmd_flag(call, "yes");
	json_t *reply = NULL;
	int code;

	if (!dry && !yes && !change_may_ask(call))
		return EXIT_USAGE;
	code = select_them(call, m, dry || !yes, &reply);
	if (code == EXIT_DONE && !dry && !yes) {
		put_found(call, m, reply);
		if (number_of(reply, "matched") == 0) {
			json_decref(reply);
			return EXIT_DONE;
		}
		json_decref(reply);
		reply = NULL;
		if (!cmd_ask(call, "%s them?", m->verb))
			return cmd_error(call, EXIT_REFUSED, NULL, "nothing was done");
		code = select_them(call, m, false, &reply);
	}
	if (code != EXIT_DONE)
		return code;
	if (cmd_wants_json(call))
		return cmd_reply(call, EXIT_DONE, reply);
	if (dry || yes)
		put_found(call, m, reply);
	if (!dry)
		(void)cmd_ok(call, "%lld %s", (long long)number_of(reply, "done"), m->done);
	json_decref(reply);
	return EXIT_DONE;
}

int live_many(struct cmd_call *call, const struct live_many *m)
{
	const char *const *words = cmd_args(call, m->what);
	bool condition = cmd_opt(call, "where") || cmd_flag(call, "all");

	if (condition && words[0])
		return cmd_error(call, EXIT_USAGE, NULL,
				 "name %ss, or give --where or --all: not both", m->what);
	if (cmd_opt(call, "where") && cmd_flag(call, "all"))
		return cmd_error(call, EXIT_USAGE, NULL, "--where and --all exclude each other");
	if (!condition && !words[0])
		return cmd_error(call, EXIT_USAGE,
				 arena_printf(call->mem, "gamectl get %ss lists them", m->what).p,
				 "which %ss? Name them, or give --where or --all", m->what);
	if (!condition && cmd_flag(call, "dry-run"))
		return cmd_error(call, EXIT_USAGE, NULL, "--dry-run goes with --where or --all");
	return condition ? by_condition(call, m) : named(call, m, words);
}

int live_doors(struct cmd_call *call, const char *verb, const char *outcome)
{
	const char *word = cmd_arg(call, "thing") ? cmd_arg(call, "thing") : "server";
	struct live_thing thing;
	json_t *body, *reply = NULL;
	int code = live_thing(call, word, 1u << LIVE_SERVER | 1u << LIVE_ROOMTYPE | 1u << LIVE_ROOM,
			      &thing);

	if (code != EXIT_DONE)
		return code;
	body = live_message(call);
	if (!body)
		return EXIT_USAGE;
	code = remote_post(call, arena_printf(call->mem, "%s/%s", thing.path, verb).p, body,
			   &reply);
	json_decref(body);
	if (code != EXIT_DONE || cmd_wants_json(call))
		return code == EXIT_DONE ? cmd_reply(call, EXIT_DONE, reply) : code;
	(void)cmd_ok(call, "%s %s%s", thing.name, outcome,
		     json_is_true(json_object_get(reply, "changed")) ? "" : ", as before");
	json_decref(reply);
	return EXIT_DONE;
}
