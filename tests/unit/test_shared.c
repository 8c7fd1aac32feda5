/* tests/unit/test_shared.c */
#include <malloc.h>
#include <pthread.h>
#include <sched.h>

#include "base/shared.h"
#include "test.h"

enum { KEEP = 1 << 20, ROUNDS = 20000, WINDOW = 64, READERS = 3 };

TEST(a_piece_that_was_given_back_is_used_again)
{
	struct shared_pool *pool = shared_pool_new(KEEP);
	struct shared *a = shared_new(pool, 100), *b;

	CHECK(a != NULL && a->n == 0 && a->room >= 100);
	shared_unref(shared_ref(a));
	shared_unref(a);
	b = shared_new(pool, 100);
	CHECK(a == b);
	shared_unref(b);
	shared_unref(NULL);
	shared_pool_free(pool);
	shared_pool_free(NULL);
}

TEST(making_room_moves_the_bytes_along)
{
	struct shared_pool *pool = shared_pool_new(KEEP);
	struct shared *s = shared_new(pool, 1);

	for (uint32_t i = 0; i < 100000; i++) {
		CHECK(shared_reserve(&s, 4));
		memcpy(s->bytes + s->n, &i, 4);
		s->n += 4;
	}
	for (uint32_t i = 0; i < 100000; i++)
		CHECK(memcmp(s->bytes + 4 * (size_t)i, &i, 4) == 0);
	shared_unref(s);
	shared_pool_free(pool);
}

TEST(absurd_sizes_are_refused_and_change_nothing)
{
	struct shared_pool *pool = shared_pool_new(KEEP);
	struct shared *s = shared_new(pool, 8), *same = s;

	CHECK(shared_new(pool, UINT32_MAX) == NULL);
	s->n = 8;
	CHECK(!shared_reserve(&s, UINT32_MAX));
	CHECK(s == same && s->n == 8);
	shared_unref(s);
	shared_pool_free(pool);
}

TEST(a_pool_keeps_no_more_free_memory_than_it_was_told)
{
	struct shared_pool *pool = shared_pool_new(4096);
	struct shared *pieces[64];
	size_t before;

	for (int i = 0; i < 64; i++)
		CHECK((pieces[i] = shared_new(pool, 60000)) != NULL);
	before = mallinfo2().uordblks;
	for (int i = 0; i < 64; i++)
		shared_unref(pieces[i]);
	if (before > 64 * 60000) /* a sanitizer's malloc counts nothing */
		CHECK(mallinfo2().uordblks <= before - 64 * 60000);
	shared_pool_free(pool);
}

TEST(a_piece_outlives_its_pool)
{
	struct shared_pool *pool = shared_pool_new(KEEP);
	struct shared *s = shared_new(pool, 3);

	memcpy(s->bytes, "abc", 3);
	s->n = 3;
	shared_pool_free(pool);
	CHECK(memcmp(s->bytes, "abc", 3) == 0);
	shared_unref(s); /* the leak checker sees whether the pool went with it */
}

/* ---- Threads ---- */

struct lane { /* a ring from the owner to one reader */
	_Atomic(struct shared *) slots[WINDOW];
	uint64_t sum;
};

static void *read_all(void *arg)
{
	struct lane *lane = arg;

	for (uint32_t round = 0; round < ROUNDS; round++) {
		struct shared *s;

		while ((s = atomic_exchange_explicit(&lane->slots[round % WINDOW], NULL,
						     memory_order_acquire)) == NULL)
			sched_yield();
		for (uint32_t i = 0; i < s->n; i++)
			lane->sum += s->bytes[i];
		shared_unref(s);
	}
	return NULL;
}

static uint64_t write_all(struct shared_pool *pool, struct lane *lanes)
{
	uint64_t sum = 0;

	for (uint32_t round = 0; round < ROUNDS; round++) {
		struct shared *s = shared_new(pool, 16 + round % 1000);

		if (s == NULL)
			abort();
		s->n = 16;
		memset(s->bytes, (int)(round % 251), s->n);
		sum += (uint64_t)(round % 251) * s->n;
		for (int i = 0; i < READERS; i++) {
			struct shared *nobody;

			shared_ref(s);
			do {
				nobody = NULL;
				if (atomic_load(&lanes[i].slots[round % WINDOW]) != NULL)
					sched_yield();
			} while (!atomic_compare_exchange_weak_explicit(
				&lanes[i].slots[round % WINDOW], &nobody, s, memory_order_release,
				memory_order_relaxed));
		}
		shared_unref(s);
	}
	return sum;
}

TEST(many_threads_read_what_one_writes_and_its_memory_comes_home)
{
	static struct lane lanes[READERS];
	struct shared_pool *pool = shared_pool_new(KEEP);
	pthread_t readers[READERS];
	uint64_t sum;

	for (int i = 0; i < READERS; i++)
		CHECK_INT(pthread_create(&readers[i], NULL, read_all, &lanes[i]), 0);
	sum = write_all(pool, lanes);
	for (int i = 0; i < READERS; i++) {
		pthread_join(readers[i], NULL);
		CHECK(lanes[i].sum == sum);
	}
	shared_pool_free(pool);
}

static void *unref_all(void *arg)
{
	struct shared **pieces = arg;

	for (int i = 0; i < 1000; i++)
		shared_unref(pieces[i]);
	return NULL;
}

TEST(a_pool_may_be_freed_while_another_thread_gives_back)
{
	for (int trial = 0; trial < 50; trial++) {
		struct shared_pool *pool = shared_pool_new(KEEP);
		struct shared *pieces[1000];
		pthread_t other;

		for (int i = 0; i < 1000; i++)
			CHECK((pieces[i] = shared_new(pool, 1)) != NULL);
		CHECK_INT(pthread_create(&other, NULL, unref_all, pieces), 0);
		shared_pool_free(pool);
		pthread_join(other, NULL);
	}
}
