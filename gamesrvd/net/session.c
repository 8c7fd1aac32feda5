/* gamesrvd/net/session.c: the life of a session. */
#include "gamesrvd/net/session.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/time.h"

enum { CLOSE_TEXT = 123 /* a close frame has room for no more */ };

static const char *const names[] = {
	[SESSION_NEW] = "new",         [SESSION_AUTHED] = "authed",       [SESSION_LIVE] = "live",
	[SESSION_SUSPECT] = "suspect", [SESSION_SUSPENDED] = "suspended",
};

const char *session_state_name(enum session_state state)
{
	return names[state];
}

static void log_session(const struct session *s, const char *what, struct str why)
{
	char id[ID_TEXT];

	if (log_wants(LOG_AT_DEBUG))
		log_debug("session %s of " STR_FMT ": %s (" STR_FMT ")", id_text('s', s->id, id),
			  STR_ARG(s->player ? player_name(s->player) : STR("nobody yet")), what,
			  STR_ARG(why));
}

static void count(_Atomic uint32_t *counter, enum metric gauge, int by)
{
	atomic_fetch_add(counter, (uint32_t)by);
	metric_add(gauge, (uint64_t)(int64_t)by);
}

/* ---- Lost lines ---- */

static void unlink_lost(struct session *s)
{
	if (s->lost_link == NULL)
		return;
	*s->lost_link = s->next_lost;
	if (s->next_lost != NULL)
		s->next_lost->lost_link = s->lost_link;
	s->lost_link = NULL;
}

void session_lost(struct session *s)
{
	struct net *n = s->net;

	if (s->lost_link != NULL)
		return;
	s->next_lost = n->lost;
	if (n->lost != NULL)
		n->lost->lost_link = &s->next_lost;
	s->lost_link = &n->lost;
	n->lost = s;
	if (!n->sweeping) {
		n->sweeping = true;
		thread_send(n->loop->thread, &n->sweep);
	}
}

/* ---- Goodbye ---- */

/* The last frame and the close code; then the connection is nobody's. */
static void bye(struct session *s, Gamesrv__V1__Reason reason, uint16_t code, struct str text)
{
	const struct reason *row = reason_of(reason);
	struct conn *c = s->conn;
	Gamesrv__V1__Bye frame = GAMESRV__V1__BYE__INIT;
	char words[256];

	if (c == NULL)
		return;
	if (text.n == 0)
		text = str_of(row->text);
	text.n = text.n < sizeof(words) ? text.n : sizeof(words) - 1;
	memcpy(words, text.p, text.n);
	words[text.n] = '\0';
	frame.reason = reason;
	frame.advice = row->advice;
	frame.retry_after_ms = row->retry_ms;
	frame.text = words;
	s->leaving = true;
	session_forget_queue(s);
	if (c->backlog == 0) /* otherwise the close code has to say it all */
		session_say(s, FRAME_BYE, s->seq, &frame.base);
	s->leaving = false;
	if (s->conn != c)
		return; /* it broke meanwhile */
	s->conn = NULL;
	c->owner = NULL;
	c->transport->close(c, code,
			    (struct str){words, text.n < CLOSE_TEXT ? text.n : CLOSE_TEXT});
}

void session_cut(struct session *s, Gamesrv__V1__Reason reason, struct str text)
{
	const struct reason *row = reason_of(reason);

	if (s->leaving || s->conn == NULL)
		return;
	log_session(s, row->name, text);
	metric_add(row->count, 1);
	bye(s, reason, row->code, text);
	session_lost(s);
}

/* The slot is free; what others still hold is a stale id. */
static void discard(struct session *s)
{
	struct net *n = s->net;

	unlink_lost(s);
	wheel_cancel(&s->timer);
	session_forget_queue(s);
	resume_ring_clear(&s->ring, 0);
	crowd_leave(&n->crowds, s);
	if (s->player != NULL) {
		player_release(n->all->players, s->player);
		count(&n->all->sessions, METRIC_sessions, -1);
	}
	free(s->build);
	slab_give(&n->sessions, s->id);
}

static void end(struct session *s, Gamesrv__V1__Reason reason, uint16_t code, struct str text)
{
	const struct reason *row = reason_of(reason);

	log_session(s, row->name, text);
	metric_add(row->count, s->player != NULL);
	bye(s, reason, code, text);
	if (id_is(s->room))
		session_tell_room(s, ROOM_LEAVE, reason);
	s->net->graves[id_slot(s->id) % GRAVES] = (struct grave){s->id, reason};
	discard(s);
}

