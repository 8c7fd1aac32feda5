/* tests/unit/test_map.c */
#include "base/map.h"
#include "test.h"

TEST(an_empty_map_finds_nothing)
{
	struct map m = {0};

	CHECK(map_get(&m, STR("x")) == NULL);
}

TEST(the_first_value_stays_when_a_key_comes_again)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct map m = {0};
	int one = 1, two = 2;
	bool there = true;

	CHECK(map_put(mem, &m, STR("k"), &one, &there)->value == &one);
	CHECK(!there);
	CHECK(map_put(mem, &m, STR("k"), &two, &there)->value == &one);
	CHECK(there);
	CHECK_INT(m.count, 1);
}

TEST(keys_are_bytes_with_a_length_nul_and_prefix_included)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	static const char *const keys[] = {"", "a", "ab", "abcdefgh", "abcdefghi", "abcdefg"};
	struct map m = {0};
	struct str nul = {"a\0b", 3};

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		map_put(mem, &m, str_of(keys[i]), (void *)keys[i], NULL);
	map_put(mem, &m, nul, &m, NULL);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		CHECK(map_get(&m, str_of(keys[i])) == keys[i]);
	CHECK(map_get(&m, nul) == &m);
	CHECK(map_get(&m, (struct str){"a\0c", 3}) == NULL);
	CHECK(map_get(&m, (struct str){NULL, 0}) == keys[0]);
}

TEST(a_hundred_thousand_keys_are_all_found_and_walked_in_the_order_they_came)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct map m = {0};
	struct map_entry *e;
	uintptr_t wanted = 0;

	for (uintptr_t i = 1; i <= 100000; i++)
		map_put(mem, &m, arena_printf(mem, "key-%zu", (size_t)i), (void *)i, NULL);
	for (uintptr_t i = 1; i <= 100000; i++)
		CHECK(map_get(&m, arena_printf(mem, "key-%zu", (size_t)i)) == (void *)i);
	CHECK(map_get(&m, STR("key-0")) == NULL);
	MAP_EACH (&m, e)
		CHECK(e->value == (void *)++wanted);
	CHECK_INT(wanted, 100000);
}

TEST(a_map_with_room_reserved_does_not_move_its_entries)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct map m = {0};
	const struct map_entry *first;

	map_reserve(mem, &m, 1000);
	first = map_put(mem, &m, STR("first"), NULL, NULL);
	for (int i = 0; i < 999; i++)
		map_put(mem, &m, arena_printf(mem, "%d", i), NULL, NULL);
	CHECK(m.entries == first);
	CHECK_INT(m.count, 1000);
}
