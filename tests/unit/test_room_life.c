/* tests/unit/test_room_life.c: a room's states, who changes them, and what its members hear */
#include "room_world.h"
#include "test.h"

#define SECOND 1000000

static struct room_row row_of(struct arena *mem, struct id room)
{
	struct room_row row = {0};

	if (!rooms_describe(world_rooms(id_loop(room)), mem, room, &row))
		row.state = STR("gone");
	return row;
}

static void check_state(struct client *c, const char *wanted)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");

	CHECK_STR(row_of(mem, c->room).state, wanted);
}

TEST(the_first_who_joins_opens_the_room_and_starts_it)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 0);

	CHECK_INT(client_join(ada, "relay", ""), ROOM_OK);
	world_settle(w);
	CHECK_INT(ada->seat, 0);
	CHECK_INT(ada->joined->n_seats, 1);
	CHECK_TEXT(ada->joined->seats[0]->player, "ada");
	CHECK_INT(ada->joined->seats[0]->suspended, false);
	CHECK_INT(ada->joined->state, ROOM_OPEN);
	CHECK_INT(ada->joined->mode, MODE_RELAY);
	CHECK_INT(ada->joined->revision, 1);
	CHECK_TEXT(client_heard(ada), "CONFIG_NOW 1 of 1; MEMBER joined 0 ada; "
				      "ROOM running room: enough players are there");
	CHECK_INT(rooms_open(w->dir), 1);
	CHECK_INT(rooms_seated(w->dir), 1);
	world_free(w);
}

TEST(the_second_takes_the_free_seat_wherever_he_comes_from)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 1);

	client_join(ada, "relay", "");
	world_settle(w);
	client_heard(ada);
	CHECK_INT(client_join(bob, "relay", ""), ROOM_OK);
	world_settle(w);
	CHECK(id_eq(ada->room, bob->room));
	CHECK_INT(bob->seat, 1);
	CHECK_INT(bob->joined->n_seats, 2);
	CHECK_TEXT(client_heard(ada), "MEMBER joined 1 bob");
	CHECK_TEXT(client_heard(bob), "CONFIG_NOW 1 of 1; MEMBER joined 1 bob");
	CHECK(!ada->broken && !bob->broken);
	world_free(w);
}

TEST(a_key_leads_all_who_give_it_into_one_room)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 1),
		      *eve = world_client(w, "eve", 2);

	CHECK_INT(client_join(ada, "relay", "table-1"), ROOM_OK);
	CHECK_INT(client_join(bob, "relay", "table-2"), ROOM_OK);
	CHECK_INT(client_join(eve, "relay", "table-1"), ROOM_OK);
	CHECK(id_eq(ada->room, eve->room));
	CHECK(!id_eq(ada->room, bob->room));
	world_free(w);
}

TEST(a_room_with_a_key_is_not_for_everybody)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 0);

	client_join(ada, "relay", "table-1");
	client_join(bob, "relay", "");
	CHECK(!id_eq(ada->room, bob->room));
	world_free(w);
}

TEST(refusals_say_why)
{
	struct world *w =
		world_new("kind: RoomType\nname: small\nmode: relay\nseats: 1\nstart_delay: 0s\n"
			  "---\nkind: RoomType\nname: future\nmode: state\n");
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 1);

	CHECK_INT(client_join(ada, "unknown", ""), ROOM_NO_TYPE);
	CHECK_INT(client_join(ada, "future", ""), ROOM_NO_MODE);
	CHECK_INT(client_join(ada, "small", "k"), ROOM_OK);
	CHECK_INT(client_join_room(ada, ada->room, false), ROOM_SEATED);
	CHECK_INT(client_join_room(bob, ada->room, false), ROOM_FULL);
	CHECK_INT(client_join(bob, "small", "k"), ROOM_FULL);
	CHECK_INT(client_join_room(bob, id_make(1, 7, 9), false), ROOM_NOT_FOUND);
	CHECK_INT(client_join_room(bob, id_make(60, 7, 9), false), ROOM_NOT_FOUND);
	bob->room = ada->room;
	CHECK_INT(client_leave(bob), ROOM_NO_SEAT);
	CHECK_INT(client_resume(bob), ROOM_NO_SEAT);
	CHECK_TEXT(room_error_code(ROOM_NO_MODE), "mode-not-served");
	world_free(w);
}

