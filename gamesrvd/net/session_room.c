/* gamesrvd/net/session_room.c: the session's seat. */
#include <stdlib.h>

#include "gamesrvd/net/peek.h"
#include "gamesrvd/net/session.h"

struct ask { /* a request on its way; texts behind it */
	struct room_request request;
	struct net *net;
	uint32_t epoch;
	char text[];
};

static struct ask *ask_of(struct room_request *request)
{
	return CONTAINER_OF(request, struct ask, request);
}

static struct ask *ask_new(const struct session *s, enum room_verb verb, size_t text)
{
	struct ask *ask = calloc(1, sizeof(*ask) + text);

	if (ask != NULL) {
		ask->net = s->net;
		ask->epoch = s->epoch;
		ask->request.verb = verb;
		ask->request.session = s->id;
		ask->request.room = s->room;
	}
	return ask;
}

/* ---- Without waiting ---- */

static void tell(struct net *n, struct id session, struct id room, enum room_verb verb,
		 Gamesrv__V1__Reason reason)
{
	struct room_request request = {
		.verb = verb, .session = session, .room = room, .reason = reason};

	if (!n->closing)
		n->rooms->ask(n->loop, &request);
}

void session_tell_room(struct session *s, enum room_verb verb, Gamesrv__V1__Reason reason)
{
	tell(s->net, s->id, s->room, verb, reason);
}

/* ---- Join ---- */

static void refuse(struct session *s, uint32_t client_seq, enum room_error error)
{
	static const char *const texts[] = {
		[ROOM_NOT_FOUND] = "there is no such room (any more)",
		[ROOM_FULL] = "every seat is taken",
		[ROOM_LOCKED] = "the room takes nobody in",
		[ROOM_CORDONED] = "the server takes nobody into such rooms now",
		[ROOM_ENDED] = "the room is ending",
		[ROOM_NO_TYPE] = "JOIN names neither a room nor a RoomType of the configuration",
		[ROOM_NO_MODE] = "this version of the server does not serve the RoomType's mode",
		[ROOM_NO_SEAT] = "the player has no seat there",
		[ROOM_NO_MEMORY] = "the server is out of memory",
		[ROOM_SEATED] = "the player sits in a room; LEAVE comes first",
	};

	session_error(s, client_seq, room_error_code(error),
		      (size_t)error < ARRAY_LEN(texts) && texts[error] ? texts[error] : "", 0);
}

/* What it must remember of its JOINED: fields 5 and 7, revision and room_seq. */
void session_put_joined(struct session *s, struct str payload)
{
	session_put(s, FRAME_JOINED, payload);
	s->joined_seq = s->seq;
	s->joined_room_seq = (uint32_t)peek_number(payload, 7);
	s->revision = peek_number(payload, 5);
}

/* It hears the room from here on; what the room said before is in JOINED, or was sent again. */
static void seat(struct session *s, const struct room_request *request)
{
	s->seat = request->seat;
	s->seat_us = request->resume_us;
	if (crowd_join(&s->net->crowds, s->room, s) < 0)
		session_cut(s, REASON_SERVER_FAULT, STR("out of memory"));
}

static void joined(struct room_request *request)
{
	struct ask *ask = ask_of(request);
	struct net *n = ask->net;
	struct session *s = session_find(n, request->session);
	bool good = request->error == ROOM_OK;

	if (s == NULL) {
		if (good)
			tell(n, request->session, request->room, ROOM_LEAVE, REASON_CLIENT_BYE);
	} else if (good) {
		s->joining = false;
		s->room = request->room;
		session_put_joined(s, request->joined);
		seat(s, request);
		if (s->state == SESSION_SUSPENDED) {
			crowd_leave(&n->crowds, s);
			session_tell_room(s, ROOM_SUSPEND, REASON_NONE);
			session_rearm(s);
		}
	} else {
		s->joining = false;
		refuse(s, request->client_seq, request->error);
	}
	free(ask);
}

static void put_text(struct ask *ask, size_t *at, struct str text, struct str *out)
{
	*out = (struct str){ask->text + *at, text.n};
	memcpy(ask->text + *at, text.p, text.n);
	*at += text.n;
}

