/* tests/unit/test_session_read.c: frames from the client, good and hostile. */
#include "net_world.h"

static void expect_end(struct fake_conn *f, uint16_t code, const char *words)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct got got = {0};
	const Gamesrv__V1__Bye *bye = NULL;

	while (next_frame(f, mem, &got))
		bye = got.type == FRAME_BYE ? (const Gamesrv__V1__Bye *)got.message : NULL;
	CHECK(bye != NULL);
	CHECK_INT(bye->reason, REASON_PROTOCOL_ERROR);
	CHECK_INT(f->code, code);
	if (strstr(bye->text, words) == NULL) {
		print_error("want %s in: %s\n", words, bye->text);
		fail();
	}
}

/* ---- Exactly once ---- */

TEST(a_command_takes_effect_once_however_often_it_comes)
{
	struct fake_conn *f;

	world_begin();
	f = login("ada", NULL);
	join(f, 1);
	relay(f, 2, "a");
	relay(f, 2, "a");
	relay(f, 1, "a");
	relay(f, 3, "b");
	CHECK_INT(asked_times(ROOM_MESSAGE), 2);
	CHECK_INT(session_of(f)->client_seq, 3);
	CHECK(strstr(last_asked()->payload, "b") != NULL);
	world_end();
}

TEST(commands_sent_again_after_a_resume_are_not_carried_out_again)
{
	struct fake_conn *f;
	struct seen s;

	world_begin();
	f = login("ada", &s);
	join(f, 1);
	for (uint32_t i = 2; i <= 10; i++)
		relay(f, i, "x");
	line_breaks(f);
	f = dial(0);
	hello(f, "", token_of(&s), 1, 0);
	s = see_welcome(f);
	CHECK_INT(s.client_seq, 10);
	for (uint32_t i = 5; i <= 12; i++)
		relay(f, i, "x");
	CHECK_INT(asked_times(ROOM_MESSAGE), 11);
	world_end();
}

TEST(a_gap_in_the_numbers_ends_the_session)
{
	struct fake_conn *f;

	world_begin();
	f = login("ada", NULL);
	join(f, 1);
	relay(f, 3, "x");
	expect_end(f, 4008, "gap");
	CHECK_INT(world.all.sessions, 0);
	CHECK_INT(last_asked()->verb, ROOM_LEAVE);
	CHECK_INT(last_asked()->reason, REASON_PROTOCOL_ERROR);
	world_end();
}

TEST(sixty_four_commands_are_acknowledged_and_so_is_a_heartbeat)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct fake_conn *f;
	const Gamesrv__V1__Heartbeat *h;

	world_begin();
	f = login("ada", NULL);
	join(f, 1);
	expect_frame(f, mem, FRAME_JOINED);
	for (uint32_t i = 2; i <= 63; i++)
		relay(f, i, "x");
	expect_nothing(f, mem);
	relay(f, 64, "x");
	CHECK_INT(((const Gamesrv__V1__Ack *)expect_frame(f, mem, FRAME_ACK))->client_seq, 64);
	relay(f, 65, "x");
	beat(f, 0);
	h = expect_frame(f, mem, FRAME_HEARTBEAT);
	CHECK_INT(h->client_seq, 65);
	CHECK_INT(h->echo_us, 5);
	CHECK(h->time_us != 0);
	world_end();
}

TEST(the_answer_to_our_heartbeat_tells_how_long_the_way_is)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	Gamesrv__V1__Heartbeat answer = GAMESRV__V1__HEARTBEAT__INIT;
	struct fake_conn *f;

	world_begin();
	f = login("ada", NULL);
	CHECK_INT(session_of(f)->rtt_us, -1);
	beat(f, 0);
	answer.echo_us =
		((const Gamesrv__V1__Heartbeat *)expect_frame(f, mem, FRAME_HEARTBEAT))->time_us;
	give(f, FRAME_HEARTBEAT, 0, &answer.base);
	CHECK(session_of(f)->rtt_us >= 0);
	expect_nothing(f, mem);
	world_end();
}

TEST(a_command_that_found_no_way_to_its_room_is_refused_and_not_lost_in_silence)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	const Gamesrv__V1__Error *e;
	struct fake_conn *f;

	world_begin();
	f = login("ada", NULL);
	join(f, 1);
	expect_frame(f, mem, FRAME_JOINED);
	world_full = true;
	relay(f, 2, "x");
	world_full = false;
	e = expect_frame(f, mem, FRAME_ERROR);
	CHECK_TEXT(e->code, "out-of-memory");
	CHECK_INT(e->client_seq, 2);
	relay(f, 3, "y");
	CHECK_INT(asked_times(ROOM_MESSAGE), 1);
	world_end();
}