TEST(a_full_room_is_passed_over_for_a_new_one)
{
	struct world *w =
		world_new("kind: RoomType\nname: duel\nmode: relay\nseats: 2\nstart_delay: 0s\n");
	struct client *c[5];

	for (unsigned i = 0; i < 5; i++) {
		c[i] = world_client(w, "p", i % WORLD_LOOPS);
		CHECK_INT(client_join(c[i], "duel", ""), ROOM_OK);
	}
	CHECK(id_eq(c[0]->room, c[1]->room));
	CHECK(id_eq(c[2]->room, c[3]->room));
	CHECK(!id_eq(c[2]->room, c[0]->room) && !id_eq(c[4]->room, c[0]->room) &&
	      !id_eq(c[4]->room, c[2]->room));
	client_leave(c[1]);
	client_leave(c[4]);
	CHECK_INT(client_join(c[1], "duel", ""),
		  ROOM_OK); /* of the two with a free seat, one; no third */
	CHECK_INT(rooms_open(w->dir), 3);
	world_free(w);
}

TEST(an_empty_room_closes_after_its_time)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 0);

	client_join(ada, "relay", "");
	client_leave(ada);
	world_run(w, SECOND / 2);
	check_state(ada, "running");
	world_run(w, SECOND);
	check_state(ada, "gone");
	CHECK_INT(rooms_open(w->dir), 0);
	CHECK_INT(rooms_seated(w->dir), 0);
	CHECK(rooms_usual_life(w->dir, STR("relay")) >= SECOND);
	world_free(w);
}

TEST(who_comes_into_an_empty_room_keeps_it)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 0);

	client_join(ada, "relay", "");
	client_leave(ada);
	world_run(w, SECOND / 2);
	client_join(bob, "relay", "");
	CHECK(id_eq(ada->room, bob->room));
	world_run(w, 5 * SECOND);
	check_state(bob, "running");
	world_free(w);
}

TEST(a_seat_is_kept_for_who_may_come_back_and_the_room_with_it)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 0);

	client_join(ada, "relay", "");
	CHECK_INT(client_suspend(ada), ROOM_OK);
	world_run(w, 20 * SECOND);
	check_state(ada, "running");
	CHECK_INT(rooms_seated(w->dir), 1);
	CHECK_INT(client_resume(ada), ROOM_OK);
	CHECK_INT(ada->seat, 0);
	world_run(w, 60 * SECOND);
	CHECK(ada->seated);
	world_free(w);
}

TEST(a_seat_nobody_comes_back_to_is_given_up_and_its_session_is_told)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 1), *bob = world_client(w, "bob", 0);

	client_join(bob, "relay", "");
	client_join(ada, "relay", "");
	world_settle(w);
	client_heard(bob);
	client_suspend(ada);
	world_run(w, 31 * SECOND);
	CHECK_INT(ada->left, REASON_RESUME_EXPIRED);
	CHECK(!ada->seated);
	CHECK_TEXT(client_heard(bob), "MEMBER suspended 1 ada; MEMBER left 1 ada (5)");
	CHECK_INT(client_resume(ada), ROOM_NO_SEAT);
	world_free(w);
}

TEST(without_a_window_a_broken_line_gives_the_seat_up)
{
	struct world *w = world_new(
		"kind: RoomType\nname: relay\nmode: relay\nempty_ttl: 0s\nresume: {window: 0s}\n");
	struct client *ada = world_client(w, "ada", 0);

	client_join(ada, "relay", "");
	client_suspend(ada);
	CHECK_INT(ada->left, REASON_RESUME_EXPIRED);
	world_settle(w);
	CHECK_INT(rooms_open(w->dir), 0);
	world_free(w);
}

#define STARTS_LATER                                                                               \
	"kind: RoomType\nname: duel\nmode: relay\nmin_players: 2\nstart_delay: 3s\nend_delay: "    \
	"2s\n"                                                                                     \
	"max_duration: 1m\n"

