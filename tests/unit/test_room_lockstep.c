/* tests/unit/test_room_lockstep.c: frames, inputs, votes, snapshots, the log; one rule a test */
#include <stdio.h>

#include "room_world.h"
#include "test.h"
#include "wire/replay.h"

#define FRAME 10000 /* lockstep rooms tick every 10 ms */

struct table {
	struct world *w;
	struct client *ada, *bob;
};

/* ada on loop 0, bob on loop `far`; the match runs, no frame has closed. */
static struct table sit_down(const char *types, unsigned far)
{
	struct table t = {.w = world_new(types)};

	t.ada = world_client(t.w, "ada", 0);
	t.bob = world_client(t.w, "bob", far);
	CHECK_INT(client_join(t.ada, "lockstep", ""), ROOM_OK);
	CHECK_INT(client_join_room(t.bob, t.ada->room, false), ROOM_OK);
	world_settle(t.w);
	client_heard(t.ada);
	client_heard(t.bob);
	return t;
}

static void frames(struct table *t, unsigned n)
{
	world_run(t->w, (int64_t)n * FRAME);
}

static struct room_row row_of(struct arena *mem, struct client *c)
{
	struct room_row row = {0};

	CHECK(rooms_describe(world_rooms(id_loop(c->room)), mem, c->room, &row));
	return row;
}

#define TYPE(more)                                                                                 \
	"kind: RoomType\nname: lockstep\nmode: lockstep\ntick: 10ms\nstart_delay: 0s\ncontrol: "   \
	"member\n"                                                                                 \
	"lockstep: {hash_every: 10, " more "}\n"
#define NEUTRAL TYPE("missing: neutral")

TEST(joined_tells_all_a_simulation_needs_to_know)
{
	struct table t = sit_down(NULL, 1);

	CHECK_INT(t.bob->joined->mode, MODE_LOCKSTEP);
	CHECK_INT(t.bob->joined->tick_us, FRAME);
	CHECK(t.bob->joined->seed != 0);
	CHECK_INT(t.bob->joined->lockstep->frame, 0);
	CHECK_INT(t.bob->joined->lockstep->input_delay, 3);
	CHECK_INT(t.bob->joined->lockstep->hash_every, 10);
	CHECK(t.bob->joined->lockstep->missing_repeats);
	world_free(t.w);
}

TEST(frames_without_input_advance_and_run_together_up_to_the_input_delay)
{
	struct table t = sit_down(NULL, 0);

	frames(&t, 7);
	CHECK_TEXT(client_heard(t.ada), "EMPTY 0+3; EMPTY 3+3");
	frames(&t, 3);
	CHECK_TEXT(client_heard(t.ada), "EMPTY 6+3");
	world_free(t.w);
}

TEST(without_a_delay_every_frame_is_told_at_once)
{
	struct table t = sit_down(TYPE("input_delay: 0"), 0);

	frames(&t, 2);
	CHECK_TEXT(client_heard(t.ada), "EMPTY 0+1; EMPTY 1+1");
	world_free(t.w);
}

TEST(an_input_counts_for_its_frame_and_ends_the_quiet_before_it)
{
	struct table t = sit_down(NULL, 1);

	client_input(t.ada, 4, STR("jump"));
	client_input(t.bob, 4, STR("duck"));
	frames(&t, 5);
	CHECK_TEXT(client_heard(t.ada), "EMPTY 0+3; EMPTY 3+1; BUNDLE 4 0=jump 1=duck");
	CHECK_TEXT(client_heard(t.bob), "EMPTY 0+3; EMPTY 3+1; BUNDLE 4 0=jump 1=duck");
	world_free(t.w);
}

TEST(the_same_input_again_is_no_news_where_missing_ones_repeat)
{
	struct table t = sit_down(NULL, 0);

	client_input(t.ada, 0, STR("right"));
	client_input(t.ada, 1, STR("right"));
	client_input(t.ada, 3, STR("left"));
	frames(&t, 4);
	CHECK_TEXT(client_heard(t.bob), "BUNDLE 0 0=right; EMPTY 1+2; BUNDLE 3 0=left");
	world_free(t.w);
}

