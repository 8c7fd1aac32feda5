/* tests/unit/test_drain_run.c: the phases of a drain, in a world that is a few numbers. */
#include "gamesrvd/drain/run.h"
#include "test.h"

enum { S = 1000000 };

static struct {
	uint32_t rooms, players_per_room, lobby, empty; /* lobby: sessions in no room */
	bool refused, marked, finished;
	uint32_t says, last_in_ms, kicked;
} world;

static void refuse(void *ctx, const struct drain_target *t, bool on)
{
	world.refused = on;
}

static void mark(void *ctx, const struct drain_target *t, bool on)
{
	world.marked = on;
}

static void say(void *ctx, const struct drain_target *t, struct str text, uint32_t in_ms)
{
	CHECK(text.n > 0);
	world.says++;
	world.last_in_ms = in_ms;
}

static struct drain_left left(void *ctx, const struct drain_target *t)
{
	return (struct drain_left){world.rooms + world.empty,
				   world.rooms * world.players_per_room + world.lobby};
}

static struct drain_swept sweep(void *ctx, const struct drain_target *t,
				const struct drain_order *o)
{
	struct drain_swept swept = {0};
	int64_t budget = o->budget;

	world.finished = world.finished || o->finish;
	world.empty = 0;
	while (t->kind == DRAIN_SERVER && world.lobby > 0 && !o->all && budget > 0) {
		world.lobby--;
		swept.sessions++;
		budget--;
	}
	swept.spent = swept.sessions;
	while (world.rooms > 0 && (o->all || (o->close && budget > 0))) {
		world.rooms--;
		world.lobby += world.players_per_room;
		swept.rooms++;
		swept.players += world.players_per_room;
		budget -= world.players_per_room;
	}
	swept.sessions += o->all ? world.lobby : 0;
	world.lobby = o->all ? 0 : world.lobby;
	world.kicked += swept.sessions;
	return swept;
}

static const struct drain_world fake = {NULL, refuse, mark, say, left, sweep};

static struct drain_run run;

static void begin(const struct drain_options *how)
{
	struct drain_target server = drain_target_server();

	drain_run_init(&run, &server, how, 0);
}

static struct drain_options wait_for(int64_t deadline_s)
{
	return (struct drain_options){
		.policy = DRAIN_WAIT, .deadline_us = deadline_s * S, .rate = 100};
}

/* Steps at 10 Hz up to and including `until_us`. */
static void go(int64_t from_us, int64_t until_us)
{
	for (int64_t now = from_us; now <= until_us; now += S / 10)
		(void)drain_run_step(&run, &fake, now);
}

static void people(uint32_t rooms, uint32_t per_room, uint32_t lobby)
{
	memset(&world, 0, sizeof(world));
	world.rooms = rooms;
	world.players_per_room = per_room;
	world.lobby = lobby;
}

TEST(an_empty_server_is_drained_in_the_first_step)
{
	struct drain_options how = wait_for(30);

	people(0, 0, 0);
	begin(&how);
	CHECK(drain_run_step(&run, &fake, 0));
	CHECK_INT(run.phase, DRAIN_DRAINED);
	CHECK_INT(run.outcome, DRAIN_DONE);
	CHECK(world.refused);
	CHECK_INT(world.says, 0);
}

TEST(everybody_is_served_while_load_balancers_look_away)
{
	struct drain_options how = wait_for(30);

	how.lb_wait_us = 10 * S;
	people(0, 0, 0);
	begin(&how);
	go(0, 9 * S);
	CHECK_INT(run.phase, DRAIN_LB_WAIT);
	CHECK(!world.refused);
	go(9 * S, 10 * S);
	CHECK(world.refused);
	CHECK_INT(run.phase, DRAIN_DRAINED);
}

TEST(newcomers_of_that_time_count_as_there_from_the_beginning)
{
	struct drain_options how = wait_for(30);

	how.lb_wait_us = 2 * S;
	people(2, 4, 0);
	begin(&how);
	go(0, S);
	world.rooms = 3;
	go(S, 5 * S);
	CHECK_INT(run.left.rooms, 3);
	CHECK_INT(run.first.rooms, 3);
	CHECK_INT(run.first.sessions, 12);
}

TEST(rooms_may_end_by_themselves_until_the_deadline)
{
	struct drain_options how = wait_for(30);

	people(3, 4, 0);
	begin(&how);
	go(0, 29 * S);
	CHECK_INT(run.phase, DRAIN_DRAINING);
	CHECK_INT(world.rooms, 3);
	CHECK(world.marked && !world.finished);
	world.rooms = 0; /* they did */
	world.lobby = 12;
	go(29 * S, 30 * S - S / 10);
	CHECK_INT(run.phase, DRAIN_DRAINED);
	CHECK_INT(run.outcome, DRAIN_DONE);
	CHECK_INT(run.cut.rooms, 0);
}

TEST(the_deadline_closes_what_is_left_whatever_the_rate)
{
	struct drain_options how = wait_for(5);

	how.rate = 1;
	people(50, 10, 100);
	begin(&how);
	go(0, 5 * S);
	CHECK_INT(run.phase, DRAIN_DRAINED);
	CHECK_INT(run.outcome, DRAIN_CUT);
	CHECK_INT(run.cut.rooms, 50);
	CHECK_INT(world.lobby, 0);
}

TEST(players_without_a_room_leave_at_the_rate)
{
	struct drain_options how = wait_for(60);

	people(0, 0, 1000);
	begin(&how);
	go(0, 5 * S);
	CHECK(world.kicked >= 490 && world.kicked <= 510);
	go(5 * S, 10 * S + S / 10);
	CHECK_INT(run.phase, DRAIN_DRAINED);
}

