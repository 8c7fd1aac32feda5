/* tests/unit/test_session_life.c: time, lines, seats. */
#include "net_world.h"

static const int64_t second = 1000000;

TEST(a_connection_without_a_hello_ends)
{
	struct fake_conn *f;

	world_begin();
	f = dial(0);
	CHECK_INT(world.all.connections, 1);
	CHECK_INT(world.all.sessions, 0);
	pass_time(session_of(f), 5 * second);
	CHECK_INT(f->code, 4008);
	world_end();
}

TEST(silence_makes_suspect_and_then_ends_the_line_but_not_the_session)
{
	struct fake_conn *f;
	struct session *s;

	world_begin();
	f = login("ada", NULL);
	s = session_of(f);
	pass_time(s, 16 * second);
	CHECK_INT(s->state, SESSION_LIVE); /* it may be late by a quarter */
	pass_time(s, 4 * second);
	CHECK_INT(s->state, SESSION_SUSPECT);
	beat(f, 0);
	CHECK_INT(s->state, SESSION_LIVE);
	pass_time(s, 49 * second);
	CHECK_INT(f->code, 4000);
	turn();
	CHECK_INT(s->state, SESSION_SUSPENDED);
	CHECK_INT(world.all.sessions, 1);
	pass_time(s, 30 * second);
	CHECK_INT(world.all.sessions, 0);
	world_end();
}

TEST(after_the_server_itself_was_held_up_everybody_has_time_to_be_heard)
{
	struct fake_conn *f, *g;
	struct session *s;

	world_begin();
	f = login("ada", NULL);
	g = dial(0);
	for (int i = 0; i < 2; i++) {
		s = session_of(i ? g : f);
		s->timer.at_us -= 60 * second; /* as if nothing had run for a minute */
		pass_time(s, 60 * second);
		CHECK((i ? g : f)->open);
		CHECK(wheel_is_set(&s->timer));
	}
	beat(f, 0); /* what had come meanwhile */
	pass_time(session_of(f), 0);
	CHECK(f->open);
	pass_time(session_of(g), 0);
	CHECK_INT(g->code, 4008);
	world_end();
}

TEST(what_we_send_does_not_keep_a_line_alive)
{
	struct fake_conn *f;
	struct session *s;

	world_begin();
	f = login("ada", NULL);
	join(f, 1);
	s = session_of(f);
	for (int i = 0; i < 49 && f->open; i++) {
		cast((uint32_t)i + 1, 1, 10, 0);
		net_say_all(net_at(0), STR("say"), STR("hi"), 0);
		pass_time(s, second);
	}
	CHECK_INT(f->code, 4000);
	world_end();
}

TEST(a_changed_configuration_moves_the_timers_that_run)
{
	struct fake_conn *f;
	struct session *s;
	int64_t before;

	world_begin();
	f = login("ada", NULL);
	s = session_of(f);
	before = s->timer.at_us;
	world.players.heartbeat.us = second;
	session_rearm(s);
	CHECK(s->timer.at_us < before);
	world_end();
}

TEST(a_seat_outlives_its_line_as_long_as_its_room_says)
{
	struct fake_conn *f;
	struct session *s;

	world_begin();
	world.players.resume.us = second;
	f = login("ada", NULL);
	s = session_of(f);
	join(f, 1);
	line_breaks(f);
	turn();
	CHECK_INT(last_asked()->verb, ROOM_SUSPEND);
	CHECK_INT(s->timer.at_us - s->silent_us, 30 * second);
	pass_time(s, 30 * second);
	CHECK_INT(last_asked()->verb, ROOM_LEAVE);
	CHECK_INT(last_asked()->reason, REASON_RESUME_EXPIRED);
	CHECK_INT(world.all.sessions, 0);
	world_end();
}

TEST(a_seat_that_the_room_took_away_ends_a_session_nobody_came_back_to)
{
	struct fake_conn *f;
	struct room_sink sink;
	struct id id;

	world_begin();
	sink = net_sink(net_at(0));
	f = login("ada", NULL);
	id = session_of(f)->id;
	join(f, 1);
	line_breaks(f);
	turn();
	sink.left(sink.ctx, id, world.room, REASON_RESUME_EXPIRED, STR(""));
	CHECK_INT(world.all.sessions, 0);
	world_end();
}

