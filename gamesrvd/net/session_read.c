/* gamesrvd/net/session_read.c
 * Frames from the client. Each is checked whole before anything happens: header, checksum, inflation, payload, number. What is
 * wrong with it ends the session; what is merely not possible now is answered with an ERROR.
 */
#include "base/time.h"
#include "gamesrvd/net/session.h"
#include "wire/fast.h"

/* ---- Payloads ---- */

struct unpack {
	struct arena *mem;
	const ProtobufCMessageDescriptor *type;
	struct str payload;
	ProtobufCMessage **out;
	enum wire_error error;
};

static int unpack(void *ctx)
{
	struct unpack *u = ctx;

	u->error = wire_unpack(u->mem, u->type, u->payload, u->out);
	return 0;
}

static void fault(struct session *s, enum wire_error error)
{
	session_fault(s, reason_wire_code(error), wire_error_text(error));
}

bool session_unpack(struct session *s, uint16_t type, struct str payload, ProtobufCMessage **out)
{
	struct unpack u = {s->net->scratch, wire_descriptor(type), payload, out, WIRE_OK};

	arena_reset(s->net->scratch);
	if (arena_try(unpack, &u) < 0)
		session_end(s, REASON_SERVER_FAULT, STR("out of memory"));
	else if (u.error != WIRE_OK)
		fault(s, u.error);
	else
		return true;
	return false;
}

static enum wire_error check_payload(uint16_t type, struct str payload)
{
	struct wire_heartbeat beat;
	struct wire_relay relay;
	struct wire_input input;
	struct wire_hash hash;

	switch (type) {
	case FRAME_RELAY: return wire_read_relay(payload, &relay);
	case FRAME_INPUT: return wire_read_input(payload, &input);
	case FRAME_HASH: return wire_read_hash(payload, &hash);
	case FRAME_HEARTBEAT: return wire_read_heartbeat(payload, &beat);
	default: return wire_scan(wire_descriptor(type), payload, NULL);
	}
}

static enum wire_error check(const struct wire_frame *frame)
{
	uint16_t type = frame->head.type;

	return wire_from_client(type) ? check_payload(type, frame->payload) : WIRE_UNKNOWN_TYPE;
}

/* ---- Commands: each once ---- */

static void carry_out(struct session *s, uint16_t type, uint32_t seq, struct str payload)
{
	ProtobufCMessage *message;

	if (type == FRAME_JOIN) {
		if (session_unpack(s, type, payload, &message))
			session_join(s, seq, (const Gamesrv__V1__Join *)message);
	} else if (type == FRAME_LEAVE) {
		session_leave(s, seq);
	} else if (id_is(s->room)) {
		struct id id = s->id;
		struct net *n = s->net;

		if (!n->rooms->message(n->loop, s->room, id, type, seq, payload))
			session_error(s, seq, "out-of-memory", "no memory to carry it to its room",
				      0);
	} else {
		session_error(s, seq, "not-in-room", "the player sits in no room; JOIN comes first",
			      0);
	}
}

static bool within_rate(struct session *s, int64_t now, int64_t *wait_us)
{
	return bucket_take(&s->bucket, now, s->net->players->rate, s->net->players->burst, wait_us);
}

/* Counts a message above the rate. False: it was one too many, `s` ended. */
static bool strike(struct session *s, int64_t now)
{
	s->net->counts.limited++;
	if (bucket_strike(&s->bucket, now) < (uint32_t)s->net->players->strikes)
		return true;
	session_end(s, REASON_RATE_LIMITED,
		    STR("more messages above Server.players.rate than Server.players.strikes"));
	return false;
}

/* Above the rate a command has its number, is not carried out, and the client hears so. */
static void limit(struct session *s, uint32_t seq, int64_t now, int64_t wait_us)
{
	if (strike(s, now))
		session_error(s, seq, "rate-limited", "faster than Server.players.rate allows",
			      wait_us);
}

static void command(struct session *s, const struct wire_frame *frame, int64_t now)
{
	uint32_t seq = frame->head.seq;
	struct id id = s->id;
	struct net *n = s->net;
	int64_t wait_us;

	if (seq != s->client_seq + 1 && (int32_t)(seq - s->client_seq) > 0) {
		session_fault(s, CLOSE_REASON + REASON_PROTOCOL_ERROR,
			      "a gap in the numbers of commands");
		return;
	}
	if (seq == s->client_seq + 1) {
		s->client_seq = seq;
		if (within_rate(s, now, &wait_us))
			carry_out(s, frame->head.type, seq, frame->payload);
		else
			limit(s, seq, now, wait_us);
	}
	/* A command that came before is only acknowledged again. */
	s = session_find(n, id);
	if (s != NULL && ++s->unacked >= SESSION_ACK_EVERY)
		session_ack(s);
}