/* ---- Rates ---- */

TEST(above_the_rate_a_command_has_its_number_and_no_effect)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	const Gamesrv__V1__Error *e;
	struct fake_conn *f;

	world_begin();
	world.players.rate = 1;
	world.players.burst = 3;
	f = login("ada", NULL);
	join(f, 1);
	expect_frame(f, mem, FRAME_JOINED);
	for (uint32_t i = 2; i <= 4; i++)
		relay(f, i, "x");
	e = expect_frame(f, mem, FRAME_ERROR);
	CHECK_TEXT(e->code, "rate-limited");
	CHECK_INT(e->client_seq, 4);
	CHECK(e->retry_after_ms > 0 && e->retry_after_ms <= 1000);
	CHECK_INT(asked_times(ROOM_MESSAGE), 2);
	CHECK_INT(session_of(f)->client_seq, 4);
	world_end();
}

TEST(too_many_strikes_within_a_minute_end_the_session)
{
	struct fake_conn *f;

	world_begin();
	world.players.rate = 1;
	world.players.burst = 1;
	world.players.strikes = 5;
	f = login("ada", NULL);
	for (int i = 0; i < 6 && f->open; i++)
		beat(f, 0);
	CHECK_INT(f->code, 4009);
	CHECK_INT(world.all.sessions, 0);
	world_end();
}

/* ---- Batches ---- */

static void give_batch(struct fake_conn *f, const struct wire_header *heads,
		       const char *const *payloads, size_t count)
{
	Gamesrv__V1__Batch batch = GAMESRV__V1__BATCH__INIT;
	ProtobufCBinaryData frames[8];
	uint8_t bytes[8][64];

	for (size_t i = 0; i < count; i++) {
		struct wire_header head = heads[i];

		head.length = (uint32_t)strlen(payloads[i]);
		wire_header_write(bytes[i], &head);
		memcpy(bytes[i] + WIRE_HEADER, payloads[i], head.length);
		frames[i] = (ProtobufCBinaryData){WIRE_HEADER + head.length, bytes[i]};
	}
	batch.n_frames = count;
	batch.frames = frames;
	give(f, FRAME_BATCH, 0, &batch.base);
}

static const char relay_x[] = "\x0a\x01x", bad_relay[] = "\x0a\x7fx";

TEST(the_frames_of_a_batch_are_carried_out_in_order)
{
	const struct wire_header heads[] = {{.type = FRAME_RELAY, .seq = 2},
					    {.type = FRAME_RELAY, .seq = 3}};
	struct fake_conn *f;

	world_begin();
	f = login("ada", NULL);
	join(f, 1);
	give_batch(f, heads, (const char *const[]){relay_x, relay_x}, 2);
	CHECK_INT(asked_times(ROOM_MESSAGE), 2);
	CHECK_INT(last_asked()->client_seq, 3);
	world_end();
}

TEST(one_bad_frame_refuses_the_whole_batch)
{
	const struct wire_header heads[] = {{.type = FRAME_RELAY, .seq = 2},
					    {.type = FRAME_RELAY, .seq = 3}};
	struct fake_conn *f;

	world_begin();
	f = login("ada", NULL);
	join(f, 1);
	give_batch(f, heads, (const char *const[]){relay_x, bad_relay}, 2);
	CHECK_INT(asked_times(ROOM_MESSAGE), 0);
	expect_end(f, 4008, "");
	world_end();
}

TEST(a_batch_ends_with_the_session_that_sent_it)
{
	const struct wire_header heads[] = {{.type = FRAME_RELAY, .seq = 2},
					    {.type = FRAME_BYE},
					    {.type = FRAME_RELAY, .seq = 3}};
	struct fake_conn *f;

	world_begin();
	f = login("ada", NULL);
	join(f, 1);
	give_batch(f, heads, (const char *const[]){relay_x, "", relay_x}, 3);
	CHECK_INT(asked_times(ROOM_MESSAGE), 1);
	CHECK_INT(f->code, 1000);
	world_end();
}

