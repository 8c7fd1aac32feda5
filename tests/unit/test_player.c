/* tests/unit/test_player.c */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>

#include "gamesrvd/net/bucket.h"
#include "gamesrvd/net/player.h"
#include "test.h"

TEST(a_name_is_what_people_can_see_and_write)
{
	CHECK(player_name_good(STR("a")));
	CHECK(player_name_good(STR("Ada Lovelace")));
	CHECK(player_name_good(STR("\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0 \xe2\x98\x83")));
	CHECK(player_name_good(
		STR("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")));
}

TEST(a_name_hides_nothing)
{
	static const char *const bad[] = {
		"",
		" ada",
		"ada ",
		"a\nb",
		"a\x7f",
		"a\tb",
		"a\xc2\x85",
		"\xe2\x80\x8b",
		"a\xe2\x80\xae"
		"b",
		"\xef\xbb\xbf"
		"a",
		"\xff",
		"\xc0\x80",
		"a\xed\xa0\x80",
		"\xf4\x90\x80\x80",
		"a\xc2\xad"
		"b",
		"\xe2\x80\xa8",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdefX",
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK(!player_name_good(str_of(bad[i])));
	CHECK(!player_name_good((struct str){"a\0b", 3}));
}

TEST(a_player_has_one_session_until_it_lets_go)
{
	struct player_directory *dir = player_directory_new();
	struct id mine = id_make(1, 2, 3), other = id_make(0, 5, 1), holder = ID_NONE;
	struct player *p = NULL;

	CHECK_INT(player_claim(dir, STR("ada"), mine, &p, &holder), 0);
	CHECK_STR(player_name(p), "ada");
	CHECK_INT(player_claim(dir, STR("ada"), other, &p, &holder), -EEXIST);
	CHECK(id_eq(holder, mine));
	CHECK(id_eq(player_find(dir, STR("ada")), mine));
	CHECK(!id_is(player_find(dir, STR("Ada"))));
	player_release(dir, p);
	CHECK(!id_is(player_find(dir, STR("ada"))));
	CHECK_INT(player_claim(dir, STR("ada"), other, &p, &holder), 0);
	player_release(dir, p);
	CHECK_INT(player_count(dir), 0);
	player_directory_free(dir);
}

TEST(ten_thousand_players_are_found_again)
{
	enum { MANY = 10000 };
	struct player_directory *dir = player_directory_new();
	static struct player *all[MANY];
	struct id holder;
	char name[16];

	for (uint32_t i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "p%u", i);
		CHECK_INT(player_claim(dir, str_of(name), id_make(0, i, 1), &all[i], &holder), 0);
	}
	for (uint32_t i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "p%u", i);
		CHECK(id_eq(player_find(dir, str_of(name)), id_make(0, i, 1)));
	}
	CHECK_INT(player_count(dir), MANY);
	for (uint32_t i = 0; i < MANY; i++)
		player_release(dir, all[i]);
	CHECK_INT(player_count(dir), 0);
	player_directory_free(dir);
}

static struct player_directory *shared_dir;
static _Atomic int winners;

static void *race(void *arg)
{
	struct id holder = ID_NONE;
	struct player *p;

	for (int i = 0; i < 2000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "r%d", i);
		if (player_claim(shared_dir, str_of(name),
				 id_make((unsigned)(intptr_t)arg, (uint32_t)i, 1), &p,
				 &holder) == 0)
			winners++;
		else if (id_slot(holder) != (uint32_t)i)
			abort();
	}
	return NULL;
}

TEST(of_logins_at_the_same_time_one_wins)
{
	pthread_t threads[4];

	shared_dir = player_directory_new();
	for (intptr_t i = 0; i < 4; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, race, (void *)i), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	CHECK_INT(winners, 2000);
}

TEST(a_bucket_gives_its_burst_and_then_its_rate)
{
	struct bucket b = {0};
	int64_t now = 1000000, wait;
	int taken = 0;

	while (bucket_take(&b, now, 10, 5, &wait))
		taken++;
	CHECK_INT(taken, 5);
	CHECK_INT(wait, 100000);
	CHECK(!bucket_take(&b, now + 99999, 10, 5, &wait));
	CHECK_INT(wait, 1);
	CHECK(bucket_take(&b, now + 100000, 10, 5, NULL));
	for (taken = 0; bucket_take(&b, now + 100000 + 10000000, 10, 5, NULL);)
		taken++;
	CHECK_INT(taken, 5);
}

TEST(strikes_are_forgotten_after_a_minute)
{
	struct bucket b = {0};
	int64_t now = 100 * 1000000LL;

	CHECK_INT(bucket_strike(&b, now), 1);
	CHECK_INT(bucket_strike(&b, now + 59 * 1000000LL), 2);
	CHECK_INT(bucket_strike(&b, now + 60 * 1000000LL), 1);
}
