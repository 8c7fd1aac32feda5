/* gamesrvd/control/job.c
 * A request on its way through an operation: checked on control, run where the operation's row says, answered
 * on control.
 */
#include "gamesrvd/control/conn.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "admin/version.h"
#include "base/log.h"
#include "base/time.h"
#include "gamesrvd/control/daemon.h"
#include "gamesrvd/control/json.h"
#include "gamesrvd/obs/metrics.h"
#include "gamesrvd/store/store.h"

/* Requests that wait for one thread at a time; one more is told to come back later. */
enum { QUEUE_MAX = 48 };
/* Answers of bytes may be large, and are kept until they are sent. */
enum { DOWNLOADS_MAX = 4 };

void job_free(struct job *job)
{
	if (job == NULL)
		return;
	job->control->body_bytes -= job->body.want;
	json_decref(job->call.body);
	json_decref(job->call.reply);
	free(job->body.p);
	buf_free(&job->out);
	buf_free(&job->call.bytes);
	arena_free(job->call.mem);
	arena_free(job->first_mem);
	free(job);
}

/* ---- Before: on control ---- */

static bool refuse(struct conn *conn, int status, const char *code, const char *fmt, ...)
	PRINTF(4, 5);
static bool refuse(struct conn *conn, int status, const char *code, const char *fmt, ...)
{
	char text[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (!str_is(conn->gate.method, "GET") && !str_is(conn->gate.method, "HEAD"))
		log_info("%s (uid %u, pid %d): " STR_FMT " %.*s: refused with %d: %s",
			 conn->peer.name, (unsigned)conn->peer.uid, (int)conn->peer.pid,
			 STR_ARG(conn->gate.method),
			 (int)(conn->gate.target.n < 200 ? conn->gate.target.n : 200),
			 conn->gate.target.p, status, text);
	/* A body that nobody wants is still on its way: this connection ends here. */
	if (conn->gate.length > 0)
		conn->last = true;
	conn_fail(conn, status, code, "%s", text);
	return false;
}

static bool check_route(struct conn *conn, struct job *job)
{
	const char *problem;
	struct target target;
	const struct op_value *stranger;

	problem = target_read(job->call.mem, conn->gate.target, &target);
	if (problem != NULL)
		return refuse(conn, 400, "bad_request", "%s", problem);
	route_find(conn->gate.method, &target, &job->route);
	if (job->route.op != NULL && conn->plain && !job->route.op->plain)
		return refuse(conn, 404, "not_found",
			      "only /metrics, /livez and /readyz are served on this port");
	if (job->route.op == NULL && job->route.path_known) {
		snprintf(conn->extra, sizeof(conn->extra), "Allow: %s\r\n", job->route.allow);
		return refuse(conn, 405, "method_not_allowed",
			      STR_FMT " is not possible here, only %s", STR_ARG(conn->gate.method),
			      job->route.allow);
	}
	if (job->route.op == NULL)
		return refuse(conn, 404, "not_found",
			      "no such path; GET /v1/openapi.json lists all there are");
	stranger = route_stranger(&job->route);
	if (stranger != NULL)
		return refuse(conn, 400, "bad_request", "unknown query parameter \"%.64s\"",
			      stranger->name.p);
	return true;
}

static bool check_role(struct conn *conn, const struct op *op)
{
	if (conn->plain)
		return true;
	if (conn->role == PEER_STRANGER)
		return refuse(
			conn, 403, "forbidden",
			"user %s may not use this daemon; root, its own user and (reading) members "
			"of the group " PEER_READERS " may",
			conn->peer.name);
	if (op->access == OP_WRITE && conn->role != PEER_WRITER)
		return refuse(
			conn, 403, "forbidden",
			"user %s may only read; root and the daemon's own user may change things",
			conn->peer.name);
	return true;
}

/* A client left behind by an upgrade may look, but what it would write could mean something else here. */
static bool check_versions(struct conn *conn, const struct op *op)
{
	struct str theirs = gate_header(&conn->gate, ADMIN_HEADER_BUILTIN);
	struct str version = gate_header(&conn->gate, ADMIN_HEADER_VERSION);
	const char *ours = admin_builtin_fingerprint();

	if (op->access == OP_READ || theirs.p == NULL || str_is(theirs, ours))
		return true;
	return refuse(conn, 409, "wrong_state",
		      "this client (version %.*s, built-in kinds %.*s) and gamesrvd "
		      "(version " GAMESRV_VERSION
		      ", built-in kinds %.12s) differ; reading works, to change something use "
		      "the client of the daemon's version",
		      version.p ? (int)(version.n < 32 ? version.n : 32) : 7,
		      version.p ? version.p : "unknown", (int)(theirs.n < 12 ? theirs.n : 12),
		      theirs.p, ours);
}

static bool check_body(struct conn *conn, const struct op *op)
{
	const struct control_limits *limits = &conn->control->limits;
	uint64_t max = op->body == OP_BUNDLE_BODY ? limits->bundle_bytes : limits->body_bytes;
	uint64_t all = limits->bundle_bytes * 4;

	if (conn->gate.length == 0)
		return true;
	if (op->body == OP_NO_BODY)
		return refuse(conn, 400, "bad_request", "this request takes no body");
	if (conn->gate.length > max)
		return refuse(conn, 413, "too_large",
			      "the body has %" PRIu64 " bytes; the limit is %" PRIu64 " (%s)",
			      conn->gate.length, max,
			      op->body == OP_BUNDLE_BODY ? "Server.admin.bundle_body"
							 : "Server.admin.body");
	if (conn->control->body_bytes + conn->gate.length > all)
		return refuse(conn, 503, "unavailable",
			      "bodies of other requests fill the %" PRIu64
			      " bytes set aside; try again",
			      all);
	return true;
}

static uint32_t *queue_of(struct control *c, const struct op *op)
{
	return &c->jobs[op->thread];
}

static bool check(struct conn *conn, struct job *job)
{
	if (!check_route(conn, job) || !check_role(conn, job->route.op))
		return false;
	if (conn->control->draining)
		return refuse(conn, 503, "unavailable", "gamesrvd is stopping");
	if (*queue_of(conn->control, job->route.op) >= QUEUE_MAX)
		return refuse(conn, 429, "rate_limited",
			      "%d requests of this sort wait already; try again", QUEUE_MAX);
	if (job->route.op->bytes != NULL && conn->control->downloads >= DOWNLOADS_MAX)
		return refuse(conn, 429, "rate_limited",
			      "%d downloads are under way already; try again", DOWNLOADS_MAX);
	return check_versions(conn, job->route.op) && check_body(conn, job->route.op);
}

struct begin {
	struct conn *conn;
	struct job *job;
};

static int try_check(void *ctx)
{
	struct begin *b = ctx;

	b->job->call.mem = arena_new("request");
	return check(b->conn, b->job);
}

bool job_begin(struct conn *conn)
{
	struct job *job = calloc(1, sizeof(*job));
	struct begin begin = {conn, job};
	int rc = -ENOMEM;

	conn->head_only = str_is(conn->gate.method, "HEAD");
	if (job != NULL) {
		job->control = conn->control;
		rc = arena_try(try_check, &begin);
	}
	if (rc <= 0) {
		if (rc < 0)
			refuse(conn, 503, "unavailable", "out of memory");
		job_free(job);
		return false;
	}
	job->conn = conn->id;
	job->body.want = conn->gate.length;
	conn->control->body_bytes += job->body.want;
	job->call.daemon = conn->control->daemon;
	job->call.op = job->route.op;
	job->call.peer = conn->peer;
	job->call.args = job->route.values;
	job->call.arg_count = job->route.value_count;
	conn->job = job;
	conn->downloads = job->call.op->bytes != NULL;
	conn->control->downloads += conn->downloads;
	return true;
}

/* ---- During: on the operation's thread ---- */

static int run(void *ctx)
{
	struct job *job = ctx;
	struct op_call *call = &job->call;

	/* What the request brought lies in the first arena; what a turn makes must not pile up. */
	if (call->turn == 1) {
		job->first_mem = call->mem;
		call->mem = NULL;
		call->mem = arena_new("turn");
	} else if (call->turn > 1) {
		arena_reset(call->mem);
	}
	if (call->op->body != OP_NO_BODY) {
		CLEANUP(buf_free) struct buf why = {0};
		int status = 400;

		call->body = json_body_read((struct str){job->body.p, job->body.n}, &status, &why);
		if (call->body == NULL)
			return op_fail(call, status, status == 400 ? "bad_request" : "unavailable",
				       NULL, STR_FMT, STR_ARG(buf_str(&why)));
	}
	return call->op->run(call);
}

static void job_run(struct job *job)
{
	static const char text[] =
		"{\"apiVersion\":\"gamesrv/v1\",\"error\":{\"code\":\"unavailable\","
		"\"message\":\"out of memory for this request\",\"details\":{}}}\n";
	struct op_call *call = &job->call;
	bool made = false;

	call->status = 500;
	call->again_ms = 0;
	if (arena_try(run, job) != -ENOMEM) {
		if (call->has_bytes) {
			job->out = call->bytes;
			call->bytes = (struct buf){0};
			made = true;
		} else if (call->text.p != NULL) {
			buf_add(&job->out, call->text);
			made = !job->out.failed;
		} else {
			made = answer_json(&job->out, call->reply);
		}
	}
	if (!made) {
		buf_free(&job->out);
		call->status = 503;
		call->text = (struct str){NULL, 0};
		call->has_bytes = false;
		call->again_ms = 0;
		buf_add(&job->out, STR(text));
	}
}

/* ---- After: on control ---- */

/* What was done, or why not. */
static const char *note_of(const struct op_call *call)
{
	const char *message = NULL;

	if (call->status >= 400 && call->reply != NULL)
		(void)json_unpack(call->reply, "{s:{s:s}}", "error", "message", &message);
	return message ? message : call->audit ? call->audit : "";
}

static void job_note(const struct job *job)
{
	const struct op_call *call = &job->call;
	int64_t us = time_mono_us() - job->begun_us;
	const char *note = note_of(call);

	log_at(call->op->access == OP_WRITE ? LOG_AT_INFO : LOG_AT_DEBUG,
	       "%s (uid %u, pid %d): %s: %d in %" PRId64 ".%03d ms%s%s", call->peer.name,
	       (unsigned)call->peer.uid, (int)call->peer.pid, call->op->route, call->status,
	       us / 1000, (int)(us % 1000), note[0] ? ": " : "", note);
}

static struct str job_type(const struct job *job)
{
	if (job->call.has_bytes)
		return str_of(job->call.op->bytes);
	return job->call.text.p ? STR("text/plain; charset=utf-8") : STR("application/json");
}

static void come_back(struct task *task)
{
	struct job *job = CONTAINER_OF(task, struct job, task);
	struct control *c = job->control;

	--*queue_of(c, job->call.op);
	if (job->call.turn > 0 || job->call.again_ms > 0) {
		stream_line(job);
		control_job_over(c);
		return;
	}
	job_note(job);
	conn_job_done(c, job->conn, job->call.status, job_type(job), &job->out);
	job_free(job);
	control_job_over(c);
}

static void run_and_return(struct job *job)
{
	job_run(job);
	job->task.run = come_back;
	thread_send(job->control->daemon->control_thread, &job->task);
}

/* On work or on live. */
static void run_there(struct task *task)
{
	run_and_return(CONTAINER_OF(task, struct job, task));
}

static void run_on_store(struct store_db *db, void *ctx)
{
	run_and_return(ctx);
}

static void run_here(struct job *job)
{
	struct conn *conn = conn_find(job->control, job->conn);

	job_run(job);
	job_note(job);
	conn_answer(conn, job->call.status, job_type(job), &job->out);
	job_free(job);
}

static bool is_for_here(const struct job *job)
{
	const struct op *op = job->call.op;

	return op->thread == OP_ON_CONTROL ||
	       (op->at_once && !thread_is_idle(job->control->daemon->work));
}

void job_send(struct job *job)
{
	struct control *c = job->control;

	job->begun_us = time_mono_us();
	if (is_for_here(job)) {
		run_here(job);
		return;
	}
	++*queue_of(c, job->call.op);
	if (job->call.op->thread == OP_ON_WORK || job->call.op->thread == OP_ON_LIVE) {
		job->task.run = run_there;
		thread_send(job->call.op->thread == OP_ON_WORK ? c->daemon->work : c->daemon->live,
			    &job->task);
	} else if (store_post(c->daemon->store, run_on_store, job) < 0) {
		--*queue_of(c, job->call.op);
		op_fail(&job->call, 503, "unavailable", NULL, "out of memory");
		answer_json(&job->out, job->call.reply);
		conn_answer(conn_find(c, job->conn), 503, job_type(job), &job->out);
		job_free(job);
	}
}