TEST(a_batch_in_a_batch_is_refused)
{
	const struct wire_header heads[] = {{.type = FRAME_BATCH}};
	struct fake_conn *f;

	world_begin();
	f = login("ada", NULL);
	give_batch(f, heads, (const char *const[]){""}, 1);
	expect_end(f, 4008, "");
	world_end();
}

/* ---- Hostile ---- */

struct hostile {
	const char *name;
	struct wire_header head;
	struct str payload;
	uint16_t code;
};

TEST(whatever_cannot_be_read_ends_its_sender_alone)
{
	static const struct hostile rows[] = {
		{"unknown type", {.type = 0x7777, .seq = 1}, {NULL, 0}, 4008},
		{"a type of the server's", {.type = FRAME_WELCOME, .seq = 1}, {NULL, 0}, 4008},
		{"no type", {.type = 0, .seq = 1}, {NULL, 0}, 4008},
		{"a reserved flag",
		 {.type = FRAME_LEAVE, .seq = 1, .flags = WIRE_ENCRYPTED},
		 {NULL, 0},
		 1002},
		{"an unknown flag",
		 {.type = FRAME_LEAVE, .seq = 1, .flags = 0x80},
		 {NULL, 0},
		 1002},
		{"garbage for zstd",
		 {.type = FRAME_RELAY, .seq = 1, .flags = WIRE_ZSTD},
		 {"zzzz", 4},
		 1002},
		{"a length beyond the payload",
		 {.type = FRAME_RELAY, .seq = 1},
		 {"\x0a\x7fx", 3},
		 4008},
		{"a group", {.type = FRAME_RELAY, .seq = 1}, {"\x0b\x0c", 2}, 4008},
		{"a field of another wire type",
		 {.type = FRAME_JOIN, .seq = 1},
		 {"\x08\x01", 2},
		 4008},
		{"text that is no UTF-8",
		 {.type = FRAME_JOIN, .seq = 1},
		 {"\x0a\x01\xff", 3},
		 4008},
		{"no checksum where one was promised",
		 {.type = FRAME_LEAVE, .seq = 1, .flags = WIRE_CRC32C},
		 {NULL, 0},
		 1002},
		{"a second HELLO", {.type = FRAME_HELLO}, {"\x28\x01", 2}, 4008},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fake_conn *bob, *eve;

		world_begin();
		bob = login("bob", NULL);
		eve = login("eve", NULL);
		give_payload(eve, rows[i].head.type, rows[i].head.flags, rows[i].head.seq,
			     rows[i].payload);
		if (eve->open || eve->code != rows[i].code)
			print_error("%s: closed with %u, wanted %u\n", rows[i].name, eve->code,
				    rows[i].code);
		expect_end(eve, rows[i].code, "");
		CHECK(bob->open);
		CHECK_INT(world.all.sessions, 1);
		join(bob, 1);
		relay(bob, 2, "still here");
		CHECK_INT(asked_times(ROOM_MESSAGE), 1);
		world_end();
	}
}

TEST(headers_that_lie_are_refused)
{
	uint8_t bytes[WIRE_HEADER + 8] = {0};
	struct wire_header head = {.type = FRAME_LEAVE, .seq = 1, .length = 0};
	static const struct {
		int at;
		uint8_t value;
		size_t n;
		uint16_t code;
	} rows[] = {
		{0, 0xf1, 16, 1002},  {4, 2, 16, 1002},    {15, 9, 16, 1002},  {15, 0, 20, 1002},
		{12, 0xff, 16, 1009}, {0, 0xf0, 15, 1002}, {0, 0xf0, 0, 1002},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct fake_conn *f;

		world_begin();
		f = login("eve", NULL);
		wire_header_write(bytes, &head);
		bytes[rows[i].at] = rows[i].value;
		give_bytes(f, (struct str){(const char *)bytes, rows[i].n});
		expect_end(f, rows[i].code, "");
		world_end();
	}
}

TEST(text_is_no_message)
{
	struct fake_conn *f;

	world_begin();
	f = login("eve", NULL);
	net_events.message(&f->conn, STR("hello?"), false);
	expect_end(f, 1003, "binary");
	world_end();
}

TEST(hello_comes_first_and_once)
{
	struct fake_conn *f;

	world_begin();
	f = dial(0);
	beat(f, 0);
	expect_end(f, 4008, "HELLO");
	f = dial(0);
	give_payload(f, FRAME_HELLO, 0, 0, STR("\x28\x02"));
	expect_end(f, 4008, "protocol");
	CHECK_INT(world.all.sessions, 0);
	world_end();
}
