/* tests/unit/test_shared_steady_oom.c
 * After a first round nothing comes from malloc any more: it is made to fail.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "base/shared.h"
#include "test.h"

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

static _Atomic bool refuse;
static _Atomic(struct shared *) handed;

void *__wrap_malloc(size_t size)
{
	return atomic_load(&refuse) ? NULL : __real_malloc(size);
}

static void *give_back(void *arg)
{
	int *rounds = arg;

	for (int i = 0; i < *rounds; i++) {
		struct shared *s;

		while ((s = atomic_exchange(&handed, NULL)) == NULL)
			sched_yield();
		shared_unref(s);
	}
	return NULL;
}

TEST(across_two_threads_a_steady_state_takes_nothing_from_malloc)
{
	struct shared_pool *pool = shared_pool_new(1 << 20);
	int rounds = 20000;
	struct shared *first[8];
	pthread_t other;

	CHECK_INT(pthread_create(&other, NULL, give_back, &rounds), 0);
	for (int i = 0; i < 8; i++) /* as many as can be on their way at once, and more */
		CHECK((first[i] = shared_new(pool, 500)) != NULL);
	for (int i = 0; i < 8; i++)
		shared_unref(first[i]);
	atomic_store(&refuse, true);
	for (int i = 0; i < rounds; i++) {
		struct shared *s = shared_new(pool, 500);

		if (s == NULL)
			abort();
		while (atomic_load(&handed) != NULL)
			sched_yield();
		atomic_store(&handed, s);
	}
	pthread_join(other, NULL);
	atomic_store(&refuse, false);
	shared_pool_free(pool);
}