TEST(the_match_starts_when_enough_players_stayed_long_enough)
{
	struct world *w = world_new(STARTS_LATER);
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 0);

	client_join(ada, "duel", "");
	world_run(w, 10 * SECOND);
	check_state(ada, "open");
	client_join(bob, "duel", "");
	world_run(w, 2 * SECOND);
	client_leave(bob);
	world_run(w, 10 * SECOND);
	check_state(ada, "open");
	client_join(bob, "duel", "");
	world_run(w, 4 * SECOND);
	check_state(ada, "running");
	world_free(w);
}

TEST(the_match_ends_at_the_latest_after_its_duration_and_the_room_closes)
{
	struct world *w = world_new(STARTS_LATER);
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 1);

	client_join(ada, "duel", "");
	client_join(bob, "duel", "");
	world_run(w, 64 * SECOND);
	check_state(ada, "ending");
	CHECK_INT(client_join_room(world_client(w, "eve", 0), ada->room, false), ROOM_ENDED);
	world_run(w, 2 * SECOND);
	CHECK_INT(ada->left, REASON_ROOM_CLOSED);
	CHECK_INT(bob->left, REASON_ROOM_CLOSED);
	CHECK(strstr(
		client_heard(bob),
		"ROOM ending room: max_duration is over; ROOM closed room: the match is over"));
	world_free(w);
}

TEST(a_key_is_free_again_once_its_match_is_over)
{
	struct world *w = world_new(STARTS_LATER);
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 1);

	client_join(ada, "duel", "k");
	rooms_finish(world_rooms(0), ada->room, STR("operator/root"), STR("enough"));
	CHECK_INT(client_join(bob, "duel", "k"), ROOM_OK);
	CHECK(!id_eq(ada->room, bob->room));
	world_free(w);
}

TEST(members_control_the_match_as_far_as_the_room_type_lets_them)
{
	struct world *w = world_new(
		"kind: RoomType\nname: duel\nmode: relay\nmin_players: 2\nstart_delay: 5m\n");
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 0);

	client_join(ada, "duel", "");
	client_join(bob, "duel", "");
	world_settle(w);
	client_heard(ada);
	client_heard(bob);
	client_control(bob, VERB_START);
	world_settle(w);
	CHECK_TEXT(
		client_heard(bob),
		"ERROR 1 not-allowed: RoomType.control lets only the member that is there longest "
		"control the match");
	client_control(ada, VERB_PAUSE);
	client_control(ada, VERB_START);
	client_control(ada, VERB_PAUSE);
	client_control(ada, VERB_RESUME);
	client_control(ada, VERB_FINISH);
	world_settle(w);
	CHECK_TEXT(client_heard(ada),
		   "ERROR 1 wrong-state: only a running match can be paused; "
		   "ROOM running player/ada: because; ROOM running player/ada: because paused; "
		   "ROOM running player/ada: because; ROOM ending player/ada: because");
	world_free(w);
}

TEST(too_few_players_start_nothing)
{
	struct world *w = world_new(STARTS_LATER);
	struct client *ada = world_client(w, "ada", 0);

	client_join(ada, "duel", "");
	world_settle(w);
	client_heard(ada);
	client_control(ada, VERB_START);
	CHECK_TEXT(client_heard(ada),
		   "ERROR 1 wrong-state: there are fewer players than min_players");
	world_free(w);
}

TEST(the_member_that_is_there_longest_is_the_owner_also_after_another_left)
{
	struct world *w = world_new("kind: RoomType\nname: duel\nmode: relay\nstart_delay: 5m\n");
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 0),
		      *eve = world_client(w, "eve", 0);

	client_join(ada, "duel", "");
	client_join(bob, "duel", "");
	client_leave(ada);
	client_join(eve, "duel", ""); /* sits on ada's seat */
	CHECK_INT(eve->seat, 0);
	world_settle(w);
	client_heard(bob);
	client_control(bob, VERB_START);
	world_settle(w);
	CHECK_TEXT(client_heard(bob), "ROOM running player/bob: because");
	world_free(w);
}

