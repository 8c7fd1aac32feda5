/* tests/unit/test_session_storm.c
 * Everything that can happen to sessions, at random and for long: logins and resumes with good and bad tokens, commands in and
 * out of order, mangled frames, lines that stick and break in the middle of a broadcast, rooms that answer late and in
 * another order, time. At the end everything is given back (world_end() looks), and under ASan nothing was touched that was gone.
 */
#include "net_world.h"

enum { NAMES = 6, LINES = 12 };

static uint64_t dice = 88172645463325252u;

static uint32_t roll(uint32_t below)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (uint32_t)(dice >> 16) % below;
}

static struct seen tokens[NAMES];
static uint32_t room_seq;

static const char *const names[NAMES] = {"ada", "bob", "cid", "dee", "eve", "fay"};

/* A line that is free to be dialled on. */
static struct fake_conn *free_line(void)
{
	for (unsigned i = 0; i < LINES; i++) {
		struct fake_conn *f = &world.conns[i];

		if (f->open)
			continue;
		buf_free(&f->out);
		*f = (struct fake_conn){.conn = {.transport = &fake_transport,
						 .loop = &world.loops->loop[roll(WORLD_LOOPS)]},
					.open = true};
		net_events.opened(&f->conn);
		return f;
	}
	return NULL;
}

static struct fake_conn *any_line(void)
{
	return &world.conns[roll(LINES)];
}

/* Keeps what a WELCOME says, wherever it stands. */
static void look(struct fake_conn *f)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct got got;

	while (next_frame(f, mem, &got)) {
		const Gamesrv__V1__Welcome *w = (const Gamesrv__V1__Welcome *)got.message;

		if (got.type != FRAME_WELCOME || w->resume_token.len == 0)
			continue;
		for (unsigned i = 0; i < NAMES; i++) {
			if (strcmp(names[i], w->player) == 0) {
				tokens[i].token_n = w->resume_token.len;
				memcpy(tokens[i].token, w->resume_token.data, w->resume_token.len);
			}
		}
	}
}

static void say_hello(void)
{
	struct fake_conn *f = free_line();
	unsigned who = roll(NAMES);
	struct seen token = tokens[who];

	if (f == NULL)
		return;
	if (roll(4) == 0 && token.token_n > 0)
		token.token[roll((uint32_t)token.token_n)] ^= 1;
	hello(f, names[who], roll(2) ? token_of(&token) : no_token,
	      roll(3) ? roll(20) : roll(UINT32_MAX), roll(50));
	if (f->open)
		look(f);
}

static void speak(struct fake_conn *f)
{
	struct session *s = f->open ? session_of(f) : NULL;
	uint32_t seq;

	if (s == NULL)
		return;
	seq = s->client_seq + (roll(50) ? 1 : roll(5));
	switch (roll(8)) {
	case 0: join(f, seq); break;
	case 1: give_payload(f, FRAME_LEAVE, 0, seq, STR("")); break;
	case 2: beat(f, roll(s->seq + 2)); break;
	case 3:
		if (roll(20) == 0)
			give_payload(f, FRAME_BYE, 0, 0, STR(""));
		break;
	default: relay(f, seq, "x"); break;
	}
}

static void mangle(struct fake_conn *f)
{
	uint8_t bytes[64];
	struct wire_header head = {.type = (uint16_t)(roll(2) ? FRAME_RELAY : roll(0x120)),
				   .seq = roll(3),
				   .length = roll(40)};
	size_t n = WIRE_HEADER + head.length;

	if (!f->open)
		return;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)roll(256);
	wire_header_write(bytes, &head);
	if (roll(2))
		bytes[roll(WIRE_HEADER)] ^= (uint8_t)(1 << roll(8));
	net_events.message(&f->conn, (struct str){(const char *)bytes, n - roll(2)}, roll(50) != 0);
}

static void stick(struct fake_conn *f)
{
	if (!f->open)
		return;
	f->stuck = !f->stuck;
	if (f->stuck || f->conn.backlog == 0)
		return;
	f->conn.backlog = 0;
	net_events.writable(&f->conn);
}

