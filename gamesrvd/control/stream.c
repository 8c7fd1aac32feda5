/* gamesrvd/control/stream.c
 * Answers that go on: an operation that said op_again() is run again and again, and each of its answers is one line. In between
 * the connection waits, and is read only to notice that the peer has gone. One line is under way at a time, so a slow
 * reader holds up nobody but itself.
 */
#include <inttypes.h>
#include <stdio.h>

#include "gamesrvd/control/conn.h"
#include "gamesrvd/obs/metrics.h"

#define LINE_S 30.0 /* within which a reader takes a line */

static void put_head(struct conn *conn)
{
	conn->head_n = (uint32_t)snprintf(
		conn->head, sizeof(conn->head),
		"HTTP/1.1 200 %s\r\nContent-Type: application/x-ndjson\r\n%sCache-Control: "
		"no-store\r\n"
		"Connection: close\r\n\r\n",
		http_reason(200), conn->gate.http10 ? "" : "Transfer-Encoding: chunked\r\n");
	metric_add(METRIC_admin_requests_total, 1);
}

/* HTTP/1.0 has no chunks: there the end of the connection is the end of the answer. */
static void put_line(struct conn *conn, const struct buf *line)
{
	bool chunked = !conn->gate.http10;

	buf_free(&conn->out);
	if (conn->head_only)
		return;
	if (chunked)
		buf_printf(&conn->out, "%zx\r\n", line->n);
	buf_add(&conn->out, buf_str(line));
	if (chunked)
		buf_add(&conn->out, conn->stream_ends ? STR("\r\n0\r\n\r\n") : STR("\r\n"));
}

void stream_line(struct job *job)
{
	struct conn *conn = conn_find(job->control, job->conn);

	if (conn == NULL) {
		job_free(job);
		return;
	}
	conn->stream_ends = job->call.again_ms == 0 || job->control->draining || conn->head_only;
	conn->head_n = 0;
	if (job->call.turn == 0)
		put_head(conn);
	put_line(conn, &job->out);
	buf_free(&job->out);
	if (conn->out.failed) {
		job_free(job);
		conn_close(conn);
		return;
	}
	job->call.turn++;
	conn->job = job;
	conn->streams = conn->last = true;
	conn->sent = 0;
	conn->state = CONN_WRITE;
	conn_wake(conn, LINE_S);
	conn_turn(conn);
}

bool stream_pause(struct conn *conn)
{
	if (conn->stream_ends) {
		conn->streams = false;
		job_free(conn->job);
		conn->job = NULL;
		return false;
	}
	conn->state = CONN_PAUSE;
	conn_wake(conn, (double)conn->job->call.again_ms / 1000);
	return true;
}

void stream_turn(struct conn *conn)
{
	struct job *job = conn->job;

	conn->job = NULL; /* moved */
	conn->state = CONN_RUN;
	conn_wake(conn, 0);
	job_send(job);
	conn_turn(conn);
}