TEST(where_missing_ones_are_neutral_each_input_is_named)
{
	struct table t = sit_down(NEUTRAL, 0);

	client_input(t.ada, 0, STR("fire"));
	client_input(t.ada, 1, STR("fire"));
	frames(&t, 5);
	CHECK_TEXT(client_heard(t.bob), "BUNDLE 0 0=fire; BUNDLE 1 0=fire; EMPTY 2+3");
	world_free(t.w);
}

TEST(a_late_input_takes_the_next_open_frame_and_its_sender_is_told)
{
	struct table t = sit_down(NULL, 0);

	frames(&t, 3);
	client_heard(t.ada);
	client_heard(t.bob);
	client_input(t.ada, 1, STR("jump"));
	frames(&t, 1);
	CHECK_TEXT(client_heard(t.ada), "LATE 1 to 3; BUNDLE 3 0=jump");
	CHECK_TEXT(client_heard(t.bob), "BUNDLE 3 0=jump");
	world_free(t.w);
}

TEST(a_late_input_does_not_push_another_of_its_seat_aside)
{
	struct table t = sit_down(NULL, 0);

	frames(&t, 3);
	client_heard(t.ada);
	client_input(t.ada, 3, STR("three"));
	client_input(t.ada, 1, STR("late"));
	frames(&t, 2);
	CHECK_TEXT(client_heard(t.ada), "LATE 1 to 4; BUNDLE 3 0=three; BUNDLE 4 0=late");
	world_free(t.w);
}

TEST(the_last_word_for_a_frame_that_is_open_counts)
{
	struct table t = sit_down(NULL, 0);

	client_input(t.ada, 1, STR("left"));
	client_input(t.ada, 1, STR("right"));
	frames(&t, 2);
	CHECK_TEXT(client_heard(t.ada), "EMPTY 0+1; BUNDLE 1 0=right");
	world_free(t.w);
}

TEST(long_inputs_are_carried_and_longer_ones_refused)
{
	struct table t = sit_down(NULL, 0);
	char text[513], wanted[600];

	memset(text, 'x', sizeof(text));
	client_input(t.ada, 0, (struct str){text, 512});
	client_input(t.ada, 1, (struct str){text, 513});
	frames(&t, 1);
	snprintf(wanted, sizeof(wanted),
		 "ERROR 2 bad-request: an input has at most 512 bytes; BUNDLE 0 0=%.512s", text);
	CHECK_TEXT(client_heard(t.ada), wanted);
	frames(&t, 3);
	CHECK_TEXT(client_heard(t.ada), "EMPTY 1+3");
	world_free(t.w);
}

TEST(inputs_from_a_far_future_are_refused)
{
	struct table t = sit_down(NULL, 0);

	client_input(t.ada, 63, STR("x"));
	client_input(t.ada, 64, STR("x"));
	client_input(t.ada, 0xffffffff, STR("x"));
	CHECK_TEXT(client_heard(t.ada),
		   "ERROR 2 bad-request: inputs are taken for the next 64 frames; "
		   "ERROR 3 bad-request: inputs are taken for the next 64 frames");
	world_free(t.w);
}

TEST(nobody_is_waited_for)
{
	struct table t = sit_down(NULL, 0);

	client_input(t.bob, 0, STR("run"));
	frames(&t, 1);
	client_suspend(t.bob);
	frames(&t, 30);
	CHECK_TEXT(client_heard(t.ada),
		   "BUNDLE 0 1=run; MEMBER suspended 1 bob; EMPTY 1+3; EMPTY 4+3; EMPTY 7+3; "
		   "EMPTY 10+3; EMPTY 13+3; EMPTY 16+3; EMPTY 19+3; EMPTY 22+3; EMPTY 25+3; "
		   "EMPTY 28+3");
	world_free(t.w);
}

TEST(members_come_and_go_between_two_frames_for_everybody_alike)
{
	struct table t = sit_down(NULL, 1);
	struct client *eve = world_client(t.w, "eve", 0);

	frames(&t, 2); /* quiet, not told yet */
	client_join_room(eve, t.ada->room, false);
	CHECK_INT(eve->joined->lockstep->frame, 2);
	world_settle(t.w);
	CHECK_TEXT(client_heard(t.bob), "EMPTY 0+2; MEMBER joined 2 eve");
	frames(&t, 1);
	client_leave(t.bob);
	world_settle(t.w);
	CHECK_TEXT(client_heard(t.ada),
		   "EMPTY 0+2; MEMBER joined 2 eve; SNAPSHOT_WANTED 1; EMPTY 2+1; "
		   "MEMBER left 1 bob (1)");
	world_free(t.w);
}

