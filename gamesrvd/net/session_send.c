/* gamesrvd/net/session_send.c: frames to the client. */
#include <protobuf-c/protobuf-c.h>
#include <stdlib.h>

#include "base/time.h"
#include "gamesrvd/net/session.h"
#include "wire/fast.h"

enum { SMALL = 1024, AROUND = 64 /* headers, checksum */ };

/* ---- Making frames ---- */

static struct shared *make(struct net *n, bool crc32c, bool zstd, uint16_t type, uint8_t flags,
			   uint32_t seq, struct str payload)
{
	struct wire_options taste = {.crc32c = crc32c,
				     .zstd_from = zstd ? (uint32_t)n->players->zstd_from : 0};
	struct shared *frame = shared_new(n->loop->pool, (uint32_t)payload.n + AROUND);

	if (frame != NULL && !wire_frame_put(n->codec, &frame, crc32c || zstd ? &taste : NULL, type,
					     flags, seq, payload, true)) {
		shared_unref(frame);
		return NULL;
	}
	return frame;
}

struct shared *session_taste(struct net *n, struct shared *plain, bool crc32c, bool zstd)
{
	struct wire_options taste = {.crc32c = crc32c,
				     .zstd_from = zstd ? (uint32_t)n->players->zstd_from : 0};
	struct str all = {(const char *)plain->bytes, plain->n}, whole, frame;
	struct shared *made;
	uint32_t at = 0;

	if (!crc32c && !zstd)
		return shared_ref(plain);
	made = shared_new(n->loop->pool, plain->n);
	while (made != NULL && wire_ws_next(all, &at, &whole, &frame)) {
		struct wire_header head;
		uint32_t total;
		struct str payload = {frame.p + WIRE_HEADER, frame.n - WIRE_HEADER};

		if (wire_header_read((const uint8_t *)frame.p, UINT32_MAX, &head, &total) !=
			    WIRE_OK ||
		    !wire_frame_put(n->codec, &made, &taste, head.type, head.flags, head.seq,
				    payload, true)) {
			shared_unref(made);
			made = NULL;
		}
	}
	return made;
}

/* ---- Writing ---- */

void session_forget_queue(struct session *s)
{
	if (s->outq != NULL)
		outq_fini(s->outq);
	free(s->outq);
	s->outq = NULL;
	s->soft_since_us = 0;
}

int64_t session_slow_at(const struct session *s)
{
	return s->soft_since_us ? s->soft_since_us + s->net->players->queue.soft_for.us : INT64_MAX;
}

/* Looks at what waits after it grew or shrank. */
static void weigh(struct session *s)
{
	const struct conf_server_queue *bounds = &s->net->players->queue;
	uint64_t waits = (uint64_t)s->conn->backlog + (s->outq ? s->outq->bytes : 0);

	if (waits > s->queue_max)
		s->queue_max = (uint32_t)waits;
	if (s->allowance > waits)
		s->allowance = (uint32_t)waits; /* so much of it can be waiting still */
	if (waits > bounds->hard + s->allowance) {
		session_cut(
			s, REASON_TOO_SLOW,
			STR("more waits for this client than Server.players.queue.hard allows"));
		return;
	}
	if (waits <= bounds->soft + s->allowance) {
		s->soft_since_us = 0;
	} else if (s->soft_since_us == 0) {
		s->soft_since_us = time_mono_us();
		session_rearm(s);
	}
}

static bool queue(struct session *s, struct shared *plain, struct shared *frames)
{
	uint64_t dropped = 0;
	bool thin, good;

	if (s->outq == NULL)
		s->outq = calloc(1, sizeof(*s->outq));
	if (s->outq == NULL)
		return false;
	/* Once thinned it stays so until it is empty: what is newest of a key stands behind the rest. */
	thin = plain != NULL && (s->outq->latest_count > 0 ||
				 s->conn->backlog + s->outq->bytes > s->net->players->queue.soft);
	good = thin ? outq_put_thin(s->outq, plain, frames, &dropped)
		    : outq_put(s->outq, frames, 0, frames->n);
	s->dropped += dropped;
	s->net->counts.dropped += dropped;
	return good;
}

