/* tests/unit/test_room_relay.c: what members say to each other, what they missed, what happens when it is too much */
#include <stdio.h>

#include "room_world.h"
#include "test.h"

#define SECOND 1000000

struct table { /* ada on loop 0, where the room is; bob on loop 1 */
	struct world *w;
	struct client *ada, *bob;
};

static struct table sit_down(const char *types)
{
	struct table t = {.w = world_new(types)};

	t.ada = world_client(t.w, "ada", 0);
	t.bob = world_client(t.w, "bob", 1);
	CHECK_INT(client_join(t.ada, "relay", ""), ROOM_OK);
	CHECK_INT(client_join_room(t.bob, t.ada->room, false), ROOM_OK);
	world_settle(t.w);
	client_heard(t.ada);
	client_heard(t.bob);
	return t;
}

static struct room_row row_of(struct arena *mem, struct client *c)
{
	struct room_row row = {0};

	CHECK(rooms_describe(world_rooms(id_loop(c->room)), mem, c->room, &row));
	return row;
}

TEST(everybody_hears_everything_in_one_order_the_sender_too)
{
	struct table t = sit_down(NULL);

	client_relay(t.ada, "one", DELIVERY_ORDERED);
	client_relay(t.bob, "two", DELIVERY_ORDERED);
	client_relay(t.ada, "three", DELIVERY_ORDERED);
	world_settle(t.w);
	/* bob's message comes by mail from his loop. */
	CHECK_TEXT(client_heard(t.ada), "RELAYED 0 one; RELAYED 0 three; RELAYED 1 two");
	CHECK_TEXT(client_heard(t.bob), "RELAYED 0 one; RELAYED 0 three; RELAYED 1 two");
	world_free(t.w);
}

TEST(messages_of_one_session_keep_their_order_across_loops)
{
	struct table t = sit_down(NULL);
	char text[8];

	for (unsigned i = 0; i < 5; i++) {
		snprintf(text, sizeof(text), "%u", i);
		client_relay(t.bob, text, DELIVERY_ORDERED);
	}
	world_settle(t.w);
	CHECK_TEXT(client_heard(t.ada),
		   "RELAYED 1 0; RELAYED 1 1; RELAYED 1 2; RELAYED 1 3; RELAYED 1 4");
	world_free(t.w);
}

TEST(frames_of_a_turn_leave_as_one_buffer)
{
	struct table t = sit_down(NULL);
	uint64_t before = t.w->broadcasts;

	for (unsigned i = 0; i < 10; i++)
		client_relay(t.ada, "hi", DELIVERY_ORDERED);
	world_settle(t.w);
	CHECK_INT(t.w->broadcasts - before, 1);
	world_free(t.w);
}

TEST(flush_immediate_sends_each_message_by_itself)
{
	struct table t = sit_down(
		"kind: RoomType\nname: relay\nmode: relay\nflush: immediate\nstart_delay: 0s\n");
	uint64_t before = t.w->broadcasts;

	for (unsigned i = 0; i < 10; i++)
		client_relay(t.ada, "hi", DELIVERY_ORDERED);
	CHECK_INT(t.w->broadcasts - before, 10);
	world_free(t.w);
}

#define WITH_TICK                                                                                  \
	"kind: RoomType\nname: relay\nmode: relay\nflush: tick\ntick: 100ms\nstart_delay: 0s\n"    \
	"degrade_after: 3\n"

TEST(flush_tick_sends_with_the_tick_and_not_before)
{
	struct table t = sit_down(WITH_TICK);
	uint64_t before;

	world_run(t.w, SECOND);
	client_heard(t.bob);
	before = t.w->broadcasts;
	for (unsigned i = 0; i < 10; i++)
		client_relay(t.ada, "hi", DELIVERY_ORDERED);
	world_settle(t.w);
	CHECK_INT(t.w->broadcasts - before, 0);
	world_run(t.w, SECOND / 10);
	CHECK_INT(t.w->broadcasts - before, 1);
	world_free(t.w);
}

TEST(what_may_be_dropped_carries_no_number_of_its_own)
{
	struct table t = sit_down(NULL);
	uint32_t seq = t.bob->room_seq;

	client_relay(t.ada, "at 1,2", DELIVERY_LATEST);
	client_relay(t.ada, "sparks", DELIVERY_COSMETIC);
	client_relay(t.ada, "hit", DELIVERY_ORDERED);
	world_settle(t.w);
	CHECK_TEXT(client_heard(t.bob), "RELAYED 0 at 1,2; RELAYED 0 sparks; RELAYED 0 hit");
	CHECK_INT(t.bob->room_seq, seq + 1);
	CHECK(!t.bob->broken);
	world_free(t.w);
}