TEST(a_paused_match_closes_no_frames)
{
	struct table t = sit_down(NULL, 0);

	frames(&t, 3);
	client_control(t.ada, VERB_PAUSE);
	frames(&t, 100);
	client_control(t.ada, VERB_RESUME);
	frames(&t, 3);
	CHECK_TEXT(client_heard(t.bob), "EMPTY 0+3; ROOM running player/ada: because paused; "
					"ROOM running player/ada: because; EMPTY 3+3");
	world_free(t.w);
}

TEST(before_the_start_and_after_the_end_inputs_are_refused)
{
	struct world *w = world_new(
		"kind: RoomType\nname: lockstep\nmode: lockstep\nmin_players: 2\nend_delay: 5s\n");
	struct client *ada = world_client(w, "ada", 0);

	client_join(ada, "lockstep", "");
	world_run(w, 1000000);
	client_heard(ada);
	client_input(ada, 0, STR("x"));
	CHECK_TEXT(client_heard(ada), "ERROR 1 wrong-state: inputs are taken while the match runs");
	world_free(w);
}

TEST(a_room_that_flushes_with_the_tick_closes_no_frame_before_the_match)
{
	struct world *w = world_new("kind: RoomType\nname: lockstep\nmode: lockstep\nflush: "
				    "tick\ntick: 10ms\nmin_players: 2\n"
				    "start_delay: 0s\n");
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 0);

	client_join(ada, "lockstep", "");
	world_run(w, 100 * FRAME);
	client_join(bob, "lockstep", "");
	CHECK_INT(bob->joined->lockstep->frame, 0);
	world_run(w, 3 * FRAME);
	CHECK(strstr(client_heard(ada), "EMPTY 0+3"));
	world_free(w);
}

TEST(a_new_delay_is_told_in_the_stream)
{
	struct table t = sit_down(TYPE("input_delay: 3"), 1);

	frames(&t, 4);
	client_heard(t.bob);
	world_apply(t.w, TYPE("input_delay: 5"));
	CHECK_TEXT(client_heard(t.bob), "EMPTY 3+1; CONFIG 2 of 1; DELAY 4: 5");
	frames(&t, 5);
	CHECK_TEXT(client_heard(t.bob), "EMPTY 4+5");
	world_free(t.w);
}

TEST(chat_goes_beside_the_match)
{
	struct table t = sit_down(NULL, 0);

	frames(&t, 1);
	client_relay(t.ada, "good luck", DELIVERY_ORDERED);
	frames(&t, 2);
	CHECK_TEXT(client_heard(t.bob), "RELAYED 0 good luck; EMPTY 0+3");
	world_free(t.w);
}

/* ---- Votes ---- */

static struct client *third(struct table *t, unsigned loop)
{
	struct client *eve = world_client(t->w, "eve", loop);

	CHECK_INT(client_join_room(eve, t->ada->room, false), ROOM_OK);
	world_settle(t->w);
	client_heard(eve);
	client_heard(t->ada);
	client_heard(t->bob);
	return eve;
}

static void hear_all(struct table *t, struct client *eve)
{
	world_settle(t->w);
	client_heard(t->ada);
	client_heard(t->bob);
	client_heard(eve);
}

static void send_snapshot(struct client *c, uint32_t frame, const char *state, uint64_t hash)
{
	Gamesrv__V1__Snapshot snapshot = GAMESRV__V1__SNAPSHOT__INIT;

	snapshot.frame = frame;
	snapshot.hash = hash;
	snapshot.data = (ProtobufCBinaryData){strlen(state), (uint8_t *)(uintptr_t)state};
	client_send_message(c, FRAME_SNAPSHOT, &snapshot.base);
}

