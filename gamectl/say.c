/* gamectl/say.c
 * What a command says: text, one JSON or YAML document, findings, errors. Writing is here alone, so
 * that a full disk and a closed pipe are treated in one place.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "conf/render.h"
#include "frame.h"
#include "real_digits.h"

static const char *const error_words[] = {
	[EXIT_USAGE] = "usage",       [EXIT_INVALID] = "invalid",
	[EXIT_CONFLICT] = "conflict", [EXIT_UNREACHABLE] = "unreachable",
	[EXIT_TIMEOUT] = "timeout",   [EXIT_REFUSED] = "refused",
	[EXIT_PARTLY] = "partly",     [EXIT_INTERNAL] = "internal",
};

/* 0 or errno. */
static int write_all(int fd, struct str text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno != EINTR)
			return errno;
		if (n > 0)
			text = (struct str){text.p + n, text.n - (size_t)n};
	}
	return 0;
}

static void write_stderr(struct cmd_call *call, struct buf *text)
{
	cmd_progress_end(call);
	/* Nobody can be told when standard error itself is broken. */
	(void)write_all(STDERR_FILENO, buf_str(text));
	buf_free(text);
}

bool cmd_flush(struct cmd_call *call)
{
	cmd_progress_end(call);
	if (call->out.failed)
		call->out_errno = ENOMEM;
	if (!call->out_gone && call->out_errno == 0) {
		int err = write_all(STDOUT_FILENO, buf_str(&call->out));

		/* `gamectl ... | head` has what it wanted: no message, and the work goes on. */
		if (err == EPIPE)
			call->out_gone = true;
		else
			call->out_errno = err;
	}
	buf_free(&call->out);
	return !call->out_gone && call->out_errno == 0;
}

int call_finish(struct cmd_call *call, int code)
{
	struct buf text = {0};

	(void)cmd_flush(call);
	if (call->out_errno == 0)
		return code;
	buf_printf(&text, "gamectl: error: cannot write to standard output: %s\n",
		   strerror(call->out_errno));
	write_stderr(call, &text);
	return EXIT_INTERNAL;
}

bool cmd_wants_json(const struct cmd_call *call)
{
	return call->output == OUT_JSON || call->output == OUT_YAML;
}

static void put_document(struct cmd_call *call, json_t *reply)
{
	/* One line a change for a reader of a stream; a page for everybody else. */
	size_t flags = call->watching ? JSON_COMPACT : JSON_INDENT(2);
	char *text;

	if (call->output == OUT_YAML) {
		if (call->watching)
			buf_add(&call->out, STR("---\n"));
		yaml_put(&call->out, reply);
		return;
	}
	text = json_dumps(reply, flags | JSON_REAL_PRECISION(real_digits(reply)));
	if (!text) {
		call->out_errno = ENOMEM;
		return;
	}
	buf_add(&call->out, str_of(text));
	buf_addc(&call->out, '\n');
	free(text);
}

int cmd_reply(struct cmd_call *call, enum exit_code code, json_t *reply)
{
	json_t *whole;

	if (!reply)
		return cmd_error(call, EXIT_INTERNAL, NULL, "out of memory");
	if (json_object_get(reply, "apiVersion")) {
		put_document(call, reply);
		json_decref(reply);
		return code;
	}
	/* First key, so that a person reading along sees it first. */
	whole = json_pack("{s:s}", "apiVersion", "gamesrv/v1");
	if (!whole || json_object_update(whole, reply) < 0)
		call->out_errno = ENOMEM;
	else
		put_document(call, whole);
	json_decref(whole);
	json_decref(reply);
	return code;
}

int cmd_ok(struct cmd_call *call, const char *fmt, ...)
{
	struct buf line = {0};
	va_list args;

	if (cmd_wants_json(call))
		return EXIT_DONE;
	va_start(args, fmt);
	buf_vprintf(&line, fmt, args);
	va_end(args);
	conf_render_safe(&call->out, buf_str(&line));
	buf_addc(&call->out, '\n');
	buf_free(&line);
	return EXIT_DONE;
}