/* ---- Frames that are no commands ---- */

/* A heartbeat with a time is a question and answered at once; one with nothing but an echo is the answer to ours. */
static void heartbeat(struct session *s, struct str payload, int64_t now)
{
	struct wire_heartbeat beat;
	Gamesrv__V1__Heartbeat answer = GAMESRV__V1__HEARTBEAT__INIT;

	if (wire_read_heartbeat(payload, &beat) != WIRE_OK)
		return; /* it was checked */
	resume_ring_trim(&s->ring, beat.session_seq);
	if (beat.time_us == 0 && beat.echo_us != 0) {
		if (beat.echo_us <= (uint64_t)now)
			s->rtt_us = now - (int64_t)beat.echo_us;
		return;
	}
	s->unacked = 0;
	answer.time_us = (uint64_t)now;
	answer.echo_us = beat.time_us;
	answer.client_seq = s->client_seq;
	session_say(s, FRAME_HEARTBEAT, s->seq, &answer.base);
}

/* Heartbeats are answered above the rate, too: they carry what was acknowledged. */
static void loose(struct session *s, const struct wire_frame *frame, int64_t now)
{
	if (frame->head.type == FRAME_BYE)
		session_end(s, REASON_CLIENT_BYE, STR(""));
	else if (within_rate(s, now, NULL) || strike(s, now))
		heartbeat(s, frame->payload, now);
}

static void one(struct session *s, const struct wire_frame *frame, int64_t now)
{
	uint16_t type = frame->head.type;

	if (type == FRAME_HELLO)
		session_fault(s, CLOSE_REASON + REASON_PROTOCOL_ERROR, "a second HELLO");
	else if (type == FRAME_HEARTBEAT || type == FRAME_BYE)
		loose(s, frame, now);
	else
		command(s, frame, now);
}

/* ---- Messages ---- */

/* One bad frame refuses all of them, so each is looked at before the first takes effect. */
static void read_batch(struct session *s, struct str payload, int64_t now)
{
	struct net *n = s->net;
	struct conn *c = s->conn;
	struct id id = s->id;
	enum wire_error error = wire_batch_check(payload);
	struct wire_frame frame;
	uint32_t at = 0;

	while (error == WIRE_OK && wire_batch_next(payload, &at, &frame))
		error = check(&frame);
	if (error != WIRE_OK) {
		fault(s, error);
		return;
	}
	for (at = 0; s != NULL && s->conn == c && wire_batch_next(payload, &at, &frame);
	     s = session_find(n, id))
		one(s, &frame, now);
}

static void greet(struct session *s, const struct wire_frame *frame, struct str bytes)
{
	if (frame->head.type != FRAME_HELLO)
		session_fault(s, CLOSE_REASON + REASON_PROTOCOL_ERROR,
			      "the first frame is not HELLO");
	else if (++s->hellos > SESSION_HELLOS)
		session_fault(s, CLOSE_REASON + REASON_PROTOCOL_ERROR,
			      "too many attempts to say HELLO");
	else
		session_hello(s, frame->payload, bytes);
}

static void read_message(struct session *s, struct str bytes)
{
	struct wire_frame frame;
	enum wire_error error = wire_frame_read(s->net->codec, bytes, &frame);
	int64_t now = time_mono_us();

	if (error == WIRE_OK && s->state != SESSION_NEW && frame.head.type != FRAME_BATCH)
		error = check(&frame);
	if (error != WIRE_OK) {
		fault(s, error);
		return;
	}
	if (s->state == SESSION_NEW) {
		greet(s, &frame, bytes);
		return;
	}
	if (s->state == SESSION_AUTHED) {
		session_fault(s, CLOSE_REASON + REASON_PROTOCOL_ERROR,
			      "a frame before the WELCOME came");
		return;
	}
	s->heard_us = now;
	s->state = SESSION_LIVE;
	s->epoch_good = s->epoch; /* it has the WELCOME, and with it the newest token */
	if (frame.head.type == FRAME_BATCH)
		read_batch(s, frame.payload, now);
	else
		one(s, &frame, now);
}

void session_message(struct conn *c, struct str bytes, bool binary)
{
	struct session *s = c->owner;

	if (s == NULL)
		return;
	s->frames_in++;
	s->bytes_in += bytes.n;
	s->net->counts.frames_in++;
	s->net->counts.bytes_in += bytes.n;
	if (binary)
		read_message(s, bytes);
	else
		session_fault(s, CLOSE_UNSUPPORTED, "messages are binary");
}