TEST(the_minority_hears_it_and_gets_the_majoritys_state)
{
	struct table t = sit_down(NULL, 1);
	struct client *eve = third(&t, 2);
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");

	frames(&t, 12);
	hear_all(&t, eve);
	client_hash(t.ada, 10, 7);
	client_hash(eve, 10, 8);
	client_hash(t.bob, 10, 7);
	world_settle(t.w);
	CHECK_TEXT(client_heard(eve), "DESYNC 10");
	CHECK_TEXT(client_heard(t.ada), "SNAPSHOT_WANTED 11");
	CHECK_TEXT(client_heard(t.bob), "");
	send_snapshot(t.ada, 11, "all of it", 70);
	world_settle(t.w);
	CHECK_TEXT(client_heard(eve), "SNAPSHOT 11");
	CHECK_INT(row_of(mem, t.ada).desyncs, 1);
	CHECK_INT(row_of(mem, t.ada).confirmed_frame, 10);
	CHECK_INT(row_of(mem, t.ada).confirmed_hash, 7);
	CHECK_STR(row_of(mem, t.ada).evidence,
		  "frame 10: seat 2 (eve) 0000000000000008, 2 of 3 0000000000000007");
	world_free(t.w);
}

TEST(the_vote_is_decided_as_soon_as_no_answer_could_change_it)
{
	struct table t = sit_down(NULL, 0);
	struct client *eve = third(&t, 0);
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");

	frames(&t, 12);
	hear_all(&t, eve);
	client_hash(t.ada, 10, 7);
	CHECK_INT(row_of(mem, t.ada).confirmed_frame, 0);
	client_hash(t.bob, 10, 7);
	CHECK_INT(row_of(mem, t.ada).confirmed_frame, 10);
	client_hash(eve, 10, 9); /* late, and wrong */
	CHECK_TEXT(client_heard(eve), "DESYNC 10");
	world_free(t.w);
}

TEST(of_two_that_differ_the_member_that_is_there_longest_is_right)
{
	struct table t = sit_down(NULL, 0);

	frames(&t, 12);
	client_heard(t.ada);
	client_heard(t.bob);
	client_hash(t.bob, 10, 8);
	client_hash(t.ada, 10, 7);
	CHECK_TEXT(client_heard(t.bob), "DESYNC 10");
	CHECK_TEXT(client_heard(t.ada), "SNAPSHOT_WANTED 11");
	world_free(t.w);
}

TEST(a_vote_that_not_all_cast_is_decided_when_its_place_is_needed_or_the_silent_one_leaves)
{
	struct table t = sit_down(NULL, 0);
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");

	frames(&t, 60);
	client_hash(t.ada, 10, 7);
	CHECK_INT(row_of(mem, t.ada).confirmed_frame, 0);
	client_hash(t.ada, 50, 5); /* four votes later */
	CHECK_INT(row_of(mem, t.ada).confirmed_frame, 10);
	client_leave(t.bob);
	CHECK_INT(row_of(mem, t.ada).confirmed_frame, 50);
	world_free(t.w);
}

TEST(hashes_of_frames_that_are_open_or_no_vote_are_refused)
{
	struct table t = sit_down(NULL, 0);

	frames(&t, 12);
	client_heard(t.ada);
	client_hash(t.ada, 20, 1);
	client_hash(t.ada, 7, 1);
	client_send(t.ada, FRAME_HASH, STR("\xff"));
	CHECK_TEXT(client_heard(t.ada),
		   "ERROR 1 bad-request: hashes are of frames that have closed; "
		   "ERROR 2 bad-request: hashes are of frames that hash_every divides; "
		   "ERROR 3 bad-request: this is no Hash message");
	world_free(t.w);
}

/* ---- Joining a match ---- */

TEST(a_joiner_gets_a_members_state_and_the_first_frame_names_all_inputs)
{
	struct table t = sit_down(NULL, 1);
	struct client *eve;

	client_input(t.ada, 0, STR("run"));
	frames(&t, 5);
	client_heard(t.ada);
	eve = world_client(t.w, "eve", 2);
	client_join_room(eve, t.ada->room, false);
	world_settle(t.w);
	CHECK_TEXT(client_heard(t.ada), "EMPTY 4+1; MEMBER joined 2 eve; SNAPSHOT_WANTED 4");
	send_snapshot(t.ada, 4, "state", 1);
	frames(&t, 4);
	CHECK_TEXT(client_heard(eve), "CONFIG_NOW 1 of 1; MEMBER joined 2 eve; SNAPSHOT 4; BUNDLE "
				      "5 0=run(again); EMPTY 6+3");
	world_free(t.w);
}