TEST(operators_close_with_a_reason_that_everybody_hears)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 2);

	client_join(ada, "relay", "");
	client_join(bob, "relay", "");
	world_settle(w);
	client_heard(bob);
	CHECK_INT(rooms_close(world_rooms(0), ada->room, REASON_DRAINED, STR("operator/ada"),
			      STR("maintenance")),
		  ROOM_OK);
	world_settle(w);
	CHECK_INT(bob->left, REASON_DRAINED);
	CHECK_TEXT(client_heard(bob), "ROOM closed operator/ada: maintenance");
	CHECK_INT(rooms_close(world_rooms(0), ada->room, REASON_DRAINED, STR("x"), STR("y")),
		  ROOM_NOT_FOUND);
	world_free(w);
}

TEST(after_a_cordon_nobody_gets_in_and_who_is_in_stays)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 1);

	client_join(ada, "relay", "k");
	rooms_cordon(w->dir, STR("relay"), true);
	CHECK(rooms_cordoned(w->dir, STR("relay")));
	CHECK(!rooms_cordoned(w->dir, STR("")));
	CHECK_INT(client_join(bob, "relay", ""), ROOM_CORDONED);
	CHECK_INT(client_join(bob, "relay", "k"), ROOM_CORDONED);
	CHECK_INT(client_join_room(bob, ada->room, false), ROOM_CORDONED);
	CHECK_INT(client_join(bob, "lockstep", ""), ROOM_OK);
	client_suspend(ada);
	CHECK_INT(client_resume(ada), ROOM_OK);
	rooms_cordon(w->dir, STR("relay"), false);
	client_leave(bob);
	CHECK_INT(client_join(bob, "relay", "k"), ROOM_OK);
	rooms_cordon(w->dir, STR(""), true);
	CHECK_INT(client_join(world_client(w, "eve", 2), "lockstep", ""), ROOM_CORDONED);
	world_free(w);
}

TEST(a_cordoned_or_draining_room_takes_nobody_in)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 0);

	client_join(ada, "relay", "");
	world_settle(w);
	client_heard(ada);
	rooms_set_cordon(world_rooms(0), ada->room, true, STR("operator/ada"));
	CHECK_INT(client_join_room(bob, ada->room, false), ROOM_CORDONED);
	CHECK_INT(client_join(bob, "relay", ""), ROOM_OK);
	CHECK(!id_eq(ada->room, bob->room));
	rooms_set_cordon(world_rooms(0), ada->room, false, STR("operator/ada"));
	rooms_set_draining(world_rooms(0), ada->room, true, STR("operator/ada"));
	client_leave(bob);
	CHECK_INT(client_join_room(bob, ada->room, false), ROOM_CORDONED);
	world_settle(w);
	CHECK_TEXT(client_heard(ada), "ROOM running operator/ada: the room is drained draining");
	world_free(w);
}

TEST(spectators_hear_all_and_say_nothing)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 0), *eve = world_client(w, "eve", 1);

	client_join(ada, "relay", "");
	CHECK_INT(client_join_room(eve, ada->room, true), ROOM_OK);
	CHECK_INT(eve->seat, 10); /* behind the players' seats */
	world_settle(w);
	client_heard(eve);
	client_relay(ada, "hi", DELIVERY_ORDERED);
	client_relay(eve, "me too", DELIVERY_ORDERED);
	client_control(eve, VERB_FINISH);
	world_settle(w);
	CHECK_TEXT(client_heard(eve),
		   "ERROR 1 not-allowed: spectators only watch; "
		   "ERROR 2 not-allowed: spectators control nothing; RELAYED 0 hi");
	client_leave(ada); /* a room with spectators only is empty */
	world_run(w, 2 * SECOND);
	CHECK_INT(eve->left, REASON_ROOM_CLOSED);
	world_free(w);
}

TEST(words_of_operators_reach_every_member)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 1);

	client_join(ada, "relay", "");
	client_join(bob, "relay", "");
	world_settle(w);
	client_heard(ada);
	client_heard(bob);
	rooms_say(world_rooms(0), ada->room, STR("say"), STR("restart in ten minutes"), 600000);
	world_settle(w);
	CHECK_TEXT(client_heard(ada), "NOTICE restart in ten minutes");
	CHECK_TEXT(client_heard(bob), "NOTICE restart in ten minutes");
	world_free(w);
}

