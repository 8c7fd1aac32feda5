/* tests/unit/net_world.h
 * Sessions between a transport and rooms that are the test's own: what they write and ask is noted, what players send is
 * given to them byte for byte. The loops are real; all of them run on the test's thread, turn by turn.
 */
#pragma once
#include <stdio.h>

#include "gamesrvd/net/session.h"
#include "set_help.h"
#include "wire/fast.h"

enum { WORLD_LOOPS = 2, WORLD_ASKED = 256, WORLD_CONNS = 64 };

struct fake_conn {
	struct conn conn;
	struct buf out; /* frames as they were written, with WebSocket headers */
	uint32_t at;    /* how much of it the test has looked at */
	bool open, stuck, broken, closing;
	uint16_t code;
	char reason[128];
	unsigned writes;
	struct fake_conn *moved; /* where it goes on */
};

struct asked {
	enum room_verb verb;
	struct id room, session;
	uint32_t room_seq;
	Gamesrv__V1__Reason reason;
	struct room_request *request; /* waits for its answer; NULL: it had one, or wants none */
	char type[32], key[32], player[72];
	uint16_t frame_type;
	uint32_t client_seq;
	char payload[64];
};

struct world {
	struct loops *loops;
	struct net_all all;
	struct thread *thread;
	struct loaded config;
	struct conf_server_players players; /* what sessions read; the test may change it */
	struct asked asked[WORLD_ASKED];
	unsigned asked_count;
	bool rooms_wait;     /* answers are the test's to give */
	struct id room;      /* where a JOIN leads */
	uint32_t replay_seq; /* last number of the room's stream */
	bool resync;
	enum room_error error;
	struct shared *replay[4];
	uint32_t replay_count;
	struct fake_conn conns[WORLD_CONNS];
	unsigned conn_count;
};

static struct world world;
static bool world_allocates; /* for itself: test_session_starved.c lets that succeed */

/* ---- The transport ---- */

static inline struct fake_conn *fake_of(struct conn *c)
{
	return CONTAINER_OF(c, struct fake_conn, conn);
}

static bool fake_write(struct conn *c, struct str frames)
{
	struct fake_conn *f = fake_of(c);

	assert_true(f->open && c->backlog == 0);
	f->writes++;
	if (f->broken)
		return false;
	if (f->stuck)
		c->backlog += (uint32_t)frames.n;
	world_allocates = true;
	buf_add(&f->out, frames);
	world_allocates = false;
	return true;
}

static void fake_end(struct fake_conn *f, const char *how)
{
	if (!f->open)
		return;
	f->open = false;
	net_events.closed(&f->conn, how);
}

static void fake_close(struct conn *c, uint16_t code, struct str reason)
{
	struct fake_conn *f = fake_of(c);

	assert_true(f->open && !f->closing);
	f->closing = true;
	f->code = code;
	snprintf(f->reason, sizeof(f->reason), STR_FMT, STR_ARG(reason));
	fake_end(f, "closed");
}

static void fake_abort(struct conn *c)
{
	fake_end(fake_of(c), "aborted");
}

static const struct transport fake_transport = {"fake", fake_write, fake_close, fake_abort, NULL};

static inline struct fake_conn *dial(unsigned loop)
{
	struct fake_conn *f = &world.conns[world.conn_count++];

	*f = (struct fake_conn){
		.conn = {.transport = &fake_transport, .loop = &world.loops->loop[loop]},
		.open = true};
	net_events.opened(&f->conn);
	return f;
}

static inline void line_breaks(struct fake_conn *f)
{
	fake_end(f, "reset");
}

/* ---- Rooms ---- */

