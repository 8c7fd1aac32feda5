/* lib/admin/client.h
 * The admin API from the other side of the socket: one HTTP request, one JSON answer, errors as
 * exit codes.
 *
 * Thread: one at a time per client; blocks. Owns its connection and uses it again for the next
 * call. Never prints: the message of an answer says what went wrong and the way out, without
 * "error:" and final stop.
 */
#pragma once
#include <jansson.h>

#include "admin/exit.h"
#include "base/buf.h"

struct admin_client;

struct admin_options {
	const char *socket;  /* NULL: admin_socket_default() */
	const char *program; /* "gamectl": for User-Agent */
	int64_t timeout_ms;  /* of one call; 0: 2 minutes */
	/* Called about ten times a second while a call waits, with its age; optional. Non-zero
	 * gives up. */
	int (*waiting)(void *ctx, int64_t elapsed_ms);
	void *waiting_ctx;
};

struct admin_answer { /* all-zero before the first use; admin_answer_free() between two */
	enum exit_code exit;
	int status;       /* HTTP; 0: no answer came */
	json_t *body;     /* the answer, or the whole error object; NULL: none or text */
	const char *code; /* of an error: "conflict"; ours: "unreachable" "forbidden" "timeout"
			     "internal" */
	json_t *details;  /* of an error; borrowed from body; may be NULL */
	struct buf
		message; /* of an error, for people; bytes of the daemon's, so render them safely */
	struct buf text; /* answers that are no JSON: /metrics, a replay */
};

/* NULL: out of memory, or the socket's path is unknown or too long (admin_socket_problem() says
 * why). */
struct admin_client *admin_client_new(const struct admin_options *how);
void admin_client_free(
	struct admin_client *client); /* also for CLEANUP-like wrappers; NULL is fine */
const char *admin_client_socket(const struct admin_client *client);

/* Follows a stream of lines: on_line() gets each (borrowed), non-zero ends it. EXIT_DONE when the daemon or on_line() ended it; an
 * answer that is no stream is an error as with admin_call(). A stream that is silent for 30 s counts as lost. */
typedef int admin_line_fn(void *ctx, json_t *line);
enum exit_code admin_follow(struct admin_client *client, const char *path, admin_line_fn *on_line,
			    void *ctx, struct admin_answer *out);
/* `path` with its query, already escaped (admin_path). `body` is borrowed and may be NULL. Gives
 * back out->exit. */
enum exit_code admin_call(struct admin_client *client, const char *method, const char *path,
			  const json_t *body, struct admin_answer *out);
void admin_answer_free(struct admin_answer *answer); /* leaves it all-zero */

/* "/v1/config/%s/%s": every %s is replaced by the percent-escaped text. The caller frees; NULL: out
 * of memory. */
char *admin_path(const char *fmt, ...) PRINTF(1, 2);
/* Percent-escapes everything but A-Z a-z 0-9 - . _ ~ */
void admin_escape(struct buf *out, struct str text);

/* Exit code of an error's code and status, as docs/admin-api.md lists them. */
enum exit_code admin_exit_of(int status, const char *code);
