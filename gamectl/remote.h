/* gamectl/remote.h
 * The daemon as commands see it: one connection a process, progress while it works, and its errors told the
 * way every command tells them.
 *
 * Thread: one. Answers belong to the caller.
 */
#pragma once
#include "admin/client.h"
#include "cmd.h"
#include "conf/source.h"

/* `body` is borrowed and may be NULL. Nothing is told: look at out->exit, or hand it to remote_fail(). */
enum exit_code remote_call(struct cmd_call *call, const char *method, const char *path,
			   const json_t *body, struct admin_answer *out);
/* The same; an error is told. *reply is a new reference, set with EXIT_DONE only. */
int remote_get(struct cmd_call *call, const char *path, json_t **reply);
int remote_post(struct cmd_call *call, const char *path, const json_t *body, json_t **reply);
/* Each line of a stream to on_line(), which ends it with non-zero. An error is told. */
int remote_follow(struct cmd_call *call, const char *path, admin_line_fn *on_line, void *ctx);
/* An answer that is no JSON; *bytes is the caller's. An error is told. */
int remote_download(struct cmd_call *call, const char *path, struct buf *bytes);
/* A path of the API in the call's arena: every %s is percent-escaped. */
const char *remote_path(struct cmd_call *call, const char *fmt, ...) PRINTF(2, 3);

/* While on, Ctrl-C lets go of the answer and says that the daemon goes on with `what`; then the process ends as
 * Ctrl-C always ends one. For calls that change something. */
void remote_writes(const char *what);
/* The same; `hint` says how to look at it, or to end it, later. */
void remote_writes_on(const char *what, const char *hint);

/* Tells the error of an answer; gives the exit code. */
int remote_fail(struct cmd_call *call, const struct admin_answer *answer);

/* A revision word of the command line: "7", "r7", "current". NULL: told. */
const char *remote_revision(struct cmd_call *call, const char *word);