TEST(who_does_not_deliver_in_time_is_passed_over)
{
	struct table t = sit_down(NULL, 0);
	struct client *eve;

	frames(&t, 5);
	eve = third(&t, 0);
	frames(&t, 199);
	CHECK(strstr(client_heard(t.bob), "SNAPSHOT_WANTED") == NULL);
	frames(&t, 2);
	CHECK(strstr(client_heard(t.bob), "SNAPSHOT_WANTED") != NULL);
	send_snapshot(t.ada, 4, "too late", 1); /* nobody asks it any more */
	CHECK(strstr(client_heard(t.ada), "ERROR 1 wrong-state"));
	send_snapshot(t.bob, 1, "too old", 1);
	frames(&t, 1);
	CHECK(strstr(client_heard(eve), "SNAPSHOT") == NULL);
	frames(&t, 2000); /* a new round: ada first */
	CHECK(strstr(client_heard(t.ada), "SNAPSHOT_WANTED") != NULL);
	send_snapshot(t.ada, 1000, "good", 1);
	CHECK(strstr(client_heard(eve), "SNAPSHOT 1000") != NULL);
	world_free(t.w);
}

TEST(when_the_asked_one_goes_another_is_asked_at_once)
{
	struct table t = sit_down(NULL, 0);
	struct client *eve;

	frames(&t, 5);
	eve = third(&t, 0);
	(void)eve;
	client_suspend(t.ada);
	world_settle(t.w);
	CHECK(strstr(client_heard(t.bob), "SNAPSHOT_WANTED 4") != NULL);
	world_free(t.w);
}

TEST(a_state_that_contradicts_the_confirmed_hash_is_not_passed_on)
{
	struct table t = sit_down(NULL, 0);
	struct client *eve;

	frames(&t, 11);
	client_hash(t.ada, 10, 7);
	client_hash(t.bob, 10, 7);
	eve = third(&t, 0);
	send_snapshot(t.ada, 10, "forged", 8);
	CHECK(strstr(client_heard(t.ada),
		     "bad-request: the majority's hash of that frame is another"));
	CHECK_TEXT(client_heard(t.bob), "SNAPSHOT_WANTED 10");
	send_snapshot(t.bob, 10, "honest", 7);
	CHECK_TEXT(client_heard(eve), "SNAPSHOT 10");
	world_free(t.w);
}

TEST(with_nobody_to_ask_a_joiner_is_fed_from_the_beginning_faster_than_it_was_played)
{
	struct table t = sit_down(NULL, 0);
	struct client *eve = world_client(t.w, "eve", 1);
	uint32_t batches = 0;
	struct heard *h;

	for (uint32_t i = 0; i < 100; i++) {
		client_input(t.ada, i, i & 1 ? STR("a") : STR("b"));
		frames(&t, 1);
	}
	client_suspend(t.ada);
	client_suspend(t.bob);
	CHECK_INT(client_join_room(eve, t.ada->room, false), ROOM_OK);
	frames(&t, 15);
	while ((h = client_read(eve)) != NULL) {
		CHECK(h->type != FRAME_SNAPSHOT);
		batches += h->type == FRAME_BATCH;
		free(h);
	}
	CHECK(batches >= 10 && batches <= 12); /* ten frames a tick */
	world_free(t.w);
}

TEST(who_missed_more_than_the_ring_is_fed_from_the_log)
{
	struct table t = sit_down(NULL, 1);
	const char *heard;

	client_suspend(t.bob);
	for (uint32_t i = 0; i < 300; i++) {
		client_input(t.ada, i, i & 1 ? STR("a") : STR("b"));
		frames(&t, 1);
	}
	CHECK_INT(client_resume(t.bob), ROOM_OK);
	CHECK_INT(t.bob->resynced, 1);
	CHECK_INT(t.bob->joined->lockstep->frame, 300);
	frames(&t, 40);
	heard = client_heard(t.bob);
	CHECK(strstr(heard, "BATCH [MEMBER suspended 1 bob; BUNDLE 0 0=b; BUNDLE 1 0=a; "));
	CHECK(strstr(heard, "BUNDLE 299 0=a]"));
	CHECK(strstr(heard, "SNAPSHOT") == NULL);
	CHECK(!t.bob->broken);
	world_free(t.w);
}