TEST(with_a_window_of_zero_a_broken_line_ends_the_session)
{
	struct fake_conn *f;

	world_begin();
	world.players.resume.us = 0;
	f = login("ada", NULL);
	line_breaks(f);
	turn();
	CHECK_INT(world.all.sessions, 0);
	world_end();
}

TEST(a_room_that_closes_tells_its_members_in_their_own_stream)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	const Gamesrv__V1__Left *left;
	struct fake_conn *f;
	struct room_sink sink;
	char id[ID_TEXT];

	world_begin();
	sink = net_sink(net_at(0));
	f = login("ada", NULL);
	join(f, 1);
	expect_frame(f, mem, FRAME_JOINED);
	sink.left(sink.ctx, session_of(f)->id, id_make(0, 1, 1), REASON_ROOM_CLOSED,
		  STR("another room"));
	expect_nothing(f, mem);
	sink.left(sink.ctx, session_of(f)->id, world.room, REASON_ROOM_CLOSED, STR("over"));
	left = expect_frame(f, mem, FRAME_LEFT);
	CHECK_TEXT(left->room, id_text('r', world.room, id));
	CHECK_INT(left->reason, REASON_ROOM_CLOSED);
	CHECK_TEXT(left->text, "over");
	cast(1, 1, 10, 0);
	expect_nothing(f, mem);
	world_end();
}

TEST(what_a_room_says_on_another_loop_arrives_in_order)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct fake_conn *f;
	struct room_sink there;
	struct shared *frames;
	struct got got;

	world_begin();
	f = login("ada", NULL);
	join(f, 1);
	expect_frame(f, mem, FRAME_JOINED);
	there = net_sink(net_at(1));
	for (uint32_t i = 1; i <= 300; i++) {
		frames = shared_new(net_at(1)->loop->pool, 256);
		CHECK(wire_put_relayed(&frames, FRAME_RELAYED, 0, i, 0, STR("x"), 0, 0));
		there.broadcast(there.ctx, world.room, 1, frames);
		shared_unref(frames);
		if (i % 100 == 0)
			there.tell(there.ctx, session_of(f)->id, FRAME_LATE, STR(""));
	}
	expect_nothing(f, mem);
	turn();
	for (uint32_t i = 1; i <= 300; i++) {
		CHECK(next_frame(f, mem, &got));
		CHECK_INT(got.type, FRAME_RELAYED);
		CHECK_INT(got.seq, i);
		if (i % 100 == 0)
			expect_frame(f, mem, FRAME_LATE);
	}
	there.left(there.ctx, session_of(f)->id, world.room, REASON_KICKED, STR("out"));
	turn();
	CHECK_TEXT(((const Gamesrv__V1__Left *)expect_frame(f, mem, FRAME_LEFT))->text, "out");
	world_end();
}

TEST(join_and_leave_speak_to_the_room_and_answer)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct fake_conn *f;

	world_begin();
	f = login("ada", NULL);
	join(f, 1);
	CHECK_INT(((const Gamesrv__V1__Joined *)expect_frame(f, mem, FRAME_JOINED))->revision, 7);
	CHECK_TEXT(last_asked()->type, "duel");
	CHECK_TEXT(last_asked()->key, "k");
	CHECK_TEXT(last_asked()->player, "ada");
	join(f, 2);
	CHECK_TEXT(((const Gamesrv__V1__Error *)expect_frame(f, mem, FRAME_ERROR))->code,
		   "already-seated");
	give_payload(f, FRAME_LEAVE, 0, 3, STR(""));
	expect_frame(f, mem, FRAME_LEFT);
	CHECK_INT(last_asked()->verb, ROOM_LEAVE);
	give_payload(f, FRAME_LEAVE, 0, 4, STR(""));
	CHECK_TEXT(((const Gamesrv__V1__Error *)expect_frame(f, mem, FRAME_ERROR))->code,
		   "not-in-room");
	relay(f, 5, "x");
	CHECK_TEXT(((const Gamesrv__V1__Error *)expect_frame(f, mem, FRAME_ERROR))->code,
		   "not-in-room");
	world.error = ROOM_FULL;
	join(f, 6);
	CHECK_TEXT(((const Gamesrv__V1__Error *)expect_frame(f, mem, FRAME_ERROR))->code,
		   "room-full");
	world_end();
}

