/* gamectl/remote.c */
#include "remote.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "admin/socket.h"
#include "args.h"
#include "conflict.h"
#include "findings.h"

static struct {
	struct admin_client *client;
	const char *doing; /* NULL: Ctrl-C does what it always does */
	const char *hint;  /* where to look afterwards */
	volatile sig_atomic_t interrupted;
} remote;

static void on_interrupt(int signo)
{
	(void)signo;
	remote.interrupted = 1;
}

void remote_writes(const char *what)
{
	remote_writes_on(what, "What came of it: gamectl status, gamectl history");
}

void remote_writes_on(const char *what, const char *hint)
{
	const struct sigaction act = {.sa_handler = on_interrupt};

	remote.doing = what;
	remote.hint = hint;
	sigaction(SIGINT, &act, NULL);
}

static int waiting(void *ctx, int64_t elapsed_ms)
{
	(void)ctx;
	(void)elapsed_ms;
	return remote.interrupted;
}

/* The shell must see that Ctrl-C ended the process, so that a loop around it ends, too. */
NORETURN static void end_interrupted(struct cmd_call *call)
{
	cmd_progress_end(call);
	cmd_warn(call, "interrupted; the daemon goes on with the %s. %s", remote.doing,
		 remote.hint);
	signal(SIGINT, SIG_DFL);
	raise(SIGINT);
	_exit(128 + SIGINT);
}

static struct admin_client *client_of(struct cmd_call *call, struct admin_answer *out)
{
	const struct admin_options how = {
		.socket = call->socket, .program = "gamectl", .waiting = waiting};
	char fallback[ADMIN_SOCKET_MAX];
	const char *problem = NULL;

	if (!remote.client)
		remote.client = admin_client_new(&how);
	if (remote.client)
		return remote.client;
	if (call->socket)
		problem = admin_socket_problem(call->socket);
	else if (!admin_socket_default(fallback))
		problem = "the default socket's path is too long; name one with --socket";
	buf_printf(&out->message, "%s%s%s", call->socket && problem ? call->socket : "",
		   call->socket && problem ? ": " : "", problem ? problem : "out of memory");
	out->code = problem ? "usage" : "internal";
	out->exit = problem ? EXIT_USAGE : EXIT_INTERNAL;
	return NULL;
}

enum exit_code remote_call(struct cmd_call *call, const char *method, const char *path,
			   const json_t *body, struct admin_answer *out)
{
	struct admin_client *client = client_of(call, out);

	if (!client)
		return out->exit;
	cmd_progress(call, "gamesrvd: %s", remote.doing ? remote.doing : "waiting for the answer");
	(void)admin_call(client, method, path, body, out);
	cmd_progress_end(call);
	if (remote.interrupted)
		end_interrupted(call);
	return out->exit;
}

/* Where the things are listed that are not there, or that this verb takes. */
static const char *where_they_are(const struct cmd_call *call, struct str message)
{
	static const struct {
		const char *missing, *complete, *hint;
	} lists[] = {
		{"there is no kind ", "kind", "gamectl get lists the kinds"},
		{"there is no room type ", "", "gamectl get RoomType lists them"},
		{"there is no room ", "room", "gamectl get rooms lists them"},
		{"there is no session ", "session", "gamectl get sessions lists them"},
		{"there is no document ", "thing",
		 "gamectl get KIND lists the documents of a kind"},
		{NULL, "field", "gamectl get KIND lists the documents of a kind"},
		{NULL, "revision", "gamectl history lists them"},
	};

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (lists[i].missing && str_starts(message, str_of(lists[i].missing)))
			return lists[i].hint;
	for (size_t i = 0; i < call->args->param_count; i++)
		for (size_t k = 0; k < ARRAY_LEN(lists); k++)
			if (str_is(call->args->params[i].complete, lists[k].complete))
				return lists[k].hint;
	return NULL;
}