void session_write(struct session *s, struct shared *plain, struct shared *frames)
{
	struct conn *c = s->conn;

	if (c == NULL)
		return;
	s->bytes_out += frames->n;
	s->net->counts.bytes_out += frames->n;
	if (LIKELY(s->outq == NULL && c->backlog == 0)) {
		if (UNLIKELY(!c->transport->write(
			    c, (struct str){(const char *)frames->bytes, frames->n})))
			return; /* closed() comes, or came */
		if (UNLIKELY(c->backlog > 0))
			weigh(s);
		else
			s->allowance = 0;
	} else if (queue(s, plain, frames)) {
		weigh(s);
	} else {
		session_cut(s, REASON_SERVER_FAULT, STR("out of memory"));
	}
}

void session_flush(struct session *s)
{
	struct conn *c = s->conn;
	struct str frames;

	while (s->outq != NULL && c->backlog == 0 && outq_front(s->outq, &frames)) {
		bool good = c->transport->write(c, frames);

		outq_pop(s->outq);
		if (!good || s->conn != c)
			return;
	}
	if (s->outq != NULL && outq_is_empty(s->outq))
		session_forget_queue(s);
	weigh(s);
}

/* ---- Frames of the session ---- */

static void send_made(struct session *s, struct shared *frame)
{
	if (frame == NULL) {
		session_cut(s, REASON_SERVER_FAULT, STR("out of memory"));
		return;
	}
	s->frames_out++;
	s->net->counts.frames_out++;
	session_write(s, NULL, frame);
	shared_unref(frame);
}

void session_put(struct session *s, uint16_t type, struct str payload)
{
	struct shared *frame = make(s->net, s->crc32c, s->zstd, type, 0, ++s->seq, payload);

	if (frame != NULL)
		resume_ring_put(&s->ring, frame, s->seq);
	else
		resume_ring_clear(&s->ring, s->seq); /* the number is gone: a resume says RESYNC */
	if (type == FRAME_CONFIG_NOW || type == FRAME_SNAPSHOT)
		s->allowance += (uint32_t)payload.n + AROUND;
	/* Before the WELCOME nothing goes out; then it is sent as if it had been missed. */
	if (s->conn != NULL && s->state != SESSION_AUTHED)
		send_made(s, frame);
	else
		shared_unref(frame);
}

/* Packed on the stack when it is small, which is nearly always. */
static void with_packed(struct session *s, const ProtobufCMessage *message, uint16_t type,
			bool ordered, uint32_t seq)
{
	uint8_t small[SMALL], *packed = small;
	size_t n = protobuf_c_message_get_packed_size(message);
	struct str payload;

	if (n > SMALL)
		packed = malloc(n);
	if (packed == NULL) {
		session_cut(s, REASON_SERVER_FAULT, STR("out of memory"));
		return;
	}
	payload = (struct str){(const char *)packed, protobuf_c_message_pack(message, packed)};
	if (ordered)
		session_put(s, type, payload);
	else if (s->conn != NULL)
		send_made(s, make(s->net, s->crc32c, s->zstd, type, WIRE_UNORDERED, seq, payload));
	if (packed != small)
		free(packed);
}

void session_put_message(struct session *s, uint16_t type, const ProtobufCMessage *message)
{
	with_packed(s, message, type, true, 0);
}

void session_say(struct session *s, uint16_t type, uint32_t seq, const ProtobufCMessage *message)
{
	with_packed(s, message, type, false, seq);
}

void session_ack(struct session *s)
{
	Gamesrv__V1__Ack ack = GAMESRV__V1__ACK__INIT;

	ack.client_seq = s->client_seq;
	s->unacked = 0;
	session_say(s, FRAME_ACK, s->seq, &ack.base);
}

void session_error(struct session *s, uint32_t client_seq, const char *code, const char *text,
		   int64_t retry_us)
{
	Gamesrv__V1__Error error = GAMESRV__V1__ERROR__INIT;

	error.client_seq = client_seq;
	error.code = (char *)code;
	error.text = (char *)text;
	error.retry_after_ms = (uint32_t)((retry_us + 999) / 1000);
	session_put_message(s, FRAME_ERROR, &error.base);
}
