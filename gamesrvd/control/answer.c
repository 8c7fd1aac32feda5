/* gamesrvd/control/answer.c */
#include <jansson.h>
#include <stdio.h>

#include "admin/json_write.h"
#include "base/log.h"
#include "gamesrvd/control/conn.h"

const char *http_reason(int status)
{
	switch (status) {
	case 200: return "OK";
	case 400: return "Bad Request";
	case 403: return "Forbidden";
	case 404: return "Not Found";
	case 405: return "Method Not Allowed";
	case 408: return "Request Timeout";
	case 409: return "Conflict";
	case 411: return "Length Required";
	case 413: return "Content Too Large";
	case 417: return "Expectation Failed";
	case 422: return "Unprocessable Content";
	case 429: return "Too Many Requests";
	case 431: return "Request Header Fields Too Large";
	case 500: return "Internal Server Error";
	case 503: return "Service Unavailable";
	case 505: return "HTTP Version Not Supported";
	case 507: return "Insufficient Storage";
	default: return "Status";
	}
}

bool answer_json(struct buf *out, const json_t *reply)
{
	if (reply == NULL)
		return false;
	json_write(out, reply);
	buf_addc(out, '\n');
	return !out->failed;
}

void conn_fail(struct conn *conn, int status, const char *code, const char *fmt, ...)
{
	struct buf body = {0};
	char text[512];
	va_list args;
	json_t *reply;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	reply = json_pack("{s:s, s:{s:s, s:s, s:{}}}", "apiVersion", "gamesrv/v1", "error", "code",
			  code, "message", text, "details");
	log_debug("%s (uid %u): refused with %d %s: %s", conn->plain ? "a probe" : conn->peer.name,
		  (unsigned)conn->peer.uid, status, code, text);
	if (!answer_json(&body, reply))
		buf_free(&body); /* out of memory: the status line alone must do */
	json_decref(reply);
	conn_answer(conn, status, STR("application/json"), &body);
}
