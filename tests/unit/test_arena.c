/* tests/unit/test_arena.c */
#include <errno.h>

#include "base/vec.h"
#include "test.h"

static void note(void *arg)
{
	char *text = arg;

	text[strlen(text)] = (char)('a' + (int)strlen(text));
}

static void count_up(void *arg)
{
	++*(int *)arg;
}

TEST(what_was_allocated_is_aligned_and_keeps_its_bytes_while_the_arena_grows)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	unsigned char *kept[2000];

	for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
		kept[i] = arena_alloc(mem, i);
		CHECK((uintptr_t)kept[i] % 16 == 0);
		memset(kept[i], (int)(i & 0xff), i);
	}
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		for (size_t k = 0; k < i; k++)
			CHECK(kept[i][k] == (i & 0xff));
}

TEST(small_things_lie_as_close_as_they_ask_for)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	char *a = arena_alloc_aligned(mem, 1, 1), *b = arena_alloc_aligned(mem, 1, 1);
	char *c = arena_alloc_aligned(mem, 4, 4);

	CHECK(b == a + 1);
	CHECK((uintptr_t)c % 4 == 0 && c < a + 8);
}

TEST(a_large_request_does_not_end_the_block_in_use)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	char *a = arena_alloc_aligned(mem, 1, 1), *big = arena_alloc(mem, 5u << 20);
	char *b = arena_alloc_aligned(mem, 1, 1);

	memset(big, 1, 5u << 20);
	CHECK(b == a + 1);
	CHECK(arena_bytes(mem) > 5u << 20);
}

TEST(a_megabyte_sized_arena_still_gives_memory_that_can_be_written)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");

	for (int i = 0; i < 300; i++)
		memset(arena_alloc(mem, 40000), i, 40000);
	CHECK(arena_bytes(mem) >= 300u * 40000);
	CHECK(arena_bytes(mem) < 300u * 40000 + (4u << 20));
}

TEST(an_emptied_arena_is_filled_again_without_new_memory)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	size_t bytes;

	memset(arena_alloc(mem, 100000), 1, 100000);
	arena_reset(mem);
	bytes = arena_bytes(mem);
	memset(arena_alloc(mem, 50000), 2, 50000);
	CHECK_INT(arena_bytes(mem), bytes);
}

TEST(deferred_calls_run_last_in_first_out_at_reset_and_at_free)
{
	struct arena *mem = arena_new("test");
	char order[8] = "";
	int calls = 0;

	arena_defer(mem, count_up, &calls);
	arena_defer(mem, note, order);
	arena_reset(mem);
	CHECK_INT(calls, 1);
	CHECK_TEXT(order, "a");
	arena_defer(mem, count_up, &calls);
	arena_free(mem);
	CHECK_INT(calls, 2);
}

TEST(a_deferred_call_that_was_taken_back_does_not_run)
{
	struct arena *mem = arena_new("test");
	int kept = 0, taken = 0;

	arena_defer(mem, count_up, &taken);
	arena_defer(mem, count_up, &kept);
	arena_undefer(mem, count_up, &taken);
	arena_undefer(mem, note, &kept); /* was never there */
	arena_free(mem);
	CHECK_INT(kept, 1);
	CHECK_INT(taken, 0);
}

static int ask_for_too_much(void *ctx)
{
	volatile size_t too_much = SIZE_MAX - 4096; /* else the compiler refuses it first */
	void *volatile got = arena_alloc(ctx, too_much);

	return got != NULL;
}

static int ask_within(void *ctx)
{
	struct arena *mem = ctx;

	CHECK_INT(arena_try(ask_for_too_much, mem), -ENOMEM);
	return arena_str(mem, STR("still here")).n == 10 ? 7 : 0;
}

static int run_dry_elsewhere(void *ctx)
{
	arena_oom(ctx, 1);
}

TEST(out_of_memory_comes_back_from_the_try_that_is_nearest)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");

	CHECK_INT(arena_try(ask_within, mem), 7);
	CHECK_INT(arena_try(run_dry_elsewhere, mem), -ENOMEM);
}

TEST(printed_and_copied_texts_end_with_nul)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct str s = arena_printf(mem, "%d-%s", 42, "x");

	CHECK_STR(s, "42-x");
	CHECK_TEXT(s.p, "42-x");
	CHECK_TEXT(arena_cstr(mem, (struct str){"abc", 2}), "ab");
	CHECK_TEXT(arena_cstr(mem, (struct str){NULL, 0}), "");
}

TEST(a_vec_keeps_its_items_while_it_grows_and_an_empty_one_has_none_to_walk)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	VEC(int) v = {0};
	const int *it;
	int sum = 0;

	VEC_EACH (&v, it)
		sum += *it;
	CHECK_INT(sum, 0);
	for (int i = 1; i <= 1000; i++)
		vec_add(mem, &v, i);
	VEC_EACH (&v, it)
		sum += *it;
	CHECK_INT(sum, 500500);
}