TEST(rows_come_in_slices_and_name_everything)
{
	struct world *w = world_new(NULL);
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct room_row rows[2];
	struct room_count *counts;
	uint32_t cursor = 0, seen = 0;
	char key[8];

	for (unsigned i = 0; i < 5; i++) {
		snprintf(key, sizeof(key), "k%u", i);
		client_join(world_client(w, "p", 1), "relay", key);
	}
	do {
		seen += (uint32_t)rooms_rows(world_rooms(1), mem, &cursor, rows, 2);
	} while (cursor != 0);
	CHECK_INT(seen, 5);
	rooms_rows(world_rooms(1), mem, &cursor, rows, 1);
	CHECK_STR(rows[0].type, "relay");
	CHECK_STR(rows[0].key, "k0");
	CHECK_STR(rows[0].mode, "relay");
	CHECK_STR(rows[0].why, "room: enough players are there");
	CHECK_INT(rows[0].taken, 1);
	CHECK_INT(rows[0].pinned, 1);
	CHECK_INT(rooms_counts(world_rooms(1), mem, &counts), 1);
	CHECK_INT(counts[0].rooms, 5);
	CHECK_INT(counts[0].members, 5);
	world_free(w);
}

TEST(a_change_reaches_members_with_the_pinned_revision_named)
{
	struct world *w =
		world_new("kind: RoomType\nname: relay\nmode: relay\nseats: 2\nempty_ttl: 12s\n");
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 1);

	client_join(ada, "relay", "");
	world_settle(w);
	client_heard(ada);
	world_apply(w, "kind: RoomType\nname: relay\nmode: relay\nseats: 1\nempty_ttl: 1s\n");
	CHECK_TEXT(client_heard(ada), "CONFIG 2 of 1");
	CHECK_INT(client_join_room(bob, ada->room, false),
		  ROOM_OK); /* "next": the room has two seats still */
	client_leave(bob);
	client_leave(ada);
	world_run(w, 2 * SECOND); /* "live": it closes after one second by now */
	CHECK_INT(rooms_open(w->dir), 0);
	client_join(ada, "relay", "");
	CHECK_INT(ada->joined->revision, 2);
	CHECK_INT(client_join_room(bob, ada->room, false), ROOM_FULL);
	world_free(w);
}

TEST(a_room_type_that_was_removed_opens_no_rooms_but_those_that_run_go_on)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 0);

	client_join(ada, "relay", "");
	world_apply(w, "kind: RoomType\nname: other\nmode: relay\n");
	CHECK_INT(client_join(bob, "relay", ""), ROOM_NO_TYPE);
	CHECK_INT(client_join_room(bob, ada->room, false), ROOM_OK);
	client_leave(ada);
	client_leave(bob);
	world_run(w, 2 * SECOND);
	CHECK_INT(rooms_open(w->dir), 0);
	world_free(w);
}

TEST(ten_thousand_rooms_come_and_go_and_leave_nothing)
{
	struct world *w = world_new(NULL);
	struct client *ada = world_client(w, "ada", 0), *bob = world_client(w, "bob", 1);

	for (unsigned i = 0; i < 10000; i++) {
		const char *type = i & 1 ? "relay" : "lockstep";

		CHECK_INT(client_join(ada, type, "k"), ROOM_OK);
		CHECK_INT(client_join_room(bob, ada->room, false), ROOM_OK);
		client_relay(ada, "hi", DELIVERY_ORDERED);
		client_suspend(bob);
		client_leave(bob);
		client_leave(ada);
		CHECK_INT(rooms_close(world_rooms(id_loop(ada->room)), ada->room,
				      REASON_ROOM_CLOSED, STR("test"), STR("over")),
			  ROOM_OK);
		world_settle(w);
		client_heard(ada);
		client_heard(bob);
	}
	CHECK_INT(world_timers(), 0);
	CHECK_INT(world_ticks(), 0);
	CHECK_INT(rooms_open(w->dir), 0);
	CHECK_INT(rooms_seated(w->dir), 0);
	world_free(w);
}
