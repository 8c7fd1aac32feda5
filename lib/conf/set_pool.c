/* lib/conf/set_pool.c
 * Loads files in threads. Files do not depend on each other and each has its own arena and findings, so what
 * comes out is the same whatever thread took which file in which order. The caller's thread works too.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#include "conf/set_parts.h"

enum {
	THREADS_MAX = 16,
	BYTES_PER_THREAD = 128 * 1024, /* a thread that gets less costs more than it saves */
};

struct pool {
	struct conf_file **files; /* largest first */
	uint32_t count;
	const struct conf_schema *schema;
	const struct yaml_caps *caps;
	_Atomic uint32_t next;
	_Atomic int rc;
};

static int load_files(void *arg)
{
	struct pool *pool = arg;
	CLEANUP(arena_freep) struct arena *scratch = arena_new("config tree");
	uint32_t i;

	while ((i = atomic_fetch_add(&pool->next, 1)) < pool->count) {
		int rc = set_file_load(pool->files[i], pool->schema, pool->caps, scratch);

		if (rc < 0)
			return rc;
	}
	return 0;
}

static void *work(void *arg)
{
	struct pool *pool = arg;
	int rc = arena_try(load_files, pool); /* no jump may pass the other threads' end */

	if (rc < 0)
		atomic_store(&pool->rc, rc);
	return NULL;
}

static int largest_first(const void *a, const void *b)
{
	const struct conf_file *left = *(struct conf_file *const *)a;
	const struct conf_file *right = *(struct conf_file *const *)b;
	size_t l = left->source->text.n, r = right->source->text.n;

	return l != r ? (l < r) - (l > r) : str_cmp(left->source->path, right->source->path);
}

static unsigned cores(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

	return n > 1 ? (unsigned)n : 1;
}

static unsigned threads_that_pay(const struct conf_load *how, const struct pool *pool)
{
	unsigned limit = how->threads ? how->threads : cores();
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < pool->count; i++)
		bytes += pool->files[i]->source->text.n;
	if (how->threads == 0 && limit > bytes / BYTES_PER_THREAD)
		limit = (unsigned)(bytes / BYTES_PER_THREAD);
	if (limit > pool->count)
		limit = pool->count;
	if (limit > THREADS_MAX)
		limit = THREADS_MAX;
	return limit > 1 ? limit : 1;
}

/* Signals stay the business of the threads that were there before. */
static unsigned start(struct pool *pool, pthread_t *threads, unsigned wanted)
{
	sigset_t all, old;
	unsigned n = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	while (n < wanted && pthread_create(&threads[n], NULL, work, pool) == 0)
		n++; /* fewer threads than wanted only take longer */
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return n;
}

int set_pool_load(struct arena *mem, struct conf_file **files, uint32_t count,
		  const struct conf_schema *schema, const struct conf_load *how)
{
	struct pool pool = {.count = count, .schema = schema, .caps = &how->caps};
	pthread_t threads[THREADS_MAX];
	unsigned n;

	if (count == 0)
		return 0;
	pool.files = ARENA_ARRAY(mem, struct conf_file *, count);
	memcpy(pool.files, files, count * sizeof(*files));
	qsort(pool.files, count, sizeof(*pool.files), largest_first);
	n = start(&pool, threads, threads_that_pay(how, &pool) - 1);
	work(&pool);
	while (n > 0)
		pthread_join(threads[--n], NULL);
	return atomic_load(&pool.rc);
}