TEST(a_room_nobody_could_be_brought_into_is_locked)
{
	struct world *w = world_new("kind: RoomType\nname: lockstep\nmode: lockstep\ntick: "
				    "10ms\nstart_delay: 0s\nlog: 0B\n");
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 0);

	client_join(ada, "lockstep", "");
	world_run(w, 10 * FRAME);
	client_suspend(ada);
	CHECK_INT(client_join_room(bob, ada->room, false), ROOM_LOCKED);
	CHECK_INT(client_join(bob, "lockstep", ""), ROOM_OK); /* another one */
	CHECK(!id_eq(ada->room, bob->room));
	client_leave(bob);
	client_resume(ada);
	CHECK_INT(client_join_room(bob, ada->room, false), ROOM_OK);
	world_free(w);
}

/* ---- The log ---- */

static void replay_text(struct client *c, struct buf *text, bool *torn, size_t cut)
{
	CLEANUP(buf_free) struct buf file = {0};
	struct wire_frame frame;
	struct replay r;

	CHECK_INT(rooms_replay(world_rooms(id_loop(c->room)), c->room, &file), ROOM_OK);
	CHECK(replay_open(&r, (struct str){file.p, file.n - cut}));
	while (replay_next(&r, &frame)) {
		struct heard *h = malloc(sizeof(*h) + frame.payload.n);

		*h = (struct heard){.type = frame.head.type, .n = (uint32_t)frame.payload.n};
		memcpy(h->payload, frame.payload.p, h->n);
		if (text->n > 0)
			buf_add(text, STR("; "));
		heard_text(h, text);
		free(h);
	}
	*torn = r.torn != NULL;
}

TEST(the_replay_holds_all_that_a_simulation_depends_on_and_no_chat)
{
	struct table t = sit_down(NULL, 0);
	CLEANUP(buf_free) struct buf text = {0};
	bool torn;

	client_relay(t.ada, "hi", DELIVERY_ORDERED);
	client_input(t.ada, 1, STR("jump"));
	frames(&t, 11);
	client_hash(t.ada, 10, 7);
	client_hash(t.bob, 10, 7);
	replay_text(t.ada, &text, &torn, 0);
	CHECK(!torn);
	CHECK_STR(
		buf_str(&text),
		"JOINED; MEMBER joined 0 ada; ROOM running room: enough players are there; "
		"MEMBER joined 1 bob; EMPTY 0+1; BUNDLE 1 0=jump; EMPTY 2+3; EMPTY 5+3; EMPTY 8+3; "
		"HASH");
	world_free(t.w);
}

TEST(a_torn_tail_costs_the_last_block_only)
{
	struct table t = sit_down(NULL, 0);
	CLEANUP(buf_free) struct buf text = {0};
	bool torn;

	frames(&t, 3);
	replay_text(t.ada, &text, &torn, 1);
	CHECK(torn);
	CHECK_STR(buf_str(&text), "JOINED");
	world_free(t.w);
}

TEST(a_full_log_loses_its_beginning_and_says_so)
{
	struct table t = sit_down("kind: RoomType\nname: lockstep\nmode: lockstep\ntick: "
				  "10ms\nstart_delay: 0s\nlog: 8KiB\n",
				  0);
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	CLEANUP(buf_free) struct buf file = {0};
	struct wire_frame frame;
	struct replay r;
	Gamesrv__V1__Joined *joined;

	for (uint32_t i = 0; i < 1000; i++) {
		client_input(t.ada, i, i & 1 ? STR("a") : STR("b"));
		frames(&t, 1);
	}
	CHECK(!row_of(mem, t.ada).log_complete);
	CHECK(row_of(mem, t.ada).log_bytes <= 8192);
	CHECK_INT(rooms_replay(world_rooms(0), t.ada->room, &file), ROOM_OK);
	CHECK(replay_open(&r, buf_str(&file)) && replay_next(&r, &frame));
	joined = gamesrv__v1__joined__unpack(NULL, frame.payload.n,
					     (const uint8_t *)frame.payload.p);
	CHECK(joined->resync);
	CHECK(joined->lockstep->frame > 600 && joined->lockstep->frame < 1000);
	gamesrv__v1__joined__free_unpacked(joined, NULL);
	CHECK(replay_next(&r, &frame) && !r.torn);
	world_free(t.w);
}

TEST(other_modes_have_no_replay)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 0);
	CLEANUP(buf_free) struct buf file = {0};

	client_join(ada, "relay", "");
	CHECK_INT(rooms_replay(world_rooms(0), ada->room, &file), ROOM_NO_MODE);
	world_free(w);
}
