/* gamesrvd/control/conn.h
 * One connection of the admin API, and the job its request becomes. Private to control/.
 *
 * Thread: control. A job is moved to another thread with its call and comes back as a task; it knows its
 * connection only by slot and generation.
 */
#pragma once
#include <ev.h>

#include "base/buf.h"
#include "gamesrvd/control/control.h"
#include "gamesrvd/control/op.h"
#include "gamesrvd/control/peer.h"
#include "gamesrvd/control/route.h"
#include "gamesrvd/loop/thread.h"
#include "http/gate.h"

enum { CONN_LEAVING_MAX = 32 /* connections beside the cap that are on their way out */ };

struct conn_id {
	uint32_t slot, generation;
};

struct body { /* filled up to `want` as bytes come; memory follows what came, not what was announced */
	char *p;
	size_t n, room, want;
};

struct job {
	struct task task;
	struct control *control;
	struct conn_id conn;
	struct op_call call;
	struct route route;
	struct body body;
	struct buf out;          /* the answer's body, made on the operation's thread */
	struct arena *first_mem; /* of a stream: what call.mem was in the first turn */
	int64_t begun_us;
};

enum conn_state {
	CONN_PEER,  /* waits for the peer's name */
	CONN_HEAD,  /* reads a request head */
	CONN_BODY,  /* reads the body */
	CONN_RUN,   /* its operation is at work: neither reads nor writes */
	CONN_WRITE, /* the answer goes out */
	CONN_PAUSE, /* of a stream: until its operation's next turn */
	CONN_DRAIN, /* answered for the last time: swallows what the peer still sends, so that it can read us */
};

struct conn {
	struct control *control;
	struct conn_id id;
	enum conn_state state;
	ev_io io;
	ev_timer timer;
	ev_tstamp since; /* of the last request's end: who is idle longest goes first */
	bool plain;      /* from the loopback port: plain operations only, no role */
	bool leaving; /* told that it is above the cap, or answered for the last time: not counted as open */
	bool last; /* close after this answer */
	uint32_t served;
	struct op_peer peer;
	enum peer_role role;
	struct gate gate;
	struct job *job;
	uint32_t in_n;
	char in[GATE_HEAD_MAX]; /* a head, and what came behind it */
	char extra[96];         /* one more header of the next answer, with its CR LF */
	char head[640];         /* of the answer */
	uint32_t head_n;
	size_t sent; /* of head and out together */
	struct buf out;
	bool head_only;
	bool downloads;            /* counted in control->downloads */
	bool streams, stream_ends; /* `job` is between two turns; this was the last line */
};

struct control {
	struct daemon *daemon;
	struct ev_loop *loop;
	struct control_limits limits;
	struct peers *peers;
	struct listener {
		ev_io io;
		bool plain;
	} listeners[2];
	ev_timer resume; /* accepting again after descriptors ran out */
	int reserve_fd;  /* given up to tell a client that there are no more */
	bool accept_paused;
	struct conn **conns; /* by slot */
	uint32_t slot_count, open, leaving, generation;
	uint64_t body_bytes;            /* of all requests being read or at work */
	uint32_t jobs[OP_THREAD_COUNT]; /* on other threads now */
	uint32_t downloads;             /* answers of bytes being made or sent */
	bool draining;
	ev_timer grace;   /* draining: for answers still going out */
	ev_prepare check; /* draining: is it over? */
	void (*drained)(void *ctx);
	void *drained_ctx;
};

/* conn.c */
void conn_open(struct control *c, int fd, bool plain, bool above_cap);
void conn_close(struct conn *conn);
void conn_peer_known(struct control *c, struct conn_id id, const struct op_peer *peer,
		     enum peer_role role);
struct conn *conn_find(struct control *c, struct conn_id id); /* NULL: gone */
void conn_answer(struct conn *conn, int status, struct str type,
		 struct buf *body);                /* takes the body */
void conn_stop_if_idle(struct conn *conn);         /* while draining */
void conn_wake(struct conn *conn, double seconds); /* its timer, after so long */
void conn_turn(struct conn *conn); /* as far as it goes; the connection may be gone afterwards */
/* A job came back from another thread. The connection may have gone; takes the body either way. */
void conn_job_done(struct control *c, struct conn_id id, int status, struct str type,
		   struct buf *body);

/* stream.c */
/* One line of a stream that came back; takes the job. The connection may have gone. */
void stream_line(struct job *job);
/* The line went out: waits for the next turn. False: that was the last line. */
bool stream_pause(struct conn *conn);
void stream_turn(struct conn *conn); /* its operation again, now */

/* answer.c: errors that no operation made */
void conn_fail(struct conn *conn, int status, const char *code, const char *fmt, ...) PRINTF(4, 5);
const char *http_reason(int status);
bool answer_json(struct buf *out, const json_t *reply); /* false: no memory, or no reply */

/* job.c */
/* The head is there: checks route, role, versions and lengths. True: conn->job wants its body now; false: answered. */
bool job_begin(struct conn *conn);
void job_send(struct job *job); /* the body is whole: off to its thread */
void job_free(struct job *job);

/* control.c */
void control_job_over(struct control *c);

/* accept.c */
int accept_open(struct control *c, int unix_fd, int http_fd);
void accept_close(struct control *c);
void accept_resume(struct control *c); /* a connection closed: there may be room again */