static const char *hint_of(struct cmd_call *call, const struct admin_answer *answer)
{
	static const struct {
		const char *code, *hint;
	} hints[] = {
		{"confirm_pending", "gamectl confirm keeps it, gamectl cancel takes it back"},
		{"storage", "the configuration in force is unchanged and goes on"},
	};
	const char *near = json_string_value(json_object_get(answer->details, "did_you_mean"));
	const json_t *removed = json_object_get(answer->details, "documents_removed");

	if (near)
		return arena_printf(call->mem, "did you mean %s?", near).p;
	if (answer->code && strcmp(answer->code, "not_found") == 0)
		return where_they_are(call, buf_str(&answer->message));
	for (size_t i = 0; answer->code && i < ARRAY_LEN(hints); i++)
		if (strcmp(answer->code, hints[i].code) == 0)
			return hints[i].hint;
	if (answer->code && strcmp(answer->code, "mass_delete") == 0 && json_is_integer(removed))
		return arena_printf(
			       call->mem,
			       "gamectl plan lists them; if that is meant, say --allow-delete %lld",
			       (long long)json_integer_value(removed))
			.p;
	return NULL;
}

int remote_fail(struct cmd_call *call, const struct admin_answer *answer)
{
	struct str message = buf_str(&answer->message);

	if (answer->code && strcmp(answer->code, "invalid") == 0 &&
	    json_is_array(json_object_get(answer->details, "findings")))
		return findings_fail(call, answer->details, NULL);
	if (answer->code && strcmp(answer->code, "conflict") == 0 && answer->details)
		return conflict_fail(call, message, answer->details);
	return cmd_error_with(call, answer->exit, answer->code, answer->details,
			      hint_of(call, answer), STR_FMT, STR_ARG(message));
}

static int call_or_fail(struct cmd_call *call, const char *method, const char *path,
			const json_t *body, json_t **reply)
{
	struct admin_answer answer = {0};
	int code = (int)remote_call(call, method, path, body, &answer);

	if (code == EXIT_DONE)
		*reply = json_incref(answer.body);
	else
		code = remote_fail(call, &answer);
	admin_answer_free(&answer);
	return code;
}

int remote_get(struct cmd_call *call, const char *path, json_t **reply)
{
	return call_or_fail(call, "GET", path, NULL, reply);
}

int remote_post(struct cmd_call *call, const char *path, const json_t *body, json_t **reply)
{
	return call_or_fail(call, "POST", path, body, reply);
}

int remote_follow(struct cmd_call *call, const char *path, admin_line_fn *on_line, void *ctx)
{
	struct admin_answer answer = {0};
	struct admin_client *client = client_of(call, &answer);
	int code = (int)answer.exit;

	if (client)
		code = (int)admin_follow(client, path, on_line, ctx, &answer);
	if (remote.interrupted)
		end_interrupted(call);
	if (code != EXIT_DONE)
		code = remote_fail(call, &answer);
	admin_answer_free(&answer);
	return code;
}

int remote_download(struct cmd_call *call, const char *path, struct buf *bytes)
{
	struct admin_answer answer = {0};
	int code = (int)remote_call(call, "GET", path, NULL, &answer);

	if (code == EXIT_DONE) {
		*bytes = answer.text;
		answer.text = (struct buf){0};
	} else {
		code = remote_fail(call, &answer);
	}
	admin_answer_free(&answer);
	return code;
}

const char *remote_path(struct cmd_call *call, const char *fmt, ...)
{
	CLEANUP(buf_free) struct buf path = {0};
	va_list args;

	va_start(args, fmt);
	for (const char *p = fmt; *p; p++) {
		if (p[0] == '%' && p[1] == 's') {
			admin_escape(&path, str_of(va_arg(args, const char *)));
			p++;
		} else {
			buf_addc(&path, *p);
		}
	}
	va_end(args);
	return arena_cstr(call->mem, buf_str(&path));
}

const char *remote_revision(struct cmd_call *call, const char *word)
{
	const char *digits = *word == 'r' ? word + 1 : word;
	size_t n = strspn(digits, "0123456789");

	if (strcmp(word, "current") == 0)
		return word;
	if (n > 0 && n <= 18 && digits[n] == '\0')
		return digits;
	(void)cmd_error(call, EXIT_USAGE, "gamectl history lists them",
			"\"%s\" is no revision: write its number, or current", word);
	return NULL;
}
