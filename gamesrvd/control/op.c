/* gamesrvd/control/op.c */
#include "gamesrvd/control/op.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct str op_arg(const struct op_call *call, const char *name)
{
	for (size_t i = 0; i < call->arg_count; i++) {
		if (str_is(call->args[i].name, name))
			return call->args[i].value;
	}
	return (struct str){NULL, 0};
}

static void take_reply(struct op_call *call, int status, json_t *reply)
{
	json_decref(call->reply);
	call->reply = reply;
	call->status = status;
	call->text = (struct str){NULL, 0};
	call->has_bytes = false;
}

int op_fail(struct op_call *call, int status, const char *code, json_t *details, const char *fmt,
	    ...)
{
	va_list args;
	struct str text;
	json_t *message, *reply;

	va_start(args, fmt);
	text = arena_vprintf(call->mem, fmt, args);
	va_end(args);
	message = json_stringn(text.p, text.n);
	if (message == NULL) /* user's bytes that are no UTF-8 */
		message = json_string("the request is wrong in a way that cannot be shown as text");
	reply = json_pack("{s:s, s:{s:s, s:o, s:o}}", "apiVersion", "gamesrv/v1", "error", "code",
			  code, "message", message, "details", details ? details : json_object());
	take_reply(call, status, reply);
	return -1;
}

int op_reply(struct op_call *call, json_t *reply)
{
	/* Refuses a NULL on either side, and takes the text in any case. */
	if (json_object_set_new(reply, "apiVersion", json_string("gamesrv/v1")) < 0) {
		json_decref(reply);
		return op_fail(call, 503, "unavailable", NULL, "out of memory");
	}
	take_reply(call, 200, reply);
	return 0;
}

int op_text(struct op_call *call, struct str text)
{
	take_reply(call, 200, NULL);
	call->text = text;
	return 0;
}

int op_bytes(struct op_call *call, struct buf *bytes)
{
	if (bytes->failed) {
		buf_free(bytes);
		return op_fail(call, 503, "unavailable", NULL, "out of memory");
	}
	take_reply(call, 200, NULL);
	buf_free(&call->bytes);
	call->bytes = *bytes;
	*bytes = (struct buf){0};
	call->has_bytes = true;
	return 0;
}

void op_again(struct op_call *call, int64_t ms)
{
	call->again_ms = ms;
}

void op_audit(struct op_call *call, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	call->audit = arena_cstr(call->mem, arena_vprintf(call->mem, fmt, args));
	va_end(args);
}

static bool parse_int(struct str s, int64_t *out)
{
	uint64_t value = 0;
	bool negative = s.n > 0 && s.p[0] == '-';

	if (s.n == (size_t)negative || s.n > 18 + (size_t)negative)
		return false;
	for (size_t i = negative; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(s.p[i] - '0');
	}
	*out = negative ? -(int64_t)value : (int64_t)value;
	return true;
}

bool op_int(struct op_call *call, const char *name, int64_t min, int64_t max, int64_t fallback,
	    int64_t *out)
{
	struct str given = op_arg(call, name);

	*out = fallback;
	if (given.p == NULL)
		return true;
	if (parse_int(given, out) && *out >= min && *out <= max)
		return true;
	op_fail(call, 400, "bad_request", NULL,
		"%s: \"" STR_FMT "\" is not a whole number from %" PRId64 " to %" PRId64, name,
		STR_ARG(given), min, max);
	return false;
}