/* One of the requests that wait, not the oldest. */
static void answer_one(void)
{
	for (unsigned i = 0, at = roll(WORLD_ASKED); i < WORLD_ASKED;
	     i++, at = (at + 1) % WORLD_ASKED) {
		struct room_request *q = world.asked[at].request;

		if (q == NULL)
			continue;
		world.asked[at].request = NULL;
		world.error = roll(5) ? ROOM_OK : ROOM_NOT_FOUND;
		world.resync = roll(3) == 0;
		answer_ask(q);
		return;
	}
}

/* Requests are few at a time: none may be overwritten by a newer one. */
static bool asked_full(void)
{
	unsigned waiting = 0;

	for (unsigned i = 0; i < WORLD_ASKED; i++)
		waiting += world.asked[i].request != NULL;
	return waiting > 8;
}

static void room_speaks(void)
{
	struct room_sink sink = net_sink(net_at(roll(WORLD_LOOPS)));
	struct id id;
	uint32_t slot = roll(LINES);
	const struct session *s = slab_next(&net_at(roll(WORLD_LOOPS))->sessions, &slot, &id);

	switch (roll(6)) {
	case 0:
		if (s != NULL)
			sink.tell(sink.ctx, id, FRAME_LATE, STR(""));
		break;
	case 1:
		if (s != NULL && roll(4) == 0)
			sink.left(sink.ctx, id, s->room,
				  roll(2) ? REASON_RESUME_EXPIRED : REASON_ROOM_CLOSED,
				  STR("over"));
		break;
	default:
		cast(room_seq + 1, 3, roll(2000), (uint8_t)roll(3));
		room_seq += 3;
		break;
	}
}

static void time_passes(void)
{
	struct net *n = net_at(roll(WORLD_LOOPS));
	uint32_t slot = roll(LINES);
	struct id id;
	struct session *s = slab_next(&n->sessions, &slot, &id);

	if (s != NULL)
		pass_time(s, roll(10) * 1000000);
}

static void step(void)
{
	switch (roll(12)) {
	case 0:
	case 1: say_hello(); break;
	case 2:
		if (roll(4) == 0)
			mangle(any_line());
		break;
	case 3: stick(any_line()); break;
	case 4:
		if (roll(4) == 0)
			line_breaks(any_line());
		break;
	case 5: any_line()->broken = roll(10) == 0; break;
	case 6:
	case 7: room_speaks(); break;
	case 8: time_passes(); break;
	case 9: turn(); break;
	default: speak(any_line()); break;
	}
	world.rooms_wait = roll(2);
	while (asked_full() || (roll(3) == 0 && world.rooms_wait)) {
		answer_one();
		if (roll(2))
			break;
	}
}

TEST(a_storm_leaves_nothing_behind)
{
	for (int round = 0; round < 40; round++) {
		world_begin();
		world.conn_count = LINES;
		world.players.queue.soft = 4096;
		world.players.queue.hard = 16384;
		world.players.rate = 100000;
		world.players.burst = 100000;
		memset(tokens, 0, sizeof(tokens));
		room_seq = 0;
		for (int i = 0; i < 5000; i++)
			step();
		world.rooms_wait = false;
		for (unsigned i = 0; i < WORLD_ASKED; i++)
			answer_one();
		world_end();
	}
	/* It was a storm. */
	CHECK(metric_get(METRIC_resumes_resumed_total) > 100);
	CHECK(metric_get(METRIC_resumes_resync_total) > 100);
	CHECK(metric_get(METRIC_resumes_gone_total) > 100);
	CHECK(metric_get(METRIC_connections_too_slow_total) > 100);
	CHECK(metric_get(METRIC_connections_superseded_total) > 100);
	CHECK(metric_get(METRIC_sessions_ended_resume_expired_total) > 100);
	CHECK(metric_get(METRIC_sessions_ended_protocol_error_total) > 100);
	CHECK(metric_get(METRIC_frames_dropped_total) > 100);
}
