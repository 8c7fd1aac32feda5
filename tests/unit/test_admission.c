/* tests/unit/test_admission.c */
#include <sodium.h>

#include "gamesrvd/net/admission.h"
#include "test.h"

static const struct admission_limits wide = {1000000, 1000000, 16};

static void v4(uint8_t out[16], uint32_t n)
{
	memset(out, 0, 10);
	out[10] = out[11] = 0xff;
	for (int i = 0; i < 4; i++)
		out[12 + i] = (uint8_t)(n >> (24 - 8 * i));
}

TEST(one_address_has_its_share_and_others_theirs)
{
	struct admission_limits limits = {100, 2, 16};
	struct admission *a = admission_new();
	uint8_t one[16], two[16];

	v4(one, 0x7f000001);
	v4(two, 0x7f000002);
	CHECK_INT(admission_enter(a, &limits, one, 5), ADMISSION_IN);
	CHECK_INT(admission_enter(a, &limits, one, 6), ADMISSION_IN);
	CHECK_INT(admission_enter(a, &limits, one, 7), ADMISSION_ADDRESS_FULL);
	CHECK_INT(admission_enter(a, &limits, two, 7), ADMISSION_IN);
	admission_leave(a, one);
	CHECK_INT(admission_enter(a, &limits, one, 5), ADMISSION_IN);
	CHECK_INT(admission_count(a), 3);
	for (int i = 0; i < 2; i++)
		admission_leave(a, one);
	admission_leave(a, two);
	CHECK_INT(admission_count(a), 0);
	admission_free(a);
}

TEST(a_64_of_ipv6_counts_as_one_address)
{
	struct admission_limits limits = {100, 1, 16};
	struct admission *a = admission_new();
	uint8_t one[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 1},
		same[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 2};
	uint8_t other[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 2, 1};

	CHECK_INT(admission_enter(a, &limits, one, 5), ADMISSION_IN);
	CHECK_INT(admission_enter(a, &limits, same, 6), ADMISSION_ADDRESS_FULL);
	CHECK_INT(admission_enter(a, &limits, other, 6), ADMISSION_IN);
	admission_leave(a, same);
	CHECK_INT(admission_enter(a, &limits, one, 5), ADMISSION_IN);
	admission_leave(a, one);
	admission_leave(a, other);
	admission_free(a);
}

TEST(the_total_is_exact)
{
	struct admission_limits limits = {3, 100, 16};
	struct admission *a = admission_new();
	uint8_t who[16];

	for (uint32_t i = 0; i < 3; i++) {
		v4(who, i);
		CHECK_INT(admission_enter(a, &limits, who, 5), ADMISSION_IN);
	}
	v4(who, 9);
	CHECK_INT(admission_enter(a, &limits, who, 5), ADMISSION_FULL);
	admission_leave(a, who); /* was not in: changes nothing */
	CHECK_INT(admission_count(a), 3);
	for (uint32_t i = 0; i < 3; i++) {
		v4(who, i);
		admission_leave(a, who);
	}
	admission_free(a);
}

TEST(descriptors_in_the_reserve_are_not_for_players)
{
	struct admission *a = admission_new();
	uint8_t who[16];
	int max = (int)descriptors_max();

	v4(who, 1);
	CHECK_INT(admission_enter(a, &wide, who, max - 16), ADMISSION_NO_DESCRIPTORS);
	CHECK_INT(admission_enter(a, &wide, who, max - 17), ADMISSION_IN);
	admission_leave(a, who);
	admission_free(a);
}

/* Against a plain array of counts. */
TEST(many_addresses_that_come_and_go_are_counted_right)
{
	enum { ADDRESSES = 3000, ROUNDS = 200000 };
	static uint32_t counts[ADDRESSES];
	struct admission_limits limits = {1000000, 3, 16};
	struct admission *a = admission_new();
	uint32_t total = 0;
	uint8_t who[16];

	for (int i = 0; i < ROUNDS; i++) {
		uint32_t n = randombytes_uniform(i < ROUNDS / 2 ? ADDRESSES : ADDRESSES / 10);

		v4(who, 0x0a000000 + n);
		if (randombytes_uniform(2) == 0) {
			CHECK_INT(admission_enter(a, &limits, who, 5),
				  counts[n] < 3 ? ADMISSION_IN : ADMISSION_ADDRESS_FULL);
			total += counts[n] < 3;
			counts[n] += counts[n] < 3;
		} else if (counts[n] > 0) {
			admission_leave(a, who);
			counts[n]--;
			total--;
		}
	}
	CHECK_INT(admission_count(a), total);
	for (uint32_t n = 0; n < ADDRESSES; n++) {
		v4(who, 0x0a000000 + n);
		for (; counts[n] > 0; counts[n]--)
			admission_leave(a, who);
	}
	CHECK_INT(admission_count(a), 0);
	admission_free(a);
}
