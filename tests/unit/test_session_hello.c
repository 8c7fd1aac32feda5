/* tests/unit/test_session_hello.c: who a connection belongs to, and resume. */
#include "net_world.h"

#include "gamesrvd/net/resume_token.h"

TEST(a_first_hello_begins_a_session_that_says_how_to_wait)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct fake_conn *f;
	const Gamesrv__V1__Welcome *w;

	world_begin();
	f = dial(1);
	hello(f, "ada", no_token, 0, 0);
	w = expect_frame(f, mem, FRAME_WELCOME);
	CHECK_INT(w->answer, ANSWER_NEW);
	CHECK_TEXT(w->player, "ada");
	CHECK_TEXT(w->path, "/play/1");
	CHECK_INT(w->epoch, 1);
	CHECK_INT(w->timing->heartbeat_ms, 15000);
	CHECK_INT(w->timing->resume_ms, 30000);
	CHECK_INT(w->resume_token.len, RESUME_TOKEN);
	CHECK_INT(world.all.sessions, 1);
	CHECK_INT(session_of(f)->state, SESSION_LIVE);
	world_end();
}

TEST(a_second_login_takes_the_session_over_at_once)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct fake_conn *first, *second;
	struct seen a, b;

	world_begin();
	first = login("ada", &a);
	join(first, 1);
	second = login("ada", &b);
	CHECK_TEXT(a.session, b.session);
	CHECK_INT(b.epoch, 2);
	CHECK_INT(b.answer, ANSWER_RESYNC); /* it sits in a room it knows nothing of */
	CHECK_INT(b.client_seq, 0);
	expect_frame(second, mem, FRAME_JOINED);
	expect_frame(first, mem, FRAME_JOINED);
	CHECK_INT(((const Gamesrv__V1__Bye *)expect_frame(first, mem, FRAME_BYE))->reason,
		  REASON_SUPERSEDED);
	CHECK_INT(first->code, 4004);
	CHECK_INT(world.all.sessions, 1);
	/* The first one's token went with it. */
	first = dial(0);
	hello(first, "ada", token_of(&a), 0, 0);
	a = see_welcome(first);
	CHECK_INT(a.answer, ANSWER_GONE);
	CHECK_INT(a.reason, REASON_SUPERSEDED);
	CHECK(second->open);
	world_end();
}

TEST(a_login_after_the_line_broke_is_back_in_its_seat)
{
	struct fake_conn *f;
	struct seen s;

	world_begin();
	f = login("ada", NULL);
	join(f, 1);
	line_breaks(f);
	turn();
	CHECK_INT(last_asked()->verb, ROOM_SUSPEND);
	f = login("ada", &s);
	CHECK_INT(s.answer, ANSWER_RESYNC);
	CHECK_INT(last_asked()->verb, ROOM_RESUME);
	CHECK_INT(last_asked()->room_seq, ROOM_SEQ_NONE);
	world_end();
}

TEST(who_lands_on_another_loop_is_led_to_its_session)
{
	struct fake_conn *f, *g;
	struct seen s, t;

	world_begin();
	f = login("ada", &s);
	g = dial(1);
	hello(g, "ada", no_token, 0, 0);
	t = see_welcome(g);
	CHECK_INT(t.answer, ANSWER_MOVED);
	CHECK_TEXT(t.path, "/play/0");
	CHECK_INT(g->code, 1000);
	g = dial(1);
	hello(g, "", token_of(&s), 0, 0);
	t = see_welcome(g);
	CHECK_INT(t.answer, ANSWER_MOVED);
	CHECK(f->open);
	CHECK_INT(session_of(f)->epoch, 1);
	world_end();
}

TEST(a_resume_is_answered_with_what_was_missed)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct fake_conn *f, *g;
	struct seen s;

	world_begin();
	f = login("ada", &s);
	net_session_say(net_at(0), session_of(f)->id, STR("say"), STR("one"), 0);
	net_session_say(net_at(0), session_of(f)->id, STR("say"), STR("two"), 0);
	line_breaks(f);
	g = dial(0);
	hello(g, "", token_of(&s), 1, 0);
	s = see_welcome(g);
	CHECK_INT(s.answer, ANSWER_RESUMED);
	CHECK_INT(s.replayed, 1);
	CHECK_TEXT(((const Gamesrv__V1__Notice *)expect_frame(g, mem, FRAME_NOTICE))->text, "two");
	expect_nothing(g, mem);
	world_end();
}

