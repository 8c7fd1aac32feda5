/* gamectl/call.c
 * One call of a verb: its words and options, and --watch around it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "frame.h"

enum { WATCH_MS = 1000 };

NORETURN static void no_such(const struct cmd_call *call, const char *name)
{
	fprintf(stderr, "gamectl: %s asks for \"%s\", which its row does not have\n",
		call->cmd->name, name);
	abort();
}

static const char **words_of(const struct cmd_call *call, const char *name)
{
	const struct cmd_args *a = call->args;

	for (size_t i = 0; i < a->param_count; i++)
		if (str_is(a->params[i].name, name))
			return a->words[i];
	no_such(call, name);
}

const char *const *cmd_args(const struct cmd_call *call, const char *name)
{
	static const char *const none[] = {NULL};
	const char **words = words_of(call, name);

	return words ? (const char *const *)words : none;
}

const char *cmd_arg(const struct cmd_call *call, const char *name)
{
	return cmd_args(call, name)[0];
}

static const struct cmd_option *option_of(const struct cmd_call *call, const char *name)
{
	const struct cmd_option *o = cmd_option_find(call->cmd, str_of(name), 0);

	if (!o)
		no_such(call, name);
	return o;
}

bool cmd_has(const struct cmd_call *call, const char *name)
{
	(void)option_of(call, name);
	return args_given(call->args, name) != NULL;
}

bool cmd_flag(const struct cmd_call *call, const char *name)
{
	return cmd_has(call, name);
}

const char *cmd_opt(const struct cmd_call *call, const char *name)
{
	const struct cmd_option *o = option_of(call, name);
	const struct cmd_value_given *given = args_given(call->args, name);

	return given ? given->text : o->fallback;
}

static int64_t number_of(const struct cmd_call *call, const char *name, enum cmd_value value)
{
	const struct cmd_option *o = option_of(call, name);
	const struct cmd_value_given *given = args_given(call->args, name);
	int64_t number = 0;

	if (o->value != value)
		no_such(call, name);
	if (given)
		return given->number;
	if (o->fallback && !args_number(value, str_of(o->fallback), &number))
		no_such(call, name);
	return number;
}

int64_t cmd_int(const struct cmd_call *call, const char *name)
{
	return number_of(call, name, CMD_INT);
}

int64_t cmd_duration_ms(const struct cmd_call *call, const char *name)
{
	return number_of(call, name, CMD_DURATION);
}

uint64_t cmd_bytes(const struct cmd_call *call, const char *name)
{
	return (uint64_t)number_of(call, name, CMD_SIZE);
}

void call_init(struct cmd_call *call, struct arena *mem, const struct cmd_args *args,
	       enum cmd_output output)
{
	const struct cmd_value_given *colour = args_given(args, "color");
	const struct cmd_value_given *path = args_given(args, "socket");
	const char *when = colour ? colour->text : "auto";

	*call = (struct cmd_call){.cmd = args->cmd, .mem = mem, .args = args, .output = output};
	term_init(&call->term_out, STDOUT_FILENO, when);
	term_init(&call->term_err, STDERR_FILENO, when);
	call->socket = path ? path->text : NULL;
}

/* Shows what changed since the last time; nothing changed: nothing. */
static bool show_again(struct cmd_call *call, struct buf *last)
{
	struct buf now = call->out;
	bool same = last->p && str_eq(buf_str(&now), buf_str(last));

	call->out = (struct buf){0};
	if (!same && call->term_out.tty && !cmd_wants_json(call))
		buf_add(&call->out, STR("\x1b[H\x1b[2J"));
	if (!same)
		buf_add(&call->out, buf_str(&now));
	buf_free(last);
	*last = now;
	return cmd_flush(call);
}

static int run_watching(struct cmd_call *call)
{
	const struct timespec pause = {.tv_sec = WATCH_MS / 1000,
				       .tv_nsec = WATCH_MS % 1000 * 1000000};
	struct buf last = {0};
	int code;

	call->watching = true;
	do {
		CLEANUP(arena_freep) struct arena *turn = arena_new("watch");
		struct arena *whole = call->mem;

		call->mem = turn;
		code = call->cmd->run(call);
		call->mem = whole;
		if (!show_again(call, &last))
			break;
		nanosleep(&pause, NULL);
	} while (code == EXIT_DONE);
	buf_free(&last);
	return code;
}

int call_run(struct cmd_call *call)
{
	if (call->cmd->listing && cmd_flag(call, "watch"))
		return run_watching(call);
	return call->cmd->run(call);
}
