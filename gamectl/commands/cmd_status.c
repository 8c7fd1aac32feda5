/* gamectl/commands/cmd_status.c
 * What runs, whether the disk says the same, what waits, what is wrong.
 */
#include <inttypes.h>
#include <time.h>

#include "conf/render.h"
#include "remote.h"

enum { SURE_MS = 3000 };

static int64_t number_of(const json_t *object, const char *key)
{
	return (int64_t)json_integer_value(json_object_get(object, key));
}

static struct str text_of(const json_t *object, const char *key)
{
	return str_of(json_string_value(json_object_get(object, key)));
}

static void put_label(struct cmd_call *call, const char *label)
{
	buf_printf(&call->out, "%s%-10s%s", term_on(&call->term_out, TERM_DIM), label,
		   term_off(&call->term_out));
}

static void put_head(struct cmd_call *call, const json_t *s)
{
	struct str state = text_of(s, "state");
	bool ready = str_is(state, "ready");

	put_label(call, "gamesrvd");
	term_put(&call->out, &call->term_out, TERM_PLAIN, text_of(s, "version"));
	buf_addc(&call->out, ' ');
	term_put(&call->out, &call->term_out, ready ? TERM_GREEN : TERM_YELLOW, state);
	buf_add(&call->out, STR(", up "));
	cmd_show_ms(&call->out, call, json_object_get(s, "uptime_ms"), s);
	buf_printf(&call->out, ", pid %" PRId64 "\n", number_of(s, "pid"));
}

static void put_revision(struct cmd_call *call, const json_t *s)
{
	const json_t *r = json_object_get(s, "revision");
	struct str message = text_of(r, "message");

	put_label(call, "revision");
	if (!json_is_integer(json_object_get(r, "revision")) || number_of(r, "revision") == 0) {
		buf_add(&call->out, STR("none yet: the defaults are in force\n"));
		return;
	}
	buf_printf(&call->out, "%s%" PRId64 "%s, ", term_on(&call->term_out, TERM_BOLD),
		   number_of(r, "revision"), term_off(&call->term_out));
	conf_render_safe(&call->out, text_of(r, "origin"));
	buf_add(&call->out, STR(" by "));
	conf_render_safe(&call->out, text_of(json_object_get(r, "actor"), "name"));
	buf_addc(&call->out, ' ');
	cmd_show_time(&call->out, call, json_object_get(r, "time"), r);
	if (message.n) {
		buf_add(&call->out, STR(": "));
		conf_render_safe(&call->out, message);
	}
	buf_addc(&call->out, '\n');
	put_label(call, "holds");
	buf_printf(&call->out, "%" PRId64 " document%s, ", number_of(s, "documents"),
		   number_of(s, "documents") == 1 ? "" : "s");
	cmd_show_bytes(&call->out, call, json_object_get(s, "bytes"), s);
	buf_addc(&call->out, '\n');
}

/* Where no watch tells of edits, an old look proves nothing about now. */
static void put_age(struct cmd_call *call, const json_t *bundle)
{
	const json_t *checked = json_object_get(bundle, "checked");
	int64_t age_ms = cmd_age_ms(checked);

	if (!str_is(text_of(bundle, "mechanism"), "none") || age_ms < SURE_MS)
		return;
	buf_add(&call->out, STR(" (as read "));
	cmd_show_time(&call->out, call, checked, bundle);
	buf_addc(&call->out, ')');
}

static void put_bundle(struct cmd_call *call, const json_t *s)
{
	static const struct {
		const char *state, *text;
		enum term_style style;
	} states[] = {
		{"in-sync", "is what is in force", TERM_GREEN},
		{"differs", "differs from what is in force", TERM_YELLOW},
		{"invalid", "has errors; what is in force goes on", TERM_RED},
		{"missing", "is not there", TERM_RED},
		{"unreadable", "cannot be read", TERM_RED},
		{"unknown", "was not looked at yet", TERM_DIM},
	};
	const json_t *b = json_object_get(s, "bundle");
	struct str path = text_of(b, "path");

	if (path.n == 0)
		return;
	put_label(call, "bundle");
	conf_render_safe(&call->out, path);
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		if (str_is(text_of(b, "state"), states[i].state))
			buf_printf(&call->out, " %s%s%s", term_on(&call->term_out, states[i].style),
				   states[i].text, term_off(&call->term_out));
	put_age(call, b);
	buf_addc(&call->out, '\n');
	put_label(call, "watch");
	conf_render_safe(&call->out, text_of(b, "watch"));
	if (!str_is(text_of(b, "watch"), "off")) {
		buf_add(&call->out, STR(" ("));
		conf_render_safe(&call->out, text_of(b, "mechanism"));
		buf_addc(&call->out, ')');
	}
	buf_addc(&call->out, '\n');
}

static void put_waiting(struct cmd_call *call, const json_t *s)
{
	const json_t *confirm = json_object_get(s, "confirm");
	int64_t pending = number_of(s, "pending_total");

	if (json_is_object(confirm)) {
		put_label(call, "confirm");
		buf_printf(&call->out, "%srevision %" PRId64 " comes back in ",
			   term_on(&call->term_out, TERM_YELLOW),
			   number_of(confirm, "rolls_back_to"));
		cmd_show_ms(&call->out, call, json_object_get(confirm, "remaining_ms"), confirm);
		buf_printf(&call->out,
			   "%s: gamectl confirm keeps revision %" PRId64
			   ", gamectl cancel takes it back now\n",
			   term_off(&call->term_out), number_of(confirm, "revision"));
	}
	if (pending > 0) {
		put_label(call, "pending");
		buf_printf(&call->out, "%" PRId64 " %s for a restart: gamectl pending\n", pending,
			   pending == 1 ? "field waits" : "fields wait");
	}
}