TEST(a_hundred_resumes_in_a_row_without_a_word_succeed)
{
	struct fake_conn *f = NULL;
	struct seen s;

	world_begin();
	f = login("ada", &s);
	for (int i = 0; i < 100; i++) {
		struct fake_conn *before = f;

		world.conn_count = (unsigned)(1 + i % 2); /* the same two lines in turn */
		buf_free(&world.conns[world.conn_count].out);
		f = dial(0);
		hello(f, "", token_of(&s), 0, 0); /* the other one is open still */
		s = see_welcome(f);
		CHECK_INT(s.answer, ANSWER_RESUMED);
		CHECK_INT(s.epoch, i + 2);
		CHECK(!before->open);
	}
	world.conn_count = 3;
	world_end();
}

TEST(the_token_before_is_good_until_the_client_speaks)
{
	struct fake_conn *f;
	struct seen first, second, s;

	world_begin();
	f = login("ada", &first);
	line_breaks(f);
	f = dial(0);
	hello(f, "", token_of(&first), 0, 0);
	second = see_welcome(f); /* suppose that it never arrived */
	line_breaks(f);
	f = dial(0);
	hello(f, "", token_of(&first), 0, 0);
	second = see_welcome(f);
	CHECK_INT(second.answer, ANSWER_RESUMED);
	beat(f, 0);
	line_breaks(f);
	f = dial(0);
	hello(f, "", token_of(&first), 0, 0);
	s = see_welcome(f);
	CHECK_INT(s.answer, ANSWER_GONE);
	CHECK_INT(s.reason, REASON_SUPERSEDED);
	hello(f, "", token_of(&second), 0, 0); /* on the same line */
	s = see_welcome(f);
	CHECK_INT(s.answer, ANSWER_RESUMED);
	world_end();
}

TEST(a_bad_token_a_thousand_times_changes_nothing)
{
	struct fake_conn *f;
	struct session *s, before;
	struct seen seen;
	unsigned asked;

	world_begin();
	f = login("ada", &seen);
	join(f, 1);
	line_breaks(f);
	turn();
	s = session_find(net_at(0), world.asked[0].session);
	before = *s;
	asked = world.asked_count;
	for (int i = 0; i < 1000; i++) {
		struct seen bad = seen, answer;
		struct fake_conn *g;

		world.conn_count = 1;
		buf_free(&world.conns[1].out);
		g = dial(0);
		bad.token[i % RESUME_TOKEN] ^= (uint8_t)(1 + i % 255);
		hello(g, "ada", token_of(&bad), 0, 0);
		answer = see_welcome(g);
		CHECK_INT(answer.answer, ANSWER_GONE);
		line_breaks(g);
		turn();
	}
	CHECK(memcmp(s, &before, sizeof(before)) == 0);
	CHECK_INT(world.asked_count, asked);
	world.conn_count = 1;
	buf_free(&world.conns[1].out);
	f = dial(0);
	hello(f, "", token_of(&seen), 1, 0);
	CHECK_INT(see_welcome(f).answer, ANSWER_RESUMED);
	world_end();
}

TEST(a_token_of_another_start_or_another_key_is_gone)
{
	struct fake_conn *f;
	struct resume_token t;
	struct seen s;

	world_begin();
	f = login("ada", &s);
	t = (struct resume_token){session_of(f)->id, 1, 41};
	resume_token_write(&t, world.all.keys.resume, s.token);
	f = dial(0);
	hello(f, "", token_of(&s), 0, 0);
	CHECK_INT(see_welcome(f).answer, ANSWER_GONE);
	t.boot = 42;
	resume_token_write(&t, (const uint8_t *)"another key of thirty-two bytes..", s.token);
	hello(f, "", token_of(&s), 0, 0);
	CHECK_INT(see_welcome(f).answer, ANSWER_GONE);
	s.token_n = 5;
	hello(f, "", token_of(&s), 0, 0);
	CHECK_INT(see_welcome(f).answer, ANSWER_GONE);
	hello(f, "", token_of(&s), 0, 0);
	CHECK_INT(see_welcome(f).answer, ANSWER_GONE);
	hello(f, "", token_of(&s), 0, 0); /* enough */
	CHECK_INT(f->code, 4008);
	world_end();
}

TEST(a_session_that_is_over_says_why)
{
	struct fake_conn *f;
	struct seen s;

	world_begin();
	f = login("ada", &s);
	CHECK(net_session_end(net_at(0), session_of(f)->id, REASON_KICKED, STR("be nice")));
	CHECK_INT(f->code, 4002);
	CHECK_TEXT(f->reason, "be nice");
	f = dial(0);
	hello(f, "", token_of(&s), 0, 0);
	s = see_welcome(f);
	CHECK_INT(s.answer, ANSWER_GONE);
	CHECK_INT(s.reason, REASON_KICKED);
	hello(f, "ada", no_token, 0, 0);
	CHECK_INT(see_welcome(f).answer, ANSWER_NEW);
	world_end();
}

