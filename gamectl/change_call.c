/* gamectl/change_call.c */
#include "change_call.h"

#include <inttypes.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "plan_view.h"
#include "remote.h"

enum {
	LINES_SHOWN = 200,
	POLL_MS = 500,
	GRACE_MS = 30000, /* behind the deadline, for a daemon that is just being restarted */
};

static int64_t number_of(const json_t *object, const char *key)
{
	return (int64_t)json_integer_value(json_object_get(object, key));
}

static bool text_is(const json_t *object, const char *key, const char *text)
{
	const char *v = json_string_value(json_object_get(object, key));

	return v && strcmp(v, text) == 0;
}

bool change_may_ask(struct cmd_call *call)
{
	if (!cmd_wants_json(call) && call->term_err.tty && isatty(STDIN_FILENO) == 1)
		return true;
	(void)cmd_error(call, EXIT_USAGE,
			"-y goes on without a question; --dry-run only says what would happen",
			"%s asks before it changes anything, and %s", call->cmd->name,
			cmd_wants_json(call) ? "-o json leaves no place for a question"
					     : "there is no terminal to ask on");
	return false;
}

static void put_pending(struct cmd_call *call, const json_t *reply)
{
	int64_t n = number_of(reply, "pending_total");

	if (n > 0)
		buf_printf(&call->out,
			   "%" PRId64 " %s for a restart of gamesrvd: gamectl pending\n", n,
			   n == 1 ? "change waits" : "changes wait");
}

static void put_confirm(struct cmd_call *call, const json_t *confirm)
{
	const char *deadline = json_string_value(json_object_get(confirm, "deadline"));
	const json_t *left = json_object_get(confirm, "remaining_ms");

	if (!json_is_object(confirm))
		return;
	buf_add(&call->out, STR("revision "));
	buf_printf(&call->out, "%" PRId64 " comes back in ", number_of(confirm, "rolls_back_to"));
	cmd_show_ms(&call->out, call, left, NULL);
	buf_add(&call->out, STR(" ("));
	term_put(&call->out, &call->term_out, TERM_PLAIN, str_of(deadline ? deadline : "?"));
	buf_add(&call->out, STR(") unless this one is confirmed:\n"
				"  gamectl confirm    keeps it\n"
				"  gamectl cancel     takes it back now\n"));
}

static void put_outcome(struct cmd_call *call, const json_t *reply)
{
	const struct term *t = &call->term_out;
	int64_t revision = number_of(reply, "revision");
	const json_t *took = json_object_get(json_object_get(reply, "stages"), "total_ms");

	if (text_is(reply, "outcome", "dry-run")) {
		buf_printf(&call->out,
			   "dry run: nothing was changed; revision %" PRId64 " is in force\n",
			   revision);
		return;
	}
	if (text_is(reply, "outcome", "unchanged")) {
		buf_printf(&call->out,
			   "nothing to do: revision %" PRId64 " says all of this already\n",
			   revision);
	} else {
		buf_printf(&call->out, "%srevision %" PRId64 " is in force%s",
			   term_on(t, TERM_GREEN), revision, term_off(t));
		if (json_is_number(took)) {
			buf_add(&call->out, STR(" after "));
			cmd_show_ms(&call->out, call, took, NULL);
		}
		buf_addc(&call->out, '\n');
	}
	put_pending(call, reply);
	put_confirm(call, json_object_get(reply, "confirm"));
}

/* Shows what would happen and asks. EXIT_DONE with *base, or the exit code; *idle: there is nothing to do. */
static int look_and_ask(struct cmd_call *call, const struct change_call *how, int64_t *base,
			bool *idle)
{
	json_t *reply = NULL;
	int code = how->send(call, how->ctx, true, *base, &reply);

	if (code != EXIT_DONE)
		return code;
	*idle = text_is(reply, "outcome", "unchanged");
	*base = number_of(reply, "base_revision");
	if (*idle) {
		put_outcome(call, reply);
	} else {
		plan_view(call, reply, LINES_SHOWN);
		if (!cmd_ask(call, "%s this?", how->verb))
			code = cmd_error(call, EXIT_REFUSED, NULL,
					 "you did not say yes; nothing was changed");
	}
	json_decref(reply);
	return code;
}