void session_end(struct session *s, Gamesrv__V1__Reason reason, struct str text)
{
	end(s, reason, reason == REASON_CLIENT_BYE ? CLOSE_NORMAL : reason_of(reason)->code, text);
}

void session_fault(struct session *s, uint16_t code, const char *text)
{
	end(s, REASON_PROTOCOL_ERROR, code, str_of(text));
}

void session_drop(struct session *s)
{
	if (s->conn != NULL)
		s->conn->owner = NULL;
	s->conn = NULL;
	discard(s);
}

/* ---- Its line ---- */

void session_opened(struct conn *c)
{
	struct net *n = c->loop->net;
	struct id id;
	struct session *s = slab_take(&n->sessions, &id);

	count(&n->all->connections, METRIC_connections, 1);
	if (s == NULL) {
		c->transport->close(c, CLOSE_TRY_LATER, STR("out of memory"));
		return;
	}
	s->net = n;
	s->id = id;
	s->conn = c;
	s->rtt_us = -1;
	s->born_us = s->heard_us = time_mono_us();
	s->timer.fire = session_fire;
	c->owner = s;
	session_rearm(s);
}

void session_closed(struct conn *c, const char *how)
{
	struct session *s = c->owner;

	count(&c->loop->net->all->connections, METRIC_connections, -1);
	if (s == NULL)
		return;
	log_session(s, "line lost", str_of(how));
	c->owner = NULL;
	s->conn = NULL;
	session_lost(s);
}

void session_writable(struct conn *c)
{
	if (c->owner != NULL)
		session_flush(c->owner);
}

void session_settle(struct session *s)
{
	if (s->lost_link == NULL)
		return;
	unlink_lost(s);
	if (s->state == SESSION_NEW) {
		discard(s);
		return;
	}
	s->state = SESSION_SUSPENDED;
	s->silent_us = time_mono_us();
	session_forget_queue(s);
	crowd_leave(&s->net->crowds, s);
	if (id_is(s->room))
		session_tell_room(s, ROOM_SUSPEND, REASON_NONE);
	if (session_window(s) == 0)
		session_end(s, REASON_RESUME_EXPIRED, STR("sessions are not kept here"));
	else
		session_rearm(s);
}

void session_claimed(struct session *s, struct player *player)
{
	s->player = player;
	s->state = SESSION_AUTHED;
	s->epoch = s->epoch_good = 1;
	s->is_fresh = true;
	count(&s->net->all->sessions, METRIC_sessions, 1);
	metric_add(METRIC_sessions_started_total, 1);
	log_session(s, "begins", STR("hello"));
}

/* A client that knows nothing of the session: its numbers begin again, and nobody else's token is good any more. */
static void begin_anew(struct session *s)
{
	s->epoch_good = s->epoch;
	s->seq = s->client_seq = s->unacked = s->joined_seq = 0;
	resume_ring_clear(&s->ring, 0);
}

void session_attach(struct session *s, struct session *from)
{
	session_settle(s);
	if (s->conn != NULL) {
		metric_add(METRIC_connections_superseded_total, 1);
		bye(s, REASON_SUPERSEDED, reason_of(REASON_SUPERSEDED)->code, STR(""));
		unlink_lost(s); /* if the goodbye broke it: another is there already */
		crowd_leave(&s->net->crowds, s);
	}
	s->conn = from->conn;
	s->conn->owner = s;
	s->crc32c = from->crc32c;
	s->zstd = from->zstd;
	s->is_fresh = from->is_fresh;
	s->hello_session_seq = from->hello_session_seq;
	s->hello_room_seq = from->hello_room_seq;
	free(s->build);
	s->build = from->build;
	from->build = NULL;
	from->conn = NULL;
	discard(from);
	s->state = SESSION_AUTHED;
	s->heard_us = time_mono_us();
	s->epoch++;
	s->resumes++;
	if (s->is_fresh)
		begin_anew(s);
	session_rearm(s);
	log_session(s, "attached", s->is_fresh ? STR("hello") : STR("resume"));
}

void session_alive(struct session *s)
{
	s->state = SESSION_LIVE;
	s->heard_us = time_mono_us();
	session_rearm(s);
}