static void put_notes(struct cmd_call *call, const json_t *s)
{
	const json_t *alarms = json_object_get(s, "alarms");
	const json_t *overrides = json_object_get(s, "overrides");

	for (size_t i = 0; i < json_array_size(overrides); i++) {
		const json_t *o = json_array_get(overrides, i);

		put_label(call, "option");
		conf_render_safe(&call->out, text_of(o, "option"));
		buf_addc(&call->out, ' ');
		conf_render_safe(&call->out, text_of(o, "value"));
		buf_add(&call->out, STR(" overrides "));
		conf_render_safe(&call->out, text_of(o, "field"));
		buf_addc(&call->out, '\n');
	}
	for (size_t i = 0; i < json_array_size(alarms); i++) {
		const json_t *a = json_array_get(alarms, i);

		put_label(call, "alarm");
		term_put(&call->out, &call->term_out, TERM_RED, text_of(a, "code"));
		buf_add(&call->out, STR(" since "));
		cmd_show_time(&call->out, call, json_object_get(a, "since"), a);
		buf_add(&call->out, STR(": "));
		conf_render_safe(&call->out, text_of(a, "message"));
		buf_addc(&call->out, '\n');
	}
}

static void put_listening(struct cmd_call *call, const json_t *players)
{
	const json_t *urls = json_object_get(players, "listening");

	if (json_array_size(urls) == 0)
		return;
	put_label(call, "listens");
	for (size_t i = 0; i < json_array_size(urls); i++) {
		buf_add(&call->out, i ? STR(" ") : STR(""));
		conf_render_safe(&call->out, str_of(json_string_value(json_array_get(urls, i))));
	}
	buf_addc(&call->out, '\n');
}

static void put_players(struct cmd_call *call, const json_t *s)
{
	const json_t *p = json_object_get(s, "players"), *drain = json_object_get(s, "drain");
	struct str phase = text_of(drain, "phase");
	const json_t *left = json_object_get(drain, "remaining_ms");

	put_listening(call, p);
	put_label(call, "players");
	buf_printf(&call->out,
		   "%" PRId64 " session%s, %" PRId64 " in %" PRId64 " room%s; %" PRId64
		   " connection%s on %" PRId64 " loop%s\n",
		   number_of(p, "sessions"), number_of(p, "sessions") == 1 ? "" : "s",
		   number_of(p, "seated"), number_of(p, "rooms"),
		   number_of(p, "rooms") == 1 ? "" : "s", number_of(p, "connections"),
		   number_of(p, "connections") == 1 ? "" : "s", number_of(p, "loops"),
		   number_of(p, "loops") == 1 ? "" : "s");
	if (!str_is(phase, "active")) {
		put_label(call, "drain");
		term_put(&call->out, &call->term_out, TERM_YELLOW, phase);
		if (json_is_integer(left)) {
			buf_add(&call->out, STR(", at most "));
			cmd_show_ms(&call->out, call, left, drain);
		}
		buf_add(&call->out,
			STR(": gamectl drain shows it, gamectl drain --abort calls it off\n"));
	} else if (json_is_true(json_object_get(drain, "cordoned"))) {
		put_label(call, "cordon");
		term_put(&call->out, &call->term_out, TERM_YELLOW, STR("nobody new gets in"));
		buf_add(&call->out, STR(": gamectl uncordon opens again\n"));
	}
}

static int once(struct cmd_call *call)
{
	json_t *s = NULL;
	int code = remote_get(call, "/v1/status", &s);

	if (code != EXIT_DONE)
		return code;
	if (cmd_wants_json(call))
		return cmd_reply(call, EXIT_DONE, s);
	put_head(call, s);
	put_revision(call, s);
	put_bundle(call, s);
	put_players(call, s);
	put_waiting(call, s);
	put_notes(call, s);
	json_decref(s);
	return EXIT_DONE;
}

/* An unreachable daemon ends it only when it was never there: a restart is just what one watches for. */
static int status(struct cmd_call *call)
{
	const struct timespec pause = {.tv_sec = 1};
	bool seen = false;

	if (!cmd_flag(call, "watch"))
		return once(call);
	call->watching = true;
	for (;;) {
		int code;

		if (call->term_out.tty && !cmd_wants_json(call))
			buf_add(&call->out, STR("\x1b[H\x1b[2J"));
		code = once(call);
		if (code != EXIT_DONE && (code != EXIT_UNREACHABLE || !seen))
			return code;
		seen = true;
		if (!cmd_flush(call))
			return EXIT_DONE;
		nanosleep(&pause, NULL);
	}
}

const struct cmd cmd_status = {
	.name = "status",
	.group = CMD_LOOK,
	.place = 1,
	.options =
		(const struct cmd_option[]){
			{.name = "watch", .doc = "Show it again every second, until Ctrl-C"},
			{.name = NULL},
		},
	.online = true,
	.run = status,
	.summary = "Say how the daemon is, what is in force, and whether the disk says the same",
	.examples = "gamectl status\tan overview\n"
		    "gamectl status --watch\twith the countdown of a confirm window\n"
		    "gamectl status -o json | jq .alarms\tfor a monitor\n",
	.exits = "5 no daemon answers\n",
};
