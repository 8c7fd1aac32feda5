/* gamectl/commands/cmd_drain.c */
#include <inttypes.h>
#include <stdlib.h>

#include "args.h"
#include "drain_view.h"
#include "live.h"
#include "remote.h"

/* ---- Options ---- */

/* "200/s" or "200". */
static bool put_rate(struct cmd_call *call, json_t *body)
{
	struct str text = str_of(cmd_opt(call, "rate"));
	int64_t rate;

	if (str_ends(text, STR("/s")))
		text.n -= 2;
	if (!args_number(CMD_INT, text, &rate) || rate < 1 || rate > 1000000) {
		(void)cmd_error(call, EXIT_USAGE, "as in --rate 200/s",
				"--rate takes 1/s to 1000000/s, not \"%s\"", cmd_opt(call, "rate"));
		return false;
	}
	(void)json_object_set_new(body, "rate", json_integer(rate));
	return true;
}

/* "10m,1m"; "none". */
static bool put_notices(struct cmd_call *call, json_t *body)
{
	struct str rest = str_of(cmd_opt(call, "notice")), part;
	json_t *list = json_array();
	int64_t ms;

	(void)json_object_set_new(body, "notices_ms", list);
	while (!str_is(rest, "none") && str_cut(&rest, ',', &part)) {
		if (!args_number(CMD_DURATION, str_trim(part), &ms) || json_array_size(list) == 8) {
			(void)cmd_error(call, EXIT_USAGE, "as in --notice 10m,1m, or --notice none",
					"--notice takes up to 8 durations, not \"%s\"",
					cmd_opt(call, "notice"));
			return false;
		}
		json_array_append_new(list, json_integer(ms));
	}
	return true;
}

/* NULL: told. */
static json_t *body_of(struct cmd_call *call, const struct live_thing *thing)
{
	json_t *body = live_message(call);
	bool fine = body != NULL;

	if (fine && cmd_has(call, "deadline"))
		(void)json_object_set_new(body, "deadline_ms",
					  json_integer(cmd_duration_ms(call, "deadline")));
	if (fine && cmd_has(call, "policy"))
		(void)json_object_set_new(body, "policy", json_string(cmd_opt(call, "policy")));
	if (fine && cmd_has(call, "lb-wait") && thing->kind == LIVE_SERVER)
		(void)json_object_set_new(body, "lb_wait_ms",
					  json_integer(cmd_duration_ms(call, "lb-wait")));
	fine = fine && (!cmd_has(call, "rate") || put_rate(call, body)) &&
	       (!cmd_has(call, "notice") || put_notices(call, body));
	if (fine && cmd_flag(call, "plan"))
		(void)json_object_set_new(body, "dry_run", json_true());
	if (!fine)
		json_decref(body);
	return fine ? body : NULL;
}

static int check_options(struct cmd_call *call, const struct live_thing *thing)
{
	static const char *const shaping[] = {"deadline", "policy", "rate", "notice", "lb-wait"};

	if (cmd_flag(call, "plan") && cmd_flag(call, "abort"))
		return cmd_error(call, EXIT_USAGE, NULL, "--plan and --abort exclude each other");
	if (cmd_flag(call, "wait") && cmd_flag(call, "detach"))
		return cmd_error(call, EXIT_USAGE, NULL, "--wait and --detach exclude each other");
	for (size_t i = 0; cmd_flag(call, "abort") && i < ARRAY_LEN(shaping); i++)
		if (cmd_has(call, shaping[i]))
			return cmd_error(call, EXIT_USAGE, NULL, "--%s does not go with --abort",
					 shaping[i]);
	if (cmd_has(call, "lb-wait") && thing->kind != LIVE_SERVER)
		return cmd_error(
			call, EXIT_USAGE, NULL,
			"--lb-wait is for the server: load balancers know nothing of rooms");
	return EXIT_DONE;
}

/* ---- Following ---- */

struct following {
	struct cmd_call *call;
	struct drain_view view;
	json_t *last;
	bool failed;
};

