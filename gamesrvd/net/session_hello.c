/* gamesrvd/net/session_hello.c
 * Who a connection belongs to. A resume token is read, its signature checked, its session looked up, its epoch compared, and
 * only then anything changes: a bad one leaves no trace.
 */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "admin/version.h"
#include "base/time.h"
#include "gamesrvd/net/resume_token.h"
#include "gamesrvd/net/session.h"
#include "gamesrvd/net/token.h"

enum {
	PROTOCOL = 1,
	BUILD_MAX = 64,
	/* Those who are sent away do not come back at once, nor all together. */
	RETRY_MIN_MS = 1000,
	RETRY_SPREAD_MS = 4000,
};

/* ---- Answers ---- */

/* To a connection that got no session. */
static void answer(struct session *s, Gamesrv__V1__Answer kind, Gamesrv__V1__Reason reason,
		   const char *path, uint32_t retry_ms)
{
	Gamesrv__V1__Welcome w = GAMESRV__V1__WELCOME__INIT;

	w.answer = kind;
	w.reason = reason;
	w.path = (char *)path;
	w.retry_after_ms = retry_ms;
	w.server = (char *)"gamesrvd " GAMESRV_VERSION;
	session_say(s, FRAME_WELCOME, 0, &w.base);
}

/* The connection ends; `s` is nobody's and goes with it. */
static void turn_away(struct session *s, uint16_t code, const char *why)
{
	struct conn *c = s->conn;

	if (c == NULL)
		return; /* it broke by itself: closed() saw to it */
	session_drop(s);
	c->transport->close(c, code, str_of(why));
}

static void gone(struct session *s, Gamesrv__V1__Reason reason)
{
	metric_add(METRIC_resumes_gone_total, 1);
	answer(s, ANSWER_GONE, reason, "", 0);
	s->heard_us = time_mono_us(); /* it may say HELLO again, without the token */
	session_rearm(s);
}

static void retry(struct session *s, Gamesrv__V1__Reason reason)
{
	metric_add(METRIC_hellos_retry_total, 1);
	answer(s, ANSWER_RETRY, reason, "", RETRY_MIN_MS + randombytes_uniform(RETRY_SPREAD_MS));
	turn_away(s, CLOSE_TRY_LATER, "no new sessions now");
}

static void moved(struct session *s, unsigned loop, struct str message)
{
	struct conn *c = s->conn;
	char path[24];

	metric_add(METRIC_hellos_moved_total, 1);
	if (c->transport->move != NULL) {
		/* The HELLO is read again over there. */
		if (!c->transport->move(c, &s->net->all->loops->loop[loop], message) &&
		    s->conn == c)
			turn_away(s, CLOSE_TRY_LATER, "out of memory");
		return;
	}
	snprintf(path, sizeof(path), "/play/%u", loop);
	answer(s, ANSWER_MOVED, REASON_NONE, path, 0);
	turn_away(s, CLOSE_NORMAL, "moved");
}

static void refuse(struct session *s, enum token_error error)
{
	metric_add(METRIC_hellos_refused_total, 1);
	session_error(s, 0, token_error_code(error), token_error_text(error), 0);
	session_fault(s, CLOSE_REASON + REASON_PROTOCOL_ERROR, token_error_text(error));
}

/* ---- Attached ---- */

/* Asks the room first, if there is one. */
static void attached(struct session *s)
{
	bool lost = s->is_fresh || resume_ring_after(&s->ring, s->hello_session_seq) < 0;
	uint32_t room_seq = s->hello_room_seq;

	if (!id_is(s->room)) {
		session_answer(s, NULL);
		return;
	}
	/* Its JOINED is among what will be sent again: it counts the room's frames from there on. */
	if (s->joined_seq != 0 && (int32_t)(s->joined_seq - s->hello_session_seq) > 0)
		room_seq = s->joined_room_seq;
	session_ask_resume(s, lost ? ROOM_SEQ_NONE : room_seq);
}

/* ---- With a resume token ---- */