/* The answer of the change itself; takes `reply`. */
static int tell(struct cmd_call *call, const struct change_call *how, json_t *reply, bool shown)
{
	const json_t *confirm = json_object_get(reply, "confirm");
	bool changed = text_is(reply, "outcome", "applied");
	const char *final = NULL;
	int code = EXIT_DONE;

	if (!cmd_wants_json(call)) {
		if (!shown && !text_is(reply, "outcome", "unchanged"))
			plan_view(call, reply, LINES_SHOWN);
		put_outcome(call, reply);
		(void)cmd_flush(call);
	}
	if (how->wait && changed && json_is_object(confirm)) {
		code = change_wait(call, number_of(reply, "revision"),
				   number_of(confirm, "remaining_ms"), &final);
		if (final)
			(void)json_object_set_new(reply, "final", json_string(final));
	}
	if (cmd_wants_json(call) && (final || code == EXIT_DONE))
		return cmd_reply(call, (enum exit_code)code, reply);
	json_decref(reply);
	return code;
}

int change_run(struct cmd_call *call, const struct change_call *how)
{
	bool dry_run = cmd_flag(call, "dry-run"), asks = !dry_run && !cmd_flag(call, "yes");
	int64_t base = cmd_has(call, "if-revision") ? cmd_int(call, "if-revision") : -1;
	json_t *reply = NULL;
	bool idle = false;
	int code = EXIT_DONE;

	if (asks)
		code = look_and_ask(call, how, &base, &idle);
	if (code != EXIT_DONE || idle)
		return code;
	if (!dry_run)
		remote_writes(how->verb);
	code = how->send(call, how->ctx, dry_run, base, &reply);
	return code == EXIT_DONE ? tell(call, how, reply, asks) : code;
}

/* How the window ended: the revision behind the pending one took it back. */
static int end_of_window(struct cmd_call *call, int64_t revision, const json_t *state,
			 const char **final)
{
	struct admin_answer next = {0};
	bool cancelled = false;

	if (!text_is(state, "outcome", "rolled-back")) {
		*final = "confirmed";
		return cmd_ok(call, "revision %" PRId64 " is confirmed", revision);
	}
	if (remote_call(call, "GET",
			remote_path(call, "/v1/revisions/%s",
				    arena_printf(call->mem, "%" PRId64, revision + 1).p),
			NULL, &next) == EXIT_DONE)
		cancelled = text_is(json_object_get(next.body, "revision"), "origin", "cancel");
	admin_answer_free(&next);
	*final = cancelled ? "cancelled" : "rolled-back";
	if (cmd_wants_json(call))
		return cancelled ? EXIT_CONFLICT : EXIT_TIMEOUT;
	if (cancelled)
		return cmd_error(call, EXIT_CONFLICT, NULL, "revision %" PRId64 " was cancelled",
				 revision);
	return cmd_error(call, EXIT_TIMEOUT, NULL,
			 "nobody confirmed revision %" PRId64 " in time: it was taken back",
			 revision);
}

int change_wait(struct cmd_call *call, int64_t revision, int64_t window_ms, const char **final)
{
	const char *path = remote_path(call, "/v1/revisions/%s",
				       arena_printf(call->mem, "%" PRId64, revision).p);
	int64_t give_up = time_mono_us() / 1000 + window_ms + GRACE_MS;
	const struct timespec pause = {.tv_nsec = POLL_MS * 1000000};

	for (;;) {
		struct admin_answer answer = {0};
		int code = (int)remote_call(call, "GET", path, NULL, &answer);
		const json_t *state = json_object_get(answer.body, "revision");
		bool late = time_mono_us() / 1000 > give_up;

		if (code == EXIT_DONE && !text_is(state, "outcome", "pending"))
			code = end_of_window(call, revision, state, final);
		else if (code != EXIT_DONE && (code != EXIT_UNREACHABLE || late))
			code = remote_fail(call, &answer);
		else if (late)
			code = cmd_error(call, EXIT_TIMEOUT, "gamectl status tells how it stands",
					 "revision %" PRId64 " still waits for confirmation",
					 revision);
		else
			code = -1;
		admin_answer_free(&answer);
		if (code >= 0)
			return code;
		cmd_progress(call, "revision %" PRId64 " waits for confirmation", revision);
		nanosleep(&pause, NULL);
	}
}