/* Refuses a wish that makes no sense. */
static bool check_join(struct session *s, uint32_t client_seq, const Gamesrv__V1__Join *join,
		       struct id *room)
{
	*room = ID_NONE;
	if (s->joining)
		session_error(s, client_seq, "wrong-state", "another JOIN is being carried out", 0);
	else if (id_is(s->room))
		refuse(s, client_seq, ROOM_SEATED);
	else if (join->room[0] == '\0' && join->room_type[0] == '\0')
		refuse(s, client_seq, ROOM_NO_TYPE);
	else if (join->room[0] != '\0' && !id_parse('r', str_of(join->room), room))
		refuse(s, client_seq, ROOM_NOT_FOUND);
	else if (strlen(join->key) > ROOM_KEY_MAX)
		session_error(s, client_seq, "bad-request", "a room's key has 64 bytes at most", 0);
	else
		return true;
	return false;
}

void session_join(struct session *s, uint32_t client_seq, const Gamesrv__V1__Join *join)
{
	struct str type = str_of(join->room_type), key = str_of(join->key),
		   name = player_name(s->player);
	struct id room;
	struct ask *ask;
	size_t at = 0;

	if (!check_join(s, client_seq, join, &room))
		return;
	ask = ask_new(s, ROOM_JOIN, type.n + key.n + name.n);
	if (ask == NULL) {
		refuse(s, client_seq, ROOM_NO_MEMORY);
		return;
	}
	put_text(ask, &at, type, &ask->request.type);
	put_text(ask, &at, key, &ask->request.key);
	put_text(ask, &at, name, &ask->request.player);
	ask->request.room = room;
	ask->request.spectate = join->spectate;
	ask->request.client_seq = client_seq;
	ask->request.done = joined;
	s->joining = true;
	s->net->rooms->ask(s->net->loop, &ask->request);
}

/* ---- Leave ---- */

static void put_left(struct session *s, struct id room, Gamesrv__V1__Reason reason,
		     const char *text)
{
	Gamesrv__V1__Left left = GAMESRV__V1__LEFT__INIT;
	char id[ID_TEXT];

	left.room = (char *)id_text('r', room, id);
	left.reason = reason;
	left.text = (char *)text;
	session_put_message(s, FRAME_LEFT, &left.base);
}

void session_leave(struct session *s, uint32_t client_seq)
{
	struct id room = s->room;

	if (!id_is(room)) {
		session_error(s, client_seq, "not-in-room", "the player sits in no room", 0);
		return;
	}
	crowd_leave(&s->net->crowds, s);
	session_tell_room(s, ROOM_LEAVE, REASON_CLIENT_BYE);
	s->room = ID_NONE;
	put_left(s, room, REASON_CLIENT_BYE, "");
}

void session_left(struct session *s, struct id room, Gamesrv__V1__Reason reason, struct str text)
{
	char words[200];
	size_t n = text.n < sizeof(words) ? text.n : sizeof(words) - 1;

	if (!id_eq(s->room, room))
		return;
	memcpy(words, text.p, n);
	words[n] = '\0';
	crowd_leave(&s->net->crowds, s);
	s->room = ID_NONE;
	if (s->state == SESSION_SUSPENDED && reason == REASON_RESUME_EXPIRED) {
		session_end(s, reason, text);
		return;
	}
	put_left(s, room, reason, words);
	if (s->state == SESSION_SUSPENDED)
		session_rearm(s);
}

/* ---- Back again ---- */

static void resumed(struct room_request *request)
{
	struct ask *ask = ask_of(request);
	struct session *s = session_find(ask->net, request->session);

	/* Another connection may have come, or this one gone, while the room was asked. */
	if (s != NULL && s->state == SESSION_AUTHED && s->epoch == ask->epoch && s->conn != NULL) {
		session_answer(s, request);
		if (s->conn != NULL && request->error == ROOM_OK && id_eq(s->room, request->room))
			seat(s, request);
	}
	free(ask);
}

void session_ask_resume(struct session *s, uint32_t room_seq)
{
	struct ask *ask = ask_new(s, ROOM_RESUME, 0);

	if (ask == NULL) {
		session_cut(s, REASON_SERVER_FAULT, STR("out of memory"));
		return;
	}
	ask->request.room_seq = room_seq;
	ask->request.done = resumed;
	s->net->rooms->ask(s->net->loop, &ask->request);
}