static void answer_ask(struct room_request *q)
{
	Gamesrv__V1__Joined joined = GAMESRV__V1__JOINED__INIT;
	uint8_t packed[256];

	q->error = world.error;
	if (q->verb == ROOM_JOIN && !id_is(q->room))
		q->room = world.room;
	q->seat = 3;
	q->resume_us = 30 * 1000000LL;
	if (q->verb == ROOM_RESUME) {
		q->resync = world.resync || q->room_seq == ROOM_SEQ_NONE;
		q->replay = world.replay;
		q->replay_count = q->resync ? 0 : world.replay_count;
		q->replay_frames = q->resync ? 0 : world.replay_seq - q->room_seq;
	}
	joined.room_seq = world.replay_seq;
	joined.revision = 7;
	joined.resync = q->verb == ROOM_RESUME;
	q->joined = (struct str){(const char *)packed, gamesrv__v1__joined__pack(&joined, packed)};
	if (q->done != NULL)
		q->done(q);
}

static void copy_text(char *out, size_t room, struct str s)
{
	snprintf(out, room, STR_FMT, STR_ARG(s));
}

static void fake_ask(struct loop *from, struct room_request *q)
{
	struct asked *a = &world.asked[world.asked_count++ % WORLD_ASKED];

	*a = (struct asked){.verb = q->verb,
			    .room = q->room,
			    .session = q->session,
			    .room_seq = q->room_seq,
			    .reason = q->reason};
	copy_text(a->type, sizeof(a->type), q->type);
	copy_text(a->key, sizeof(a->key), q->key);
	copy_text(a->player, sizeof(a->player), q->player);
	if (q->done == NULL)
		return;
	if (world.rooms_wait)
		a->request = q;
	else
		answer_ask(q);
}

static bool world_full; /* messages find no way to their rooms */

static bool fake_message(struct loop *from, struct id room, struct id session, uint16_t type,
			 uint32_t client_seq, struct str payload)
{
	struct asked *a;

	if (world_full)
		return false;
	a = &world.asked[world.asked_count++ % WORLD_ASKED];
	*a = (struct asked){.verb = ROOM_MESSAGE,
			    .room = room,
			    .session = session,
			    .frame_type = type,
			    .client_seq = client_seq};
	copy_text(a->payload, sizeof(a->payload), payload);
	return true;
}

static inline const struct asked *last_asked(void)
{
	assert_true(world.asked_count > 0);
	return &world.asked[(world.asked_count - 1) % WORLD_ASKED];
}

static inline unsigned asked_times(enum room_verb verb)
{
	unsigned n = 0;

	for (unsigned i = 0; i < world.asked_count && i < WORLD_ASKED; i++)
		n += world.asked[i].verb == verb;
	return n;
}

static const struct room_port fake_rooms = {fake_ask, fake_message};

/* ---- Time and turns ---- */

static inline void turn(void)
{
	for (int i = 0; i < 3; i++)
		ev_run(thread_loop(world.thread), EVRUN_NOWAIT);
	for (unsigned i = 0; i < world.loops->count; i++) {
		struct loop_hook *hook = world.loops->loop[i].before_sleep;

		for (; hook != NULL; hook = hook->next)
			hook->call(hook);
	}
}

static inline struct net *net_at(unsigned loop)
{
	return world.loops->loop[loop].net;
}

static inline struct session *session_of(const struct fake_conn *f)
{
	return f->conn.owner;
}

/* As if so much time had passed for this session. */
static inline void pass_time(struct session *s, int64_t us)
{
	s->heard_us -= us;
	s->silent_us -= us;
	if (s->soft_since_us)
		s->soft_since_us -= us;
	if (s->timer.link != NULL)
		wheel_cancel(&s->timer);
	s->timer.fire(&s->timer);
}

/* ---- Begin and end ---- */

static inline void world_begin(void)
{
	world = (struct world){0};
	world.config = LOAD(NULL, "s.yaml", "kind: Server\nname: main\nplayers:\n  resume: 30s\n");
	check_clean(&world.config);
	world.thread = thread_adopt("loop0");
	world.loops = calloc(1, sizeof(struct loops) + WORLD_LOOPS * sizeof(struct loop));
	world.loops->count = WORLD_LOOPS;
	world.room = id_make(0, 9, 1);
	world.all.loops = world.loops;
	world.all.players = player_directory_new();
	world.all.boot = 42;
	memset(world.all.keys.resume, 7, RESUME_KEY);
	world.players = conf_server_of(world.config.set)->players;
	for (unsigned i = 0; i < WORLD_LOOPS; i++) {
		static struct conf_snapshot now;
		struct loop *loop = &world.loops->loop[i];

		now.set = world.config.set;
		*loop = (struct loop){.index = i,
				      .all = world.loops,
				      .thread = world.thread,
				      .ev = thread_loop(world.thread)};
		loop->wheel = wheel_new(loop->ev);
		loop->pool = shared_pool_new(1 << 20);
		loop->config.now = &now;
		assert_non_null(net_new(&world.all, loop, &fake_rooms));
		loop->net->players = &world.players;
	}
}