TEST(a_cordon_sends_new_players_away_and_lets_the_others_back_in)
{
	struct fake_conn *f, *g;
	struct seen s, t;

	world_begin();
	f = login("ada", &s);
	net_cordon(&world.all, true);
	g = dial(0);
	hello(g, "bob", no_token, 0, 0);
	t = see_welcome(g);
	CHECK_INT(t.answer, ANSWER_RETRY);
	CHECK(t.retry >= 1000 && t.retry < 5000);
	CHECK_INT(g->code, 1013);
	line_breaks(f);
	g = dial(0);
	hello(g, "", token_of(&s), 0, 0);
	CHECK_INT(see_welcome(g).answer, ANSWER_RESUMED);
	line_breaks(g);
	g = dial(0);
	hello(g, "ada", no_token, 0, 0);
	CHECK_INT(see_welcome(g).answer, ANSWER_NEW);
	net_cordon(&world.all, false);
	CHECK_INT(world.all.sessions, 1);
	world_end();
}

TEST(sessions_nobody_is_connected_to_are_bounded_as_well)
{
	struct fake_conn *f;

	world_begin();
	world.players.connections = 2;
	line_breaks(login("a", NULL));
	line_breaks(login("b", NULL));
	line_breaks(login("c", NULL));
	line_breaks(login("d", NULL));
	CHECK_INT(world.all.sessions, 4);
	f = dial(0);
	hello(f, "e", no_token, 0, 0);
	CHECK_INT(see_welcome(f).answer, ANSWER_RETRY);
	f = dial(0);
	hello(f, "a", no_token, 0, 0);
	CHECK_INT(see_welcome(f).answer, ANSWER_NEW);
	CHECK_INT(world.all.sessions, 4);
	world_end();
}

TEST(what_fell_out_of_the_ring_is_a_resync)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct fake_conn *f;
	struct seen s;

	world_begin();
	f = login("ada", &s);
	join(f, 1);
	for (int i = 0; i < RESUME_RING_FRAMES + 1; i++)
		net_session_say(net_at(0), session_of(f)->id, STR("say"), STR("hi"), 0);
	line_breaks(f);
	f = dial(0);
	hello(f, "", token_of(&s), 1, 0);
	s = see_welcome(f);
	CHECK_INT(s.answer, ANSWER_RESYNC);
	CHECK_INT(last_asked()->room_seq, ROOM_SEQ_NONE);
	expect_frame(f, mem, FRAME_JOINED);
	expect_nothing(f, mem);
	/* And a client that claims to have more than was ever sent. */
	line_breaks(f);
	f = dial(0);
	hello(f, "", token_of(&s), 100000, 0);
	CHECK_INT(see_welcome(f).answer, ANSWER_RESYNC);
	world_end();
}

TEST(a_name_that_is_none_is_refused_with_words)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct fake_conn *f;

	world_begin();
	f = dial(0);
	hello(f, " ada", no_token, 0, 0);
	CHECK_TEXT(((const Gamesrv__V1__Error *)expect_frame(f, mem, FRAME_ERROR))->code,
		   "bad-player-name");
	CHECK_INT(((const Gamesrv__V1__Bye *)expect_frame(f, mem, FRAME_BYE))->reason,
		  REASON_PROTOCOL_ERROR);
	CHECK_INT(f->code, 4008);
	world_end();
}

TEST(with_auth_token_a_name_alone_does_not_do)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	CLEANUP(buf_free) struct buf token = {0};
	CLEANUP(buf_free) struct buf why = {0};
	static const uint8_t seed[TOKEN_SEED] = {4};
	struct fake_conn *f;

	world_begin();
	token_keys_of_seed(seed, &world.all.keys);
	world.players.auth = STR("token");
	f = dial(0);
	hello(f, "ada", no_token, 0, 0);
	CHECK_TEXT(((const Gamesrv__V1__Error *)expect_frame(f, mem, FRAME_ERROR))->code,
		   "token-malformed");
	CHECK_INT(net_token(&world.all, STR("ada"), 60, &token, &why), 0);
	CHECK_INT(net_token(&world.all, STR("a\nb"), 60, &token, &why), -1);
	buf_addc(&token, '\0');
	f = dial(0);
	hello(f, token.p, no_token, 0, 0);
	CHECK_INT(see_welcome(f).answer, ANSWER_NEW);
	CHECK_STR(player_name(session_of(f)->player), "ada");
	world_end();
}