TEST(a_room_larger_than_the_rate_is_closed_all_the_same)
{
	struct drain_options how = wait_for(60);

	how.policy = DRAIN_KICK;
	how.rate = 2;
	people(2, 10, 0);
	begin(&how);
	go(0, 4 * S);
	CHECK_INT(world.rooms, 1);
	go(4 * S, 59 * S);
	CHECK_INT(run.phase, DRAIN_DRAINED);
	CHECK_INT(run.outcome, DRAIN_DONE);
}

TEST(policy_end_ends_matches_in_order_after_the_longest_notice)
{
	struct drain_options how = wait_for(60);

	how.policy = DRAIN_END;
	how.notices_ms[0] = 10000;
	how.notices_ms[1] = 2000;
	how.notice_count = 2;
	people(2, 2, 0);
	begin(&how);
	go(0, 9 * S);
	CHECK_INT(run.phase, DRAIN_NOTIFY);
	CHECK(world.refused && !world.finished);
	CHECK_INT(world.says, 2);
	go(9 * S, 10 * S);
	CHECK_INT(run.phase, DRAIN_DRAINING);
	CHECK(world.finished);
	CHECK_INT(world.rooms, 2);
}

TEST(notices_come_before_the_deadline_and_none_twice)
{
	struct drain_options how = wait_for(100);

	how.notices_ms[0] = 600000; /* longer ago than the beginning: the first word covers it */
	how.notices_ms[1] = 60000;
	how.notices_ms[2] = 10000;
	how.notice_count = 3;
	people(1, 1, 0);
	begin(&how);
	go(0, 1 * S);
	CHECK_INT(world.says, 1);
	CHECK_INT(world.last_in_ms, 100000);
	go(1 * S, 41 * S);
	CHECK_INT(world.says, 2);
	CHECK_INT(world.last_in_ms, 60000);
	go(41 * S, 95 * S);
	CHECK_INT(world.says, 3);
	CHECK_INT(world.last_in_ms, 10000);
}

TEST(an_abort_opens_the_doors_again)
{
	struct drain_options how = wait_for(60);

	people(1, 2, 0);
	begin(&how);
	go(0, 2 * S);
	drain_run_abort(&run, &fake, false, 2 * S);
	CHECK_INT(run.phase, DRAIN_ACTIVE);
	CHECK_INT(run.outcome, DRAIN_ABORTED);
	CHECK(!world.refused && !world.marked);
	CHECK_INT(world.rooms, 1);
	go(2 * S, 70 * S);
	CHECK_INT(world.rooms, 1);
}

TEST(an_abort_leaves_a_cordon_that_was_there_before)
{
	struct drain_options how = wait_for(60);

	people(1, 2, 0);
	begin(&how);
	go(0, 2 * S);
	drain_run_abort(&run, &fake, true, 2 * S);
	CHECK(world.refused && !world.marked);
}

TEST(a_nearer_deadline_holds_and_a_farther_one_too)
{
	struct drain_options how = wait_for(60), sooner = wait_for(10), later = wait_for(100);

	people(1, 2, 0);
	begin(&how);
	go(0, 2 * S);
	drain_run_change(&run, &later, 2 * S);
	go(2 * S, 70 * S);
	CHECK_INT(world.rooms, 1);
	begin(&how);
	go(0, 2 * S);
	drain_run_change(&run, &sooner, 2 * S);
	go(2 * S, 10 * S);
	CHECK_INT(run.phase, DRAIN_DRAINED);
	CHECK_INT(run.outcome, DRAIN_CUT);
}

TEST(a_policy_given_later_acts_at_once)
{
	struct drain_options how = wait_for(60), kick = wait_for(60);

	kick.policy = DRAIN_KICK;
	people(4, 5, 0);
	begin(&how);
	go(0, 2 * S);
	CHECK_INT(world.rooms, 4);
	drain_run_change(&run, &kick, 2 * S);
	go(2 * S, 3 * S);
	CHECK_INT(run.phase, DRAIN_DRAINED);
}

TEST(a_restart_goes_on_in_the_same_phase_with_the_same_deadline)
{
	for (int phase = DRAIN_CORDONED; phase <= DRAIN_DRAINED; phase++) {
		struct drain_options how = wait_for(30);
		bool refuses_then = phase >= DRAIN_NOTIFY;

		how.lb_wait_us = 10 * S;
		people(0, 0, 2);
		begin(&how); /* at 0; the restart comes at 5 s */
		drain_run_restore(&run, (enum drain_phase)phase, &fake, 5 * S);
		CHECK(world.refused == refuses_then);
		(void)drain_run_step(&run, &fake, 5 * S);
		CHECK((int)run.phase >= phase);
		CHECK_INT(drain_run_deadline_us(&run), 30 * S);
		go(5 * S, 12 * S);
		CHECK_INT(run.phase, DRAIN_DRAINED);
	}
}

TEST(targets_have_names)
{
	struct drain_target t;

	CHECK(drain_target_parse(&t, STR("server")) && t.kind == DRAIN_SERVER);
	CHECK(drain_target_parse(&t, STR("roomtype/duel")) && t.kind == DRAIN_ROOMTYPE);
	CHECK_STR(drain_target_type_of(&t), "duel");
	t = drain_target_room(id_make(1, 2, 3));
	CHECK(drain_target_parse(&t, str_of(t.text)) && t.kind == DRAIN_ROOM);
	CHECK(id_eq(t.room, id_make(1, 2, 3)));
	CHECK(!drain_target_parse(&t, STR("")) && !drain_target_parse(&t, STR("roomtype/")) &&
	      !drain_target_parse(&t, STR("room/x")) && !drain_target_parse(&t, STR("servers")));
}