static int on_line(void *ctx, json_t *line)
{
	struct following *f = ctx;

	if (json_object_get(line, "error")) {
		f->failed = true;
		return 1;
	}
	json_decref(f->last);
	f->last = json_incref(line);
	drain_view_show(f->call, &f->view, line);
	return f->call->out_gone;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static int64_t number_of(const json_t *object, const char *key)
{
	return (int64_t)json_integer_value(json_object_get(object, key));
}

/* How it ended, as an exit code and in words. */
static int tell_end(struct cmd_call *call, json_t *drain)
{
	const char *outcome = text_of(drain, "outcome"), *target = text_of(drain, "target");
	int64_t rooms = number_of(drain, "rooms_cut");

	if (strcmp(outcome, "aborted") == 0)
		return cmd_error_with(call, EXIT_CONFLICT, "aborted", drain, NULL,
				      "the drain of %s was called off", target);
	if (strcmp(outcome, "cut") == 0)
		return cmd_error_with(call, EXIT_TIMEOUT, "timeout", drain, NULL,
				      "the deadline closed %" PRId64 " room%s with %" PRId64
				      " player%s; %s is drained",
				      rooms, rooms == 1 ? "" : "s", number_of(drain, "players_cut"),
				      number_of(drain, "players_cut") == 1 ? "" : "s", target);
	if (cmd_wants_json(call))
		return cmd_reply(call, EXIT_DONE, json_incref(drain));
	return cmd_ok(call, "%s is drained", target);
}

static int follow(struct cmd_call *call, const struct live_thing *thing)
{
	struct following f = {.call = call};
	const char *path = remote_path(call, "/v1/drain?follow=1&target=%s", thing->name);
	int code;

	remote_writes_on(
		"drain",
		arena_printf(call->mem,
			     "gamectl drain %s shows it again, with --abort it is called off",
			     thing->name)
			.p);
	code = remote_follow(call, path, on_line, &f);
	drain_view_end(&f.view);
	if (code == EXIT_DONE && (f.failed || !f.last))
		code = cmd_error(call, EXIT_INTERNAL, NULL, "the daemon lost sight of the drain");
	else if (code == EXIT_DONE && strcmp(text_of(f.last, "outcome"), "running") == 0)
		code = call->out_gone ? EXIT_DONE
				      : cmd_error(call, EXIT_UNREACHABLE, NULL,
						  "gamesrvd ended before the drain did");
	else if (code == EXIT_DONE)
		code = tell_end(call, f.last);
	json_decref(f.last);
	return code;
}

/* ---- The verb ---- */

static int abort_it(struct cmd_call *call, const struct live_thing *thing)
{
	json_t *body = live_message(call), *reply = NULL;
	int code;

	if (!body)
		return EXIT_USAGE;
	(void)json_object_set_new(body, "target", json_string(thing->name));
	code = remote_post(call, "/v1/drain/abort", body, &reply);
	json_decref(body);
	if (code != EXIT_DONE || cmd_wants_json(call))
		return code == EXIT_DONE ? cmd_reply(call, EXIT_DONE, reply) : code;
	json_decref(reply);
	return cmd_ok(call, "called off: %s is open to newcomers", thing->name);
}

static int show_plan(struct cmd_call *call, json_t *reply)
{
	if (cmd_wants_json(call))
		return cmd_reply(call, EXIT_DONE, reply);
	drain_view_plan(call, json_object_get(reply, "plan"));
	json_decref(reply);
	return EXIT_DONE;
}

static int show_begun(struct cmd_call *call, const struct live_thing *thing, json_t *reply)
{
	const json_t *drain = json_object_get(reply, "drain");
	bool over = strcmp(text_of(drain, "outcome"), "running") != 0;

	if (cmd_wants_json(call))
		return cmd_reply(call, EXIT_DONE, reply);
	drain_view_line(call, &call->out, drain);
	buf_printf(&call->out, "\ngamectl drain %s%s\n", thing->name,
		   over ? " --abort opens it again"
			: " shows how it goes on, with --abort it is called off");
	json_decref(reply);
	return EXIT_DONE;
}

static int drain(struct cmd_call *call)
{
	const char *word = cmd_arg(call, "thing") ? cmd_arg(call, "thing") : "server";
	struct live_thing thing;
	json_t *body, *reply = NULL;
	int code = live_thing(call, word, 1u << LIVE_SERVER | 1u << LIVE_ROOMTYPE | 1u << LIVE_ROOM,
			      &thing);

	if (code == EXIT_DONE)
		code = check_options(call, &thing);
	if (code != EXIT_DONE)
		return code;
	if (cmd_flag(call, "abort"))
		return abort_it(call, &thing);
	body = body_of(call, &thing);
	if (!body)
		return EXIT_USAGE;
	code = remote_post(call, arena_printf(call->mem, "%s/drain", thing.path).p, body, &reply);
	json_decref(body);
	if (code != EXIT_DONE)
		return code;
	if (cmd_flag(call, "plan"))
		return show_plan(call, reply);
	if (!json_is_true(json_object_get(json_object_get(reply, "drain"), "durable")) &&
	    thing.kind != LIVE_ROOM)
		cmd_warn(call,
			 "it could not be recorded: a restart of gamesrvd would not go on with it");
	if (cmd_flag(call, "detach"))
		return show_begun(call, &thing, reply);
	json_decref(reply);
	return follow(call, &thing);
}

const struct cmd cmd_drain = {
	.name = "drain",
	.group = CMD_ACT,
	.place = 6,
	.params = "thing?:target",
	.options =
		(const struct cmd_option[]){
			{.name = "deadline",
			 .arg = "DURATION",
			 .value = CMD_DURATION,
			 .max = INT64_C(30) * 86400000,
			 .doc = "What is left then is closed; counts from now (30m)"},
			{.name = "policy",
			 .arg = "POLICY",
			 .complete = "wait|end|kick",
			 .doc = "Rooms: wait until they end, end them in order, or close them "
				"(wait)"},
			{.name = "rate", .arg = "N/s", .doc = "Players sent away a second (200/s)"},
			{.name = "notice",
			 .arg = "DURATIONS",
			 .doc = "Players are told so long before the end (wait: 10m,1m; else "
				"none)"},
			{.name = "lb-wait",
			 .arg = "DURATION",
			 .value = CMD_DURATION,
			 .max = INT64_C(30) * 86400000,
			 .doc = "/readyz fails for so long before anybody is refused "
				"(Server.shutdown.lb_wait)"},
			{.name = "wait", .doc = "Show how it goes until it is over (the default)"},
			{.name = "detach", .doc = "Begin it and return"},
			{.name = "plan",
			 .doc = "Say what it would touch and how long it would take"},
			{.name = "abort", .doc = "Call it off; newcomers get in again"},
			LIVE_OPT_MESSAGE,
			{.name = NULL},
		},
	.online = true,
	.run = drain,
	.summary = "Empty the server, a room type or a room: nobody new gets in, matches may end",
	.text = "THING is server (the default), roomtype/NAME or room/ID. Phases: cordoned "
		"(/readyz fails, everybody is "
		"served), lb-wait, notify (from here on no room opens, nobody joins; players whose "
		"line breaks still "
		"come back), draining, drained. Players in no room are sent away at the rate, "
		"empty rooms close at "
		"once.\n"
		"\n"
		"It belongs to the daemon: Ctrl-C only stops watching, and a daemon that was "
		"killed goes on with the same "
		"deadline when it is back. The same command again joins it, and changes what it is "
		"given. A drained "
		"server serves again after --abort or an orderly restart. SIGTERM joins a drain "
		"that runs and keeps the "
		"nearer deadline.",
	.examples =
		"gamectl drain --plan\twhat it would touch\n"
		"gamectl drain --deadline 30m && systemctl restart gamesrvd\tupgrade without a "
		"lost match\n"
		"gamectl drain roomtype/duel --policy end -m \"bug in scoring\"\tone type, now\n"
		"gamectl drain --detach --lb-wait 10s\tin a preStop hook\n"
		"gamectl drain --abort\tserve again\n",
	.exits = "4 it was called off, or nothing is there to abort\n"
		 "5 no daemon answers, or it ended meanwhile\n"
		 "6 it is drained, but the deadline closed rooms in which somebody played\n"
		 "7 there is no such room or room type\n",
};
