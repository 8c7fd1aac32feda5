/* tests/unit/test_session_slow.c: receivers that read slowly, and what each of them gets. */
#include "net_world.h"

static void drain(struct fake_conn *f)
{
	f->stuck = false;
	f->conn.backlog = 0;
	net_events.writable(&f->conn);
}

static unsigned count_written(struct fake_conn *f, uint16_t type, uint32_t *last)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct got got;
	unsigned n = 0;

	while (next_frame(f, mem, &got)) {
		n += got.type == type;
		*last = got.seq;
	}
	return n;
}

TEST(members_get_the_same_bytes_with_one_write_each)
{
	struct fake_conn *f, *g;
	unsigned before;

	world_begin();
	f = login("ada", NULL);
	g = login("bob", NULL);
	join(f, 1);
	join(g, 1);
	before = f->writes;
	cast(1, 50, 100, 0);
	CHECK_INT(f->writes, before + 1);
	CHECK(memcmp(f->out.p + f->out.n - 5000, g->out.p + g->out.n - 5000, 5000) == 0);
	world_end();
}

TEST(who_sits_elsewhere_gets_nothing)
{
	struct fake_conn *f, *g;
	size_t before;

	world_begin();
	f = login("ada", NULL);
	join(f, 1);
	world.room = id_make(0, 10, 1);
	g = login("eve", NULL);
	join(g, 1);
	before = f->out.n;
	cast(1, 5, 100, 0);
	CHECK_INT(f->out.n, before);
	world_end();
}

TEST(what_waits_goes_out_in_order_and_nothing_is_lost)
{
	struct fake_conn *f;
	uint32_t last = 0;

	world_begin();
	f = login("ada", NULL);
	join(f, 1);
	f->stuck = true;
	for (uint32_t i = 0; i < 100; i++)
		cast(1 + i * 2, 2, 50, 0);
	CHECK(session_of(f)->outq != NULL);
	drain(f);
	CHECK(session_of(f)->outq == NULL);
	CHECK_INT(count_written(f, FRAME_RELAYED, &last), 200);
	CHECK_INT(last, 200);
	world_end();
}

TEST(above_soft_cosmetic_frames_are_dropped_and_of_others_the_latest_kept)
{
	struct fake_conn *f;
	uint32_t last = 0;

	world_begin();
	world.players.queue.soft = 4096;
	f = login("ada", NULL);
	join(f, 1);
	f->stuck = true;
	cast(1, 50, 100, 0); /* more than soft */
	cast(51, 10, 100, DELIVERY_COSMETIC);
	cast(51, 10, 100, DELIVERY_LATEST);
	cast(51, 1, 100, 0);
	CHECK_INT(session_of(f)->dropped, 19);
	drain(f);
	CHECK_INT(count_written(f, FRAME_RELAYED, &last), 52);
	world_end();
}

TEST(above_hard_the_line_ends_and_the_session_waits_for_it)
{
	struct fake_conn *f;
	struct session *s;

	world_begin();
	world.players.queue.hard = 16384;
	f = login("ada", NULL);
	join(f, 1);
	s = session_of(f);
	f->stuck = true;
	for (uint32_t i = 0; i < 100 && f->open; i++)
		cast(1 + i * 10, 10, 100, 0);
	CHECK_INT(f->code, 4010);
	turn();
	CHECK_INT(s->state, SESSION_SUSPENDED);
	CHECK_INT(last_asked()->verb, ROOM_SUSPEND);
	CHECK(s->outq == NULL);
	world_end();
}

TEST(above_soft_for_too_long_the_line_ends)
{
	struct fake_conn *f;
	struct session *s;

	world_begin();
	world.players.queue.soft = 4096;
	f = login("ada", NULL);
	join(f, 1);
	s = session_of(f);
	f->stuck = true;
	cast(1, 50, 100, 0);
	CHECK(s->timer.at_us <= s->soft_since_us + world.players.queue.soft_for.us);
	pass_time(s, 4900000);
	CHECK(f->open);
	pass_time(s, 200000);
	CHECK_INT(f->code, 4010);
	world_end();
}

TEST(who_reads_again_in_time_is_slow_no_more)
{
	struct fake_conn *f;
	struct session *s;

	world_begin();
	world.players.queue.soft = 4096;
	f = login("ada", NULL);
	join(f, 1);
	s = session_of(f);
	f->stuck = true;
	cast(1, 50, 100, 0);
	CHECK(s->soft_since_us != 0);
	drain(f);
	CHECK_INT(s->soft_since_us, 0);
	CHECK(s->queue_max > 5000);
	world_end();
}

