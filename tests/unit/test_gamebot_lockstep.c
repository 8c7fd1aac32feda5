/* tests/unit/test_gamebot_lockstep.c */
#include "lockstep.h"
#include "pb.h"
#include "rng.h"
#include "test.h"
#include "wire/names.h"

static struct lockstep one, two;
static uint8_t bytes[512], flags;

static struct wire_frame frame(uint16_t type, const struct pb_out *o)
{
	return (struct wire_frame){.head = {.type = type, .flags = flags},
				   .payload = {(char *)bytes, (size_t)(o->p - bytes)}};
}

static const char *empty(struct lockstep *l, uint32_t first, uint32_t count)
{
	struct pb_out o = {bytes, bytes + sizeof(bytes), false};
	struct wire_frame f;

	pb_uint(&o, 1, first);
	pb_uint(&o, 2, count);
	f = frame(FRAME_EMPTY, &o);
	return lockstep_feed(l, &f);
}

static const char *bundle(struct lockstep *l, uint32_t at, uint32_t seat, const char *data)
{
	struct pb_out o = {bytes, bytes + sizeof(bytes), false};
	uint8_t inner[64];
	struct pb_out in = {inner, inner + sizeof(inner), false};
	struct wire_frame f;

	pb_uint(&in, 1, seat);
	pb_bytes(&in, 2, str_of(data));
	pb_uint(&o, 1, at);
	pb_bytes(&o, 2, (struct str){(char *)inner, (size_t)(in.p - inner)});
	f = frame(FRAME_BUNDLE, &o);
	return lockstep_feed(l, &f);
}

TEST(the_same_seed_and_inputs_give_the_known_hash_on_every_machine)
{
	lockstep_begin(&one, 42, 0, true);
	CHECK(bundle(&one, 0, 3, "abcd") == NULL);
	CHECK(empty(&one, 1, 99) == NULL);
	CHECK(bundle(&one, 100, 0, "zz") == NULL);
	CHECK(empty(&one, 101, 900) == NULL);
	CHECK_INT(one.sim.frame, 1000);
	CHECK_INT(sim_hash(&one.sim), 0x10ab384f65f5a4f5ull);
}

TEST(frames_without_input_advance_the_state)
{
	uint64_t before;

	lockstep_begin(&one, 1, 0, true);
	CHECK(bundle(&one, 0, 2, "xy") == NULL);
	before = sim_hash(&one.sim);
	CHECK(empty(&one, 1, 1) == NULL);
	CHECK(sim_hash(&one.sim) != before);
}

TEST(a_missing_input_repeats_or_is_none_as_the_room_says)
{
	lockstep_begin(&one, 1, 0, true);
	lockstep_begin(&two, 1, 0, false);
	CHECK(bundle(&one, 0, 2, "xy") == NULL && bundle(&two, 0, 2, "xy") == NULL);
	CHECK(empty(&one, 1, 5) == NULL && empty(&two, 1, 5) == NULL);
	CHECK_INT(one.sim.units[2].input_n, 2);
	CHECK_INT(two.sim.units[2].input_n, 0);
	CHECK(one.sim.units[2].x != two.sim.units[2].x);
}

TEST(a_frame_that_is_missing_or_comes_twice_is_told)
{
	lockstep_begin(&one, 1, 0, true);
	CHECK(empty(&one, 0, 4) == NULL);
	CHECK_TEXT(empty(&one, 5, 1), "a lockstep frame is missing");
	CHECK_TEXT(empty(&one, 3, 1), "a lockstep frame that came before");
	CHECK_TEXT(empty(&one, 4, 0), "an EMPTY that cannot be read, or of no frames");
	CHECK_TEXT(bundle(&one, 4, 200, "x"), "a BUNDLE of more seats than these bots play with");
}

/* Plays `frames` frames on both by the same inputs. */
static void play(struct lockstep *l, uint32_t from, uint32_t frames)
{
	for (uint32_t f = from; f < from + frames; f++) {
		struct rng r = rng_of(9, f, 1);
		char data[4] = {(char)(1 + rng_below(&r, 120)), (char)(1 + rng_below(&r, 120)), 3,
				0};

		CHECK(rng_below(&r, 3) ? empty(l, f, 1) == NULL
				       : bundle(l, f, rng_below(&r, 8), data) == NULL);
	}
}

TEST(who_joins_keeps_frames_until_a_snapshot_comes_and_goes_on_with_the_same_hashes)
{
	uint8_t saved[SIM_SIZE];
	uint32_t n;

	lockstep_begin(&one, 5, 0, true);
	play(&one, 0, 501);
	n = sim_save(&one.sim, saved);
	play(&one, 501, 200);
	lockstep_begin(&two, 5, 480, true);
	play(&two, 480, 100);
	CHECK(!two.has_state && two.sim.frame == UINT32_MAX);
	CHECK(lockstep_snapshot(&two, 500, (struct str){(char *)saved, n}) == NULL);
	play(&two, 580, 121);
	CHECK(sim_hash(&one.sim) == sim_hash(&two.sim));
}

TEST(who_joins_is_fed_from_the_log_beside_the_stream)
{
	lockstep_begin(&one, 5, 0, true);
	play(&one, 0, 300);
	lockstep_begin(&two, 5, 200, true);
	play(&two, 200, 50);
	flags = WIRE_UNORDERED;
	play(&two, 0, 200);
	flags = 0;
	CHECK_INT(two.sim.frame, 249);
	play(&two, 250, 50);
	CHECK(sim_hash(&one.sim) == sim_hash(&two.sim));
}

TEST(who_missed_frames_gets_them_from_the_log_and_keeps_its_state)
{
	lockstep_begin(&one, 5, 0, true);
	play(&one, 0, 300);
	lockstep_begin(&two, 5, 0, true);
	play(&two, 0, 100);
	lockstep_resume(&two, 200);
	play(&two, 200, 100);
	CHECK_INT(two.sim.frame, 99);
	flags = WIRE_UNORDERED;
	play(&two, 90, 110);
	flags = 0;
	CHECK(sim_hash(&one.sim) == sim_hash(&two.sim));
}

TEST(a_snapshot_of_an_earlier_frame_is_computed_forward_from_what_is_kept)
{
	uint8_t saved[SIM_SIZE];
	uint32_t n;

	lockstep_begin(&one, 5, 0, true);
	play(&one, 0, 501);
	n = sim_save(&one.sim, saved);
	play(&one, 501, 100);
	lockstep_begin(&two, 5, 0, true);
	play(&two, 0, 601);
	two.sim.units[0].x ^= 1; /* astray */
	CHECK(sim_hash(&one.sim) != sim_hash(&two.sim));
	CHECK(lockstep_snapshot(&two, 500, (struct str){(char *)saved, n}) == NULL);
	CHECK(sim_hash(&one.sim) == sim_hash(&two.sim));
}

TEST(a_snapshot_that_is_none_changes_nothing)
{
	uint64_t before;

	lockstep_begin(&one, 5, 0, true);
	play(&one, 0, 10);
	before = sim_hash(&one.sim);
	CHECK(lockstep_snapshot(&one, 5, STR("nonsense")) != NULL);
	CHECK(sim_hash(&one.sim) == before);
}