TEST(a_message_to_some_reaches_only_them)
{
	struct table t = sit_down(NULL);
	struct client *eve = world_client(t.w, "eve", 2);
	Gamesrv__V1__Relay relay = GAMESRV__V1__RELAY__INIT;
	uint32_t to[] = {1, 999, 0xffffffff};

	client_join_room(eve, t.ada->room, false);
	world_settle(t.w);
	client_heard(eve);
	client_heard(t.bob);
	relay.data = (ProtobufCBinaryData){6, (uint8_t *)(uintptr_t) "secret"};
	relay.to = to;
	relay.n_to = 3;
	client_send_message(t.ada, FRAME_RELAY, &relay.base);
	world_settle(t.w);
	CHECK_TEXT(client_heard(t.bob), "DIRECT 0 secret");
	CHECK_TEXT(client_heard(eve), "");
	world_free(t.w);
}

TEST(what_is_no_relay_message_is_refused_and_disturbs_nobody)
{
	struct table t = sit_down(NULL);

	client_send(t.ada, FRAME_RELAY, STR("\x0a\xff"));
	client_send(t.ada, FRAME_INPUT, STR(""));
	client_send(t.ada, FRAME_CONTROL, STR("\xff\xff"));
	world_settle(t.w);
	CHECK_TEXT(client_heard(t.ada),
		   "ERROR 1 bad-request: this is no Relay message; ERROR 2 wrong-mode: rooms of "
		   "mode relay take RELAY "
		   "and CONTROL; ERROR 3 bad-request: this is no Control message");
	CHECK_TEXT(client_heard(t.bob), "");
	world_free(t.w);
}

TEST(a_stranger_is_not_heard)
{
	struct table t = sit_down(NULL);
	struct client *eve = world_client(t.w, "eve", 0);

	eve->room = t.ada->room;
	client_relay(eve, "psst", DELIVERY_ORDERED);
	world_settle(t.w);
	CHECK_TEXT(client_heard(t.ada), "");
	CHECK_TEXT(client_heard(eve), "");
	world_free(t.w);
}

/* ---- Coming back ---- */

TEST(who_comes_back_hears_what_he_missed_once_and_in_order)
{
	struct table t = sit_down(NULL);

	client_relay(t.ada, "before", DELIVERY_ORDERED);
	world_settle(t.w);
	CHECK_TEXT(client_heard(t.bob), "RELAYED 0 before");
	client_suspend(t.bob);
	client_relay(t.ada, "one", DELIVERY_ORDERED);
	client_relay(t.ada, "sparks", DELIVERY_COSMETIC);
	world_settle(t.w);
	client_relay(t.ada, "two", DELIVERY_ORDERED); /* still gathered when he comes */
	CHECK_INT(client_resume(t.bob), ROOM_OK);
	client_relay(t.ada, "three", DELIVERY_ORDERED);
	world_settle(t.w);
	CHECK_TEXT(client_heard(t.bob),
		   "MEMBER suspended 1 bob; RELAYED 0 one; RELAYED 0 sparks; RELAYED 0 two; "
		   "MEMBER resumed 1 bob; RELAYED 0 three");
	CHECK(!t.bob->broken);
	CHECK_INT(t.bob->resynced, 0);
	world_free(t.w);
}

TEST(the_first_batch_is_cut_to_what_was_missed)
{
	struct table t = sit_down(NULL);

	for (unsigned i = 0; i < 5; i++)
		client_relay(t.ada, "x", DELIVERY_ORDERED);
	client_relay(t.ada, "y", DELIVERY_ORDERED);
	world_settle(t.w);
	for (unsigned i = 0; i < 3; i++)
		free(client_read(t.bob));
	client_suspend(t.bob); /* three of six were read when the line broke */
	client_resume(t.bob);
	world_settle(t.w);
	CHECK_TEXT(client_heard(t.bob), "RELAYED 0 x; RELAYED 0 x; RELAYED 0 y; MEMBER suspended 1 "
					"bob; MEMBER resumed 1 bob");
	CHECK(!t.bob->broken);
	world_free(t.w);
}

TEST(a_hundred_times_back_without_a_word_in_between_is_no_problem)
{
	struct table t = sit_down(NULL);

	for (unsigned i = 0; i < 100; i++) {
		client_suspend(t.bob);
		CHECK_INT(client_resume(t.bob), ROOM_OK);
	}
	for (unsigned i = 0; i < 100; i++) /* while the old line is still up */
		CHECK_INT(client_resume(t.bob), ROOM_OK);
	world_settle(t.w);
	client_heard(t.bob);
	CHECK(!t.bob->broken);
	CHECK_INT(t.bob->resynced, 0);
	CHECK_INT(t.bob->seat, 1);
	world_free(t.w);
}