TEST(a_line_that_breaks_in_a_broadcast_disturbs_nobody)
{
	struct fake_conn *f, *g, *h;
	uint32_t last = 0;

	world_begin();
	f = login("ada", NULL);
	g = login("bob", NULL);
	h = login("cid", NULL);
	join(f, 1);
	join(g, 1);
	join(h, 1);
	g->broken = true;
	cast(1, 5, 100, 0);
	line_breaks(g);
	cast(6, 5, 100, 0);
	turn();
	CHECK_INT(last_asked()->verb, ROOM_SUSPEND);
	cast(11, 5, 100, 0);
	CHECK_INT(count_written(f, FRAME_RELAYED, &last), 15);
	CHECK_INT(count_written(h, FRAME_RELAYED, &last), 15);
	world_end();
}

TEST(each_receiver_gets_frames_to_its_taste)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	Gamesrv__V1__Hello wish = GAMESRV__V1__HELLO__INIT;
	struct fake_conn *f, *g;
	struct wire_codec *codec = wire_codec_new(1 << 20);
	struct str whole, frame;
	struct wire_frame read;
	struct got got;

	world_begin();
	f = login("ada", NULL);
	join(f, 1);
	g = dial(0);
	wish.token = (char *)"bob";
	wish.protocol = 1;
	wish.zstd = wish.crc32c = true;
	give(g, FRAME_HELLO, 0, &wish.base);
	join(g, 1);
	g->at = (uint32_t)g->out.n;
	cast(1, 2, 2000, 0);
	CHECK_INT(((const Gamesrv__V1__Joined *)expect_frame(f, mem, FRAME_JOINED))->revision, 7);
	CHECK(next_frame(f, mem, &got) && got.flags == 0);
	for (uint32_t i = 1; i <= 2; i++) {
		CHECK(wire_ws_next(buf_str(&g->out), &g->at, &whole, &frame));
		CHECK(frame.n < 200);
		CHECK_INT(wire_frame_read(codec, frame, &read), WIRE_OK);
		CHECK_INT(read.head.flags, WIRE_ZSTD | WIRE_CRC32C);
		CHECK_INT(read.head.seq, i);
		CHECK(read.payload.n > 2000);
	}
	wire_codec_free(codec);
	world_end();
}

TEST(what_a_client_asked_for_is_no_slowness)
{
	struct fake_conn *f;
	struct session *s;
	CLEANUP(buf_free) struct buf part = {0};
	struct room_sink sink;

	world_begin();
	world.players.queue.hard = world.players.queue.soft = 16384;
	sink = net_sink(net_at(0));
	f = login("ada", NULL);
	join(f, 1);
	s = session_of(f);
	f->stuck = true;
	buf_fill(&part, '\0', 40000);
	for (int i = 0; i < 10; i++)
		sink.tell(sink.ctx, s->id, FRAME_CONFIG_NOW, buf_str(&part));
	CHECK(f->open);
	CHECK_INT(s->soft_since_us, 0);
	for (uint32_t i = 0; i < 30 && f->open; i++) /* but what comes on top is */
		cast(1 + i * 10, 10, 100, 0);
	CHECK_INT(f->code, 4010);
	world_end();
}

TEST(what_is_sent_again_is_no_slowness)
{
	struct fake_conn *f;
	struct seen seen;

	world_begin();
	world.players.queue.hard = world.players.queue.soft = 4096;
	f = login("ada", &seen);
	join(f, 1);
	line_breaks(f);
	world.replay[0] = shared_new(net_at(0)->loop->pool, 256);
	world.replay_count = 1;
	for (uint32_t i = 1; i <= 200; i++)
		CHECK(wire_put_relayed(&world.replay[0], FRAME_RELAYED, 0, i, 0,
				       STR("a line of some length, so that it grows"), 0, 0));
	world.replay_seq = 200;
	f = dial(0);
	f->stuck = true;
	hello(f, "", token_of(&seen), 1, 0);
	CHECK(f->open);
	CHECK(session_of(f)->outq->bytes > world.players.queue.hard);
	drain(f);
	CHECK_INT(session_of(f)->allowance, 0);
	world_end();
}
