/* gamesrvd/net/session_welcome.c: the answer to a HELLO that found its session, and what was missed. */
#include <stdio.h>

#include "admin/version.h"
#include "gamesrvd/net/resume_token.h"
#include "gamesrvd/net/session.h"

enum { BACKOFF_MIN_MS = 250, BACKOFF_MAX_MS = 10000 };

static void fill_timing(const struct session *s, Gamesrv__V1__Timing *t)
{
	const struct conf_server_players *p = s->net->players;

	t->heartbeat_ms = (uint32_t)(p->heartbeat.us / 1000);
	t->heartbeat_misses = (uint32_t)p->misses;
	t->suspect_misses = (uint32_t)p->suspect_misses;
	t->hello_ms = (uint32_t)(p->hello.us / 1000);
	t->resume_ms = (uint32_t)(p->resume.us / 1000);
	t->message_bytes = (uint32_t)p->message;
	t->rate = (uint32_t)p->rate;
	t->burst = (uint32_t)p->burst;
	t->backoff_min_ms = BACKOFF_MIN_MS;
	t->backoff_max_ms = BACKOFF_MAX_MS;
}

static void welcome(struct session *s, Gamesrv__V1__Answer answer, uint32_t seq, uint32_t replayed)
{
	struct net *n = s->net;
	Gamesrv__V1__Welcome w = GAMESRV__V1__WELCOME__INIT;
	Gamesrv__V1__Timing timing = GAMESRV__V1__TIMING__INIT;
	struct resume_token token = {s->id, s->epoch, n->all->boot};
	uint8_t token_bytes[RESUME_TOKEN];
	char id[ID_TEXT], path[24], player[PLAYER_NAME_MAX + 1];
	struct str name = player_name(s->player);

	resume_token_write(&token, n->all->keys.resume, token_bytes);
	memcpy(player, name.p, name.n);
	player[name.n] = '\0';
	snprintf(path, sizeof(path), "/play/%u", n->loop->index);
	fill_timing(s, &timing);
	w.answer = answer;
	w.session = (char *)id_text('s', s->id, id);
	w.player = player;
	w.epoch = s->epoch;
	w.resume_token = (ProtobufCBinaryData){RESUME_TOKEN, token_bytes};
	w.path = path;
	w.client_seq = s->client_seq;
	w.replayed = replayed;
	w.timing = &timing;
	w.server = (char *)"gamesrvd " GAMESRV_VERSION;
	session_say(s, FRAME_WELCOME, seq, &w.base);
}

/* Takes the reference. */
static void send_missed(struct session *s, struct shared *frames)
{
	if (frames != NULL) {
		s->allowance += frames->n;
		session_write(s, NULL, frames);
	} else {
		session_cut(s, REASON_SERVER_FAULT, STR("out of memory"));
	}
	shared_unref(frames);
}

static void send_again(struct session *s, uint32_t own, const struct room_request *request)
{
	for (uint32_t i = 0; i < own && s->conn != NULL; i++)
		send_missed(s, shared_ref(resume_ring_at(&s->ring, own, i)));
	for (uint32_t i = 0; request != NULL && i < request->replay_count && s->conn != NULL; i++)
		send_missed(s, session_taste(s->net, request->replay[i], s->crc32c, s->zstd));
}

static Gamesrv__V1__Answer answer_of(const struct session *s, bool resync)
{
	if (resync)
		return ANSWER_RESYNC;
	return s->is_fresh ? ANSWER_NEW : ANSWER_RESUMED;
}

void session_answer(struct session *s, const struct room_request *request)
{
	bool seated = request != NULL && request->error == ROOM_OK,
	     resync = seated && request->resync;
	uint32_t from = s->is_fresh ? 0 : s->hello_session_seq, replayed;
	int32_t own;

	if (request != NULL && !seated)
		session_left(s, request->room, REASON_ROOM_CLOSED, STR("the seat is gone"));
	own = resume_ring_after(&s->ring, from);
	if (own < 0) { /* never asked for a replay in that case: see session_attached() */
		resync = true;
		own = 0;
		from = s->seq;
	}
	replayed = (uint32_t)own + (seated && !resync ? request->replay_frames : 0);
	metric_add(resync ? METRIC_resumes_resync_total : METRIC_resumes_resumed_total,
		   !s->is_fresh);
	welcome(s, answer_of(s, resync), from, replayed);
	session_alive(s);
	send_again(s, (uint32_t)own, seated && !resync ? request : NULL);
	if (seated && resync)
		session_put_joined(s, request->joined);
}