static void put_message(struct buf *out, const struct term *t, enum term_style style,
			const char *what, struct str message, struct str hint)
{
	struct str line;
	bool first = true;

	buf_printf(out, "gamectl: %s%s:%s ", term_on(t, style), what, term_off(t));
	while (str_cut(&message, '\n', &line)) {
		buf_add(out, first ? STR("") : STR("  "));
		conf_render_safe(out, line);
		buf_addc(out, '\n');
		first = false;
	}
	while (hint.n > 0 && str_cut(&hint, '\n', &line)) {
		buf_add(out, STR("  "));
		conf_render_safe(out, line);
		buf_addc(out, '\n');
	}
}

/* Bytes that are no UTF-8 cannot stand in JSON: they are shown as on the terminal. */
static json_t *text_json(struct str text)
{
	CLEANUP(buf_free) struct buf safe = {0};

	conf_render_safe(&safe, text);
	return json_stringn(buf_str(&safe).p, safe.n);
}

void say_error(struct cmd_call *call, enum exit_code code, const char *word, json_t *details,
	       struct str hint, struct str message)
{
	struct buf text = {0};
	json_t *error;

	if (cmd_wants_json(call)) {
		error = json_object();
		(void)json_object_set_new(error, "code",
					  json_string(word ? word : error_words[code]));
		(void)json_object_set_new(error, "message", text_json(message));
		(void)json_object_set_new(error, "hint", hint.n ? text_json(hint) : json_null());
		(void)json_object_set(error, "details", details ? details : json_null());
		(void)json_object_set_new(error, "exit_code", json_integer((int)code));
		(void)cmd_reply(call, code, json_pack("{s:o}", "error", error));
	}
	put_message(&text, &call->term_err, TERM_RED, "error", message, hint);
	write_stderr(call, &text);
}

int cmd_error_with(struct cmd_call *call, enum exit_code code, const char *word, json_t *details,
		   const char *hint, const char *fmt, ...)
{
	va_list args;
	struct str message;

	va_start(args, fmt);
	message = arena_vprintf(call->mem, fmt, args);
	va_end(args);
	say_error(call, code, word, details, str_of(hint), message);
	return code;
}

int cmd_error(struct cmd_call *call, enum exit_code code, const char *hint, const char *fmt, ...)
{
	va_list args;
	struct str message;

	va_start(args, fmt);
	message = arena_vprintf(call->mem, fmt, args);
	va_end(args);
	say_error(call, code, NULL, NULL, str_of(hint), message);
	return code;
}

void cmd_warn(struct cmd_call *call, const char *fmt, ...)
{
	struct buf text = {0};
	va_list args;
	struct str message;

	va_start(args, fmt);
	message = arena_vprintf(call->mem, fmt, args);
	va_end(args);
	put_message(&text, &call->term_err, TERM_YELLOW, "warning", message, STR(""));
	write_stderr(call, &text);
}

static size_t max_findings(const struct cmd_call *call)
{
	return cmd_option_find(call->cmd, STR("max-findings"), 0)
		       ? (size_t)cmd_int(call, "max-findings")
		       : 1000;
}

int cmd_fail(struct cmd_call *call, struct diags *d)
{
	const struct conf_render how = {.colour = call->term_err.colour, .max = max_findings(call)};
	int code = d->errors ? EXIT_INVALID : EXIT_DONE;
	struct buf text = {0};

	diags_sort(d);
	if (cmd_wants_json(call))
		return d->errors ? cmd_reply(call, code, conf_render_json(d, how.max)) : code;
	conf_render_text(&text, d, &how);
	write_stderr(call, &text);
	return code;
}

bool cmd_ask(struct cmd_call *call, const char *fmt, ...)
{
	struct buf text = {0};
	struct buf line = {0};
	va_list args;
	char c;

	if (cmd_wants_json(call) || !call->term_err.tty || isatty(STDIN_FILENO) != 1)
		return false;
	(void)cmd_flush(call);
	va_start(args, fmt);
	buf_vprintf(&line, fmt, args);
	va_end(args);
	conf_render_safe(&text, buf_str(&line));
	buf_free(&line);
	buf_printf(&text, " %s[y/N]%s ", term_on(&call->term_err, TERM_DIM),
		   term_off(&call->term_err));
	write_stderr(call, &text);
	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
		buf_addc(&line, c);
	struct str answer = str_trim(buf_str(&line));
	bool yes = str_is(answer, "y") || str_is(answer, "Y") || str_is(answer, "yes");

	buf_free(&line);
	return yes;
}