static void resume(struct session *s, struct str bytes, struct str message)
{
	struct net_all *all = s->net->all;
	struct resume_token token;
	struct session *owner;
	unsigned loop;

	if (!resume_token_read(bytes, all->keys.resume, &token) || token.boot != all->boot) {
		gone(s, REASON_RESUME_EXPIRED);
		return;
	}
	loop = id_loop(token.session);
	if (loop != s->net->loop->index && loop < all->loops->count) {
		moved(s, loop, message);
		return;
	}
	owner = session_find(s->net, token.session);
	if (owner == NULL) {
		const struct grave *grave = &s->net->graves[id_slot(token.session) % GRAVES];

		gone(s,
		     id_eq(grave->session, token.session) ? grave->reason : REASON_RESUME_EXPIRED);
		return;
	}
	if (token.epoch < owner->epoch_good || token.epoch > owner->epoch) {
		gone(s, REASON_SUPERSEDED);
		return;
	}
	session_attach(owner, s);
	attached(owner);
}

/* ---- With a name ---- */

static enum token_error who(const struct session *s, struct str token, char name[PLAYER_NAME_MAX],
			    uint32_t *n)
{
	const struct conf_server_players *p = s->net->players;

	if (str_is(p->auth, "token"))
		return token_read(token, &s->net->all->keys, &p->keys, time_wall_us(), name, n);
	if (!player_name_good(token))
		return TOKEN_BAD_PLAYER;
	memcpy(name, token.p, token.n);
	*n = (uint32_t)token.n;
	return TOKEN_OK;
}

/* Sessions that wait for their players take memory, too: as many as may be connected, and no more. */
static bool crowded(const struct net *n)
{
	return atomic_load(&n->all->sessions) / 2 >= (uint32_t)n->players->connections;
}

static void login(struct session *s, struct str name, struct str message)
{
	struct net_all *all = s->net->all;
	struct player *player;
	struct id holder = player_find(all->players, name);
	int rc;

	if (!id_is(holder) && (atomic_load(&all->cordoned) || crowded(s->net))) {
		retry(s, atomic_load(&all->cordoned) ? REASON_DRAINED : REASON_NONE);
		return;
	}
	rc = player_claim(all->players, name, s->id, &player, &holder);
	if (rc == 0) {
		session_claimed(s, player);
		session_answer(s, NULL);
	} else if (rc == -ENOMEM) {
		retry(s, REASON_NONE);
	} else if (id_loop(holder) != s->net->loop->index) {
		moved(s, id_loop(holder), message);
	} else {
		struct session *owner = session_find(s->net, holder);

		s->is_fresh = true;
		session_attach(owner, s);
		attached(owner);
	}
}

static bool read_hello(struct session *s, const Gamesrv__V1__Hello *hello)
{
	size_t n = strlen(hello->client_build);

	if (hello->protocol != PROTOCOL) {
		session_error(s, 0, "protocol", "this server speaks protocol 1", 0);
		session_fault(s, CLOSE_REASON + REASON_PROTOCOL_ERROR,
			      "HELLO asks for another protocol than 1");
		return false;
	}
	s->crc32c = hello->crc32c;
	s->zstd = hello->zstd;
	s->hello_session_seq = hello->session_seq;
	s->hello_room_seq = hello->room_seq;
	free(s->build);
	s->build = n > 0 ? strndup(hello->client_build, n < BUILD_MAX ? n : BUILD_MAX) : NULL;
	return true;
}

void session_hello(struct session *s, struct str payload, struct str message)
{
	char name[PLAYER_NAME_MAX];
	const Gamesrv__V1__Hello *hello;
	ProtobufCMessage *unpacked;
	enum token_error error;
	uint32_t n = 0;

	if (!session_unpack(s, FRAME_HELLO, payload, &unpacked))
		return;
	hello = (const Gamesrv__V1__Hello *)unpacked;
	if (!read_hello(s, hello))
		return;
	if (hello->resume_token.len > 0) {
		resume(s,
		       (struct str){(const char *)hello->resume_token.data,
				    hello->resume_token.len},
		       message);
		return;
	}
	error = who(s, str_of(hello->token), name, &n);
	if (error == TOKEN_OK)
		login(s, (struct str){name, n}, message);
	else
		refuse(s, error);
}
