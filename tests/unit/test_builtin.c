/* tests/unit/test_builtin.c: the built-in kinds through their generated C structs. */
#include "schemas/builtin.h"
#include "set_help.h"

TEST(without_a_server_document_the_defaults_hold)
{
	struct loaded l = load_inputs(NULL, 0, NULL, 0);
	const struct conf_server *server = conf_server_of(l.set);

	CHECK_STR(server->watch, "off");
	CHECK_INT(server->watch_quiet.us, 250000);
	CHECK_INT(server->admin.connections, 64);
	CHECK_INT(server->history.count, 1000);
	CHECK_INT(server->listen.count, 0);
	CHECK_INT(server->state_of.http, CONF_ABSENT);
	unload(&l);
}

TEST(what_the_server_document_says_is_read_from_the_struct)
{
	struct loaded l = LOAD(NULL, "server.yaml",
			       "kind: Server\nname: main\nwatch: auto\nlisten: ['127.0.0.1:7350']\n"
			       "http: 127.0.0.1:7351\nadmin: {body: 2MiB}\n");
	const struct conf_server *server = conf_server_of(l.set);

	check_clean(&l);
	CHECK_STR(server->watch, "auto");
	CHECK_INT(server->listen.count, 1);
	CHECK_STR(((const struct str *)server->listen.items)[0], "127.0.0.1:7350");
	CHECK_STR(server->http, "127.0.0.1:7351");
	CHECK_INT(server->admin.body, 2 << 20);
	CHECK_INT(server->admin.connections, 64);
	unload(&l);
}

TEST(a_room_type_and_a_queue_need_only_what_has_no_default)
{
	struct loaded l = LOAD(NULL, "r.yaml",
			       "kind: RoomType\nname: duel\nmode: lockstep\nseats: 2\n---\n"
			       "kind: Queue\nname: ranked\nroom_type: duel\nrelax:\n"
			       "  - {after: 10s, rating: 300, latency: 120ms}\n");
	const struct conf_room_type *duel = conf_room_type_find(l.set, STR("duel"));
	const struct conf_queue *ranked = conf_queue_find(l.set, STR("ranked"));
	const struct conf_queue_step *step;

	check_clean(&l);
	CHECK_INT(duel->seats, 2);
	CHECK_INT(duel->tick.us, 50000);
	CHECK_INT(duel->empty_ttl.us, 12000000);
	CHECK_INT(duel->resume.messages, 256);
	CHECK_INT(duel->state_of.max_duration, CONF_ABSENT);
	CHECK_STR(ranked->room_type, "duel");
	CHECK(ranked->backfill);
	step = ranked->relax.items;
	CHECK_INT(step->after.us, 10000000);
	CHECK(step->rating > 299 && step->rating < 301);
	CHECK(conf_queue_find(l.set, STR("other")) == NULL);
	unload(&l);
}

TEST(the_kinds_hold_what_they_promise_against_nonsense)
{
	struct loaded l =
		LOAD(NULL, "r.yaml",
		     "kind: RoomType\nname: duel\nmode: chess\nseats: 2\nmin_players: 3\n"
		     "tick_budget: 150%\n---\n"
		     "kind: Queue\nname: q\nroom_type: nope\nteam_size: 2\nparty_max: 3\n");

	CHECK_INT(l.d.errors, 5);
	check_says(&l, "[oneof]");
	check_says(&l, "min_players: ");
	check_says(&l, "tick_budget: ");
	check_says(&l, "there is no RoomType/nope [ref]");
	check_says(&l, "party_max: ");
	unload(&l);
}
