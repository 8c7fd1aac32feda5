/* gamesrvd/net/session.h
 * One stay of a player: from HELLO to its end, over as many connections as it takes. It lives on the loop of its first
 * connection; later ones are led there.
 *
 *	NEW -> AUTHED -> LIVE <-> SUSPECT -> SUSPENDED -> AUTHED ... -> gone, for a reason
 *
 * Thread: its loop's.
 *
 *	session.c	   its life			session_read.c	frames from the client
 *	session_timer.c	   what it waits for		session_send.c	frames to the client
 *	session_hello.c	   whose a connection is	session_room.c	its seat
 *	session_welcome.c  what was missed		session_rows.c	what operators see
 *
 * A lost line is only noted where it is noticed (that may be in the middle of a broadcast) and acted upon by a task of
 * its own: see session_lost().
 */
#pragma once
#include "gamesrvd/loop/wheel.h"
#include "gamesrvd/net/bucket.h"
#include "gamesrvd/net/net_loop.h"
#include "gamesrvd/net/outq.h"
#include "gamesrvd/net/reason.h"
#include "gamesrvd/net/resume_ring.h"

enum session_state {
	SESSION_NEW,
	SESSION_AUTHED,
	SESSION_LIVE,
	SESSION_SUSPECT,
	SESSION_SUSPENDED
};
const char *session_state_name(enum session_state state);

enum {
	SESSION_HELLOS = 4, /* of one connection: a GONE may be followed by another */
	SESSION_ACK_EVERY = 64,
	ROOM_SEQ_NONE = INT32_MAX, /* nothing of the room's stream is known: asks for a resync */
};

struct session {
	/* What a broadcast touches. */
	struct conn *conn; /* NULL: suspended */
	struct outq *outq; /* NULL: nothing waits */
	uint64_t frames_out, bytes_out;
	/* Bytes that it asked for by joining or coming back: they do not count as slowness. */
	uint32_t allowance;
	bool crc32c, zstd; /* how the client wants its frames */
	uint8_t state;     /* enum session_state */

	struct net *net;
	struct id id;
	struct player *player; /* NULL while NEW */
	/* NEW: HELLO; LIVE: heartbeat, slowness; SUSPENDED: the end of the window. */
	struct wheel_timer timer;
	int64_t heard_us, born_us, soft_since_us;
	int64_t silent_us; /* the line went away */
	struct bucket bucket;
	uint64_t frames_in, bytes_in, dropped;

	uint32_t epoch, epoch_good; /* resume tokens of epoch_good..epoch are valid */
	uint32_t seq;               /* of the last ordered frame of its own stream */
	uint32_t client_seq;        /* of the last command that was carried out or refused */
	uint32_t unacked;           /* commands since the last ACK */
	struct resume_ring ring;

	struct id room;
	struct crowd *crowd;
	uint32_t crowd_at, seat;
	/* Its last JOINED: own number, and where the room's stream was. */
	uint32_t joined_seq, joined_room_seq;
	int64_t seat_us;   /* how long the seat outlives the connection */
	uint64_t revision; /* the room's */
	bool joining;      /* a JOIN is being carried out */

	bool is_fresh; /* attached without a resume token */
	bool leaving;  /* its BYE is being written */
	uint8_t hellos;
	struct session *next_lost, **lost_link;
	uint32_t hello_session_seq, hello_room_seq;
	uint32_t queue_max, resumes;
	int64_t rtt_us; /* < 0: unknown */
	char *build;    /* of the client; NULL: it did not say */
};

static inline struct session *session_find(struct net *n, struct id id)
{
	return slab_find(&n->sessions, id);
}

/* ---- Life: session.c ---- */

void session_opened(struct conn *c);
void session_closed(struct conn *c, const char *how);
void session_writable(struct conn *c);
/* A NEW one became somebody's. */
void session_claimed(struct session *s, struct player *player);
/* `s` takes the connection of the NEW session `from`, which goes away; whoever had it is told that it was superseded. */
void session_attach(struct session *s, struct session *from);
/* The WELCOME went out: from here on it is live. */
void session_alive(struct session *s);
/* The line is gone or shall go: what is left of it is cut by the caller or by the transport. The session is suspended
 * soon, from a task. */
void session_lost(struct session *s);
/* Acts now on what session_lost() noted. */
void session_settle(struct session *s);
/* BYE and the end of the connection; the session goes on without it. */
void session_cut(struct session *s, Gamesrv__V1__Reason reason, struct str text);
/* BYE, the end of the connection and of the session; `s` is gone. */
void session_end(struct session *s, Gamesrv__V1__Reason reason, struct str text);
/* The same for a client that broke the protocol, with the close code that fits. */
void session_fault(struct session *s, uint16_t code, const char *text);
void session_drop(struct session *s); /* without a word: the daemon ends */

/* ---- Time: session_timer.c ---- */

void session_fire(struct wheel_timer *timer);
void session_rearm(struct session *s);           /* its state, or what it waits for, changed */
int64_t session_window(const struct session *s); /* how long it outlives its line */

/* ---- Who it is: session_hello.c ---- */

void session_hello(struct session *s, struct str payload, struct str message);
/* The room answered a resume: `request` NULL: there is no room to ask. */
void session_answer(struct session *s, const struct room_request *request);

/* ---- Frames from the client: session_read.c ---- */

void session_message(struct conn *c, struct str bytes, bool binary);
/* Into net->scratch, until the next one. False: `s` ended. */
bool session_unpack(struct session *s, uint16_t type, struct str payload, ProtobufCMessage **out);

/* ---- Frames to the client: session_send.c ---- */

/* In the session's stream; kept for a resume. */
void session_put(struct session *s, uint16_t type, struct str payload);
void session_put_message(struct session *s, uint16_t type, const ProtobufCMessage *message);
/* Unordered: WELCOME, BYE. */
void session_say(struct session *s, uint16_t type, uint32_t seq, const ProtobufCMessage *message);
void session_ack(struct session *s);
void session_error(struct session *s, uint32_t client_seq, const char *code, const char *text,
		   int64_t retry_us);
/* Frames that others may share. `plain`: the same before they were made to this client's taste; NULL: nothing of them
 * may be left out, however slowly it reads. */
void session_write(struct session *s, struct shared *plain, struct shared *frames);
/* The frames of `plain` as this client wants them: a new reference. NULL: out of memory. */
struct shared *session_taste(struct net *n, struct shared *plain, bool crc32c, bool zstd);
void session_flush(struct session *s); /* what waits, as far as the socket takes it */
void session_forget_queue(struct session *s);
int64_t
session_slow_at(const struct session
			*s); /* when it will have been slow for too long; INT64_MAX: it is not */

/* ---- Its seat: session_room.c ---- */

void session_join(struct session *s, uint32_t client_seq, const Gamesrv__V1__Join *join);
void session_leave(struct session *s, uint32_t client_seq);
/* Tells the room, without waiting. */
void session_tell_room(struct session *s, enum room_verb verb, Gamesrv__V1__Reason reason);
void session_ask_resume(struct session *s, uint32_t room_seq);
void session_put_joined(struct session *s, struct str payload);
void session_left(struct session *s, struct id room, Gamesrv__V1__Reason reason, struct str text);