static inline void world_end(void)
{
	for (unsigned i = 0; i < world.conn_count; i++)
		line_breaks(&world.conns[i]);
	turn();
	for (unsigned i = 0; i < WORLD_LOOPS; i++)
		net_forget(net_at(i));
	turn();
	for (unsigned i = 0; i < WORLD_LOOPS; i++) {
		struct loop *loop = &world.loops->loop[i];

		CHECK_INT(loop->net->sessions.count, 0);
		CHECK_INT(loop->net->crowds.count, 0);
		CHECK_INT(wheel_count(loop->wheel), 0);
		net_free(loop->net);
		wheel_free(loop->wheel);
	}
	for (uint32_t i = 0; i < world.replay_count; i++)
		shared_unref(world.replay[i]);
	for (unsigned i = 0; i < WORLD_LOOPS; i++)
		shared_pool_free(world.loops->loop[i].pool);
	for (unsigned i = 0; i < world.conn_count; i++)
		buf_free(&world.conns[i].out);
	CHECK_INT(world.all.sessions, 0);
	CHECK_INT(world.all.connections, 0);
	CHECK_INT(player_count(world.all.players), 0);
	player_directory_free(world.all.players);
	thread_stop(world.thread);
	free(world.loops);
	unload(&world.config);
}

/* ---- Frames ---- */

static inline void give_bytes(struct fake_conn *f, struct str bytes)
{
	net_events.message(&f->conn, bytes, true);
}

static inline void give_payload(struct fake_conn *f, uint16_t type, uint8_t flags, uint32_t seq,
				struct str payload)
{
	struct wire_header head = {
		.flags = flags, .type = type, .seq = seq, .length = (uint32_t)payload.n};
	char bytes[WIRE_HEADER + 4096];

	wire_header_write((uint8_t *)bytes, &head);
	if (payload.n > 0)
		memcpy(bytes + WIRE_HEADER, payload.p, payload.n);
	give_bytes(f, (struct str){bytes, WIRE_HEADER + payload.n});
}

static inline void give(struct fake_conn *f, uint16_t type, uint32_t seq,
			const ProtobufCMessage *message)
{
	uint8_t packed[4096];
	size_t n = protobuf_c_message_pack(message, packed);

	give_payload(f, type, 0, seq, (struct str){(const char *)packed, n});
}

struct got { /* the next frame that was written */
	uint16_t type;
	uint8_t flags;
	uint32_t seq;
	ProtobufCMessage *message;
};

/* False: nothing more was written. */
static inline bool next_frame(struct fake_conn *f, struct arena *mem, struct got *out)
{
	struct str whole, frame;
	struct wire_header head;
	uint32_t total;

	if (!wire_ws_next(buf_str(&f->out), &f->at, &whole, &frame))
		return false;
	CHECK_INT(wire_header_read((const uint8_t *)frame.p, UINT32_MAX, &head, &total), WIRE_OK);
	*out = (struct got){head.type, head.flags, head.seq, NULL};
	if (!(head.flags & (WIRE_ZSTD | WIRE_CRC32C)))
		CHECK_INT(wire_unpack(mem, wire_descriptor(head.type),
				      (struct str){frame.p + WIRE_HEADER, frame.n - WIRE_HEADER},
				      &out->message),
			  WIRE_OK);
	return true;
}