TEST(a_join_that_ends_after_its_session_gives_the_seat_back)
{
	struct fake_conn *f;

	world_begin();
	world.rooms_wait = true;
	f = login("ada", NULL);
	join(f, 1);
	give_payload(f, FRAME_BYE, 0, 0, STR(""));
	CHECK_INT(world.all.sessions, 0);
	answer_ask(world.asked[0].request);
	CHECK_INT(last_asked()->verb, ROOM_LEAVE);
	CHECK(id_eq(last_asked()->room, world.room));
	world_end();
}

TEST(a_join_that_ends_after_its_line_leaves_the_seat_suspended)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct fake_conn *f;
	struct seen s;

	world_begin();
	world.rooms_wait = true;
	f = login("ada", &s);
	join(f, 1);
	line_breaks(f);
	turn();
	answer_ask(world.asked[0].request);
	CHECK_INT(last_asked()->verb, ROOM_SUSPEND);
	world.rooms_wait = false;
	world.replay_seq = 20;
	f = dial(0);
	hello(f, "", token_of(&s), 0, 999); /* a number of some room before */
	s = see_welcome(f);
	CHECK_INT(s.answer, ANSWER_RESUMED);
	CHECK_INT(last_asked()->room_seq, 0); /* where JOINED says that the stream begins */
	expect_frame(f, mem, FRAME_JOINED);
	world_end();
}

TEST(an_answer_to_a_resume_that_was_overtaken_is_nobodys)
{
	struct fake_conn *f, *g;
	struct seen s;

	world_begin();
	f = login("ada", &s);
	join(f, 1);
	line_breaks(f);
	turn();
	world.rooms_wait = true;
	f = dial(0);
	hello(f, "", token_of(&s), 1, 0);
	g = dial(0);
	hello(g, "", token_of(&s), 1, 0);
	CHECK_INT(f->code, 4004);
	answer_ask(world.asked[world.asked_count - 2].request);
	CHECK_INT(g->out.n, 0);
	answer_ask(world.asked[world.asked_count - 1].request);
	CHECK_INT(see_welcome(g).answer, ANSWER_RESUMED);
	world_end();
}

TEST(the_rooms_frames_follow_the_welcome_of_a_resume)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct fake_conn *f;
	struct seen s;
	struct got got;

	world_begin();
	f = login("ada", &s);
	join(f, 1);
	cast(1, 4, 10, 0);
	line_breaks(f);
	world.replay_seq = 6;
	world.replay[0] = shared_new(net_at(0)->loop->pool, 256);
	world.replay_count = 1;
	CHECK(wire_put_relayed(&world.replay[0], FRAME_RELAYED, 0, 5, 0, STR("five"), 0, 0));
	CHECK(wire_put_relayed(&world.replay[0], FRAME_RELAYED, 0, 6, 0, STR("six"), 0, 0));
	f = dial(0);
	hello(f, "", token_of(&s), 1, 4);
	CHECK_INT(last_asked()->room_seq, 4);
	s = see_welcome(f);
	CHECK_INT(s.answer, ANSWER_RESUMED);
	CHECK_INT(s.replayed, 2);
	cast(7, 1, 10, 0);
	for (uint32_t i = 5; i <= 7; i++) {
		CHECK(next_frame(f, mem, &got));
		CHECK_INT(got.seq, i);
	}
	world_end();
}

TEST(a_resume_whose_seat_is_gone_hears_that_it_left)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct fake_conn *f;
	struct seen s;

	world_begin();
	f = login("ada", &s);
	join(f, 1);
	line_breaks(f);
	world.error = ROOM_NOT_FOUND;
	f = dial(0);
	hello(f, "", token_of(&s), 1, 0);
	s = see_welcome(f);
	CHECK_INT(s.answer, ANSWER_RESUMED);
	CHECK_INT(s.replayed, 1);
	expect_frame(f, mem, FRAME_LEFT);
	CHECK(!id_is(session_of(f)->room));
	world_end();
}