TEST(who_missed_more_than_is_kept_starts_afresh)
{
	struct table t = sit_down(NULL);

	client_suspend(t.bob);
	for (unsigned i = 0; i < 300; i++) { /* resume.messages is 256 */
		client_relay(t.ada, "x", DELIVERY_ORDERED);
		world_settle(t.w);
	}
	CHECK_INT(client_resume(t.bob), ROOM_OK);
	CHECK_INT(t.bob->resynced, 1);
	CHECK(t.bob->joined->resync);
	CHECK_INT(t.bob->joined->seat, 1);
	client_relay(t.ada, "again", DELIVERY_ORDERED);
	world_settle(t.w);
	CHECK_TEXT(client_heard(t.bob), "CONFIG_NOW 1 of 1; MEMBER resumed 1 bob; RELAYED 0 again");
	CHECK(!t.bob->broken);
	world_free(t.w);
}

TEST(the_bytes_that_are_kept_are_bounded_too)
{
	struct table t =
		sit_down("kind: RoomType\nname: relay\nmode: relay\nresume: {bytes: 2KiB}\n");
	char kib[1025];

	memset(kib, 'x', 1024);
	kib[1024] = '\0';
	client_suspend(t.bob);
	client_relay(t.ada, kib, DELIVERY_ORDERED);
	world_settle(t.w);
	CHECK_INT(client_resume(t.bob), ROOM_OK);
	CHECK_INT(t.bob->resynced, 0);
	world_settle(t.w);
	client_heard(t.bob);
	client_suspend(t.bob);
	for (unsigned i = 0; i < 3; i++) {
		client_relay(t.ada, kib, DELIVERY_ORDERED);
		world_settle(t.w);
	}
	client_resume(t.bob);
	CHECK_INT(t.bob->resynced, 1);
	world_free(t.w);
}

TEST(a_number_from_the_future_is_answered_with_a_fresh_start)
{
	struct table t = sit_down(NULL);

	client_suspend(t.bob);
	t.bob->room_seq += 1000;
	CHECK_INT(client_resume(t.bob), ROOM_OK);
	CHECK_INT(t.bob->resynced, 1);
	world_free(t.w);
}

/* ---- Ticks that take too long ---- */

static void ticks_cost(struct table *t, int64_t us, int64_t for_us)
{
	int64_t until = world_now() + for_us;

	t->w->cost_us = us;
	while (world_now() < until) {
		client_relay(t->ada, "x", DELIVERY_ORDERED);
		world_run(t->w, SECOND / 10);
	}
	t->w->cost_us = 0;
}

TEST(a_room_above_its_budget_halves_its_rate_and_recovers_slowly)
{
	struct table t = sit_down(WITH_TICK);
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	uint64_t before;

	ticks_cost(&t, 60000, SECOND); /* of 50000 */
	CHECK(row_of(mem, t.ada).degraded);
	CHECK(strstr(client_heard(t.bob), "ROOM running room: enough players are there degraded"));
	before = t.w->broadcasts;
	ticks_cost(&t, 0, SECOND);
	CHECK(t.w->broadcasts - before <= 7);
	CHECK(row_of(mem, t.ada).degraded); /* not after the first good tick */
	ticks_cost(&t, 0, 6 * SECOND);
	CHECK(!row_of(mem, t.ada).degraded);
	CHECK(!t.bob->broken);
	world_free(t.w);
}

TEST(a_room_that_stays_above_its_budget_sends_its_spectators_away)
{
	struct table t = sit_down(WITH_TICK);
	struct client *eve = world_client(t.w, "eve", 0);

	client_join_room(eve, t.ada->room, true);
	ticks_cost(&t, 60000, 3 * SECOND);
	CHECK(eve->seated); /* half the rate was enough */
	ticks_cost(&t, 120000, 3 * SECOND);
	CHECK_INT(eve->left, REASON_TOO_SLOW);
	CHECK_INT(client_join_room(eve, t.ada->room, true), ROOM_LOCKED);
	CHECK(t.ada->seated && t.bob->seated);
	world_free(t.w);
}

TEST(a_standstill_is_caught_up_a_little_and_the_rest_is_left_out)
{
	struct table t = sit_down(WITH_TICK);
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	uint64_t ticks;

	world_run(t.w, SECOND);
	ticks = row_of(mem, t.ada).ticks;
	world_late(t.w, 10 * SECOND); /* 100 ticks */
	world_run(t.w, 0);
	CHECK(row_of(mem, t.ada).ticks - ticks <= 6); /* max_catchup is 5 */
	CHECK(row_of(mem, t.ada).skipped_ticks >= 94);
	CHECK(row_of(mem, t.ada).late_ticks >= 5);
	world_free(t.w);
}

TEST(rooms_that_need_no_tick_have_none)
{
	struct table t = sit_down(NULL);

	CHECK_INT(world_ticks(), 0);
	world_free(t.w);
}

TEST(nobody_there_no_tick)
{
	struct table t = sit_down(WITH_TICK);

	CHECK_INT(world_ticks(), 1);
	client_suspend(t.ada);
	client_suspend(t.bob);
	CHECK_INT(world_ticks(), 0);
	client_resume(t.ada);
	CHECK_INT(world_ticks(), 1);
	world_free(t.w);
}