static inline void *expect_frame(struct fake_conn *f, struct arena *mem, uint16_t type)
{
	struct got got;

	if (!next_frame(f, mem, &got)) {
		print_error("nothing was written; wanted %s; closed with %u %s\n",
			    wire_type_name(type), f->code, f->reason);
		fail();
	}
	CHECK_TEXT(wire_type_name(got.type), wire_type_name(type));
	return got.message;
}

static inline void expect_nothing(struct fake_conn *f, struct arena *mem)
{
	struct got got;

	if (!next_frame(f, mem, &got))
		return;
	print_error("unwanted: %s\n", wire_type_name(got.type));
	fail();
}

/* HELLO; the answer is next in what was written. */
static inline void hello(struct fake_conn *f, const char *name, ProtobufCBinaryData resume,
			 uint32_t session_seq, uint32_t room_seq)
{
	Gamesrv__V1__Hello h = GAMESRV__V1__HELLO__INIT;

	h.token = (char *)name;
	h.protocol = 1;
	h.resume_token = resume;
	h.session_seq = session_seq;
	h.room_seq = room_seq;
	give(f, FRAME_HELLO, 0, &h.base);
}

static const ProtobufCBinaryData no_token;

struct seen { /* a WELCOME, copied */
	Gamesrv__V1__Answer answer;
	uint32_t epoch, client_seq, replayed, retry;
	Gamesrv__V1__Reason reason;
	uint8_t token[64];
	size_t token_n;
	char path[24], session[ID_TEXT];
};

static inline struct seen see_welcome(struct fake_conn *f)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	const Gamesrv__V1__Welcome *w = expect_frame(f, mem, FRAME_WELCOME);
	struct seen s = {w->answer, w->epoch, w->client_seq,       w->replayed, w->retry_after_ms,
			 w->reason, {0},      w->resume_token.len, "",          ""};

	if (s.token_n > 0)
		memcpy(s.token, w->resume_token.data, s.token_n);
	snprintf(s.path, sizeof(s.path), "%s", w->path);
	snprintf(s.session, sizeof(s.session), "%s", w->session);
	return s;
}

static inline ProtobufCBinaryData token_of(struct seen *s)
{
	return (ProtobufCBinaryData){s->token_n, s->token};
}

static inline struct fake_conn *login(const char *name, struct seen *seen)
{
	struct fake_conn *f = dial(0);
	struct seen s;

	hello(f, name, no_token, 0, 0);
	s = see_welcome(f);
	if (seen != NULL)
		*seen = s;
	return f;
}

static inline void join(struct fake_conn *f, uint32_t seq)
{
	Gamesrv__V1__Join j = GAMESRV__V1__JOIN__INIT;

	j.room_type = (char *)"duel";
	j.key = (char *)"k";
	give(f, FRAME_JOIN, seq, &j.base);
}

static inline void relay(struct fake_conn *f, uint32_t seq, const char *data)
{
	Gamesrv__V1__Relay r = GAMESRV__V1__RELAY__INIT;

	r.data = (ProtobufCBinaryData){strlen(data), (uint8_t *)data};
	give(f, FRAME_RELAY, seq, &r.base);
}

static inline void beat(struct fake_conn *f, uint32_t session_seq)
{
	Gamesrv__V1__Heartbeat h = GAMESRV__V1__HEARTBEAT__INIT;

	h.time_us = 5;
	h.session_seq = session_seq;
	give(f, FRAME_HEARTBEAT, 0, &h.base);
}

/* A room's frames for all its members, numbered from `seq` on. */
static inline void cast(uint32_t seq, uint32_t count, size_t size, uint8_t delivery)
{
	struct net *n = net_at(0);
	struct room_sink sink = net_sink(n);
	struct shared *frames = shared_new(n->loop->pool, 256);
	CLEANUP(buf_free) struct buf data = {0};

	buf_fill(&data, 'x', size);
	for (uint32_t i = 0; i < count; i++)
		CHECK(wire_put_relayed(&frames, FRAME_RELAYED, delivery ? WIRE_UNORDERED : 0,
				       seq + i, 1, buf_str(&data), delivery, 0));
	sink.broadcast(sink.ctx, world.room, 3, frames);
	shared_unref(frames);
}
