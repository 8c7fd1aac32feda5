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
	struct set_job *jobs; /* largest first */
	uint32_t count;
	const struct conf_schema *schema;
	const struct conf_load *how;
	_Atomic uint32_t next;
	_Atomic int rc;
};

struct worker {
	struct pool *pool;
	struct arena *scratch;
};

static int do_job(struct worker *w, const struct set_job *job)
{
	const struct conf_load *how = w->pool->how;

	if (*job->out == NULL)
		*job->out = set_file_new(job->in, &how->caps, how->borrow && !job->copy);
	if (*job->out == NULL)
		return -ENOMEM;
	return job->unread ? 0 : set_file_load(*job->out, w->pool->schema, w->scratch);
}

static int do_jobs(void *arg)
{
	struct worker *w = arg;
	uint32_t i;

	w->scratch = arena_new("config tree");
	while ((i = atomic_fetch_add(&w->pool->next, 1)) < w->pool->count) {
		int rc = do_job(w, &w->pool->jobs[i]);

		if (rc < 0)
			return rc;
	}
	return 0;
}

static void *work(void *arg)
{
	struct worker w = {.pool = arg};
	int rc = arena_try(do_jobs, &w); /* no jump may pass the other threads' end */

	arena_free(w.scratch);
	if (rc < 0)
		atomic_store(&w.pool->rc, rc);
	return NULL;
}

static int largest_first(const void *a, const void *b)
{
	const struct conf_input *left = ((const struct set_job *)a)->in;
	const struct conf_input *right = ((const struct set_job *)b)->in;

	return left->text.n != right->text.n
		       ? (left->text.n < right->text.n) - (left->text.n > right->text.n)
		       : str_cmp(left->path, right->path);
}

static unsigned cores(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

	return n > 1 ? (unsigned)n : 1;
}

unsigned set_threads(const struct conf_load *how, uint64_t bytes)
{
	unsigned limit = how->threads ? how->threads : cores();

	if (how->threads == 0 && limit > bytes / BYTES_PER_THREAD)
		limit = (unsigned)(bytes / BYTES_PER_THREAD);
	if (limit > THREADS_MAX)
		limit = THREADS_MAX;
	return limit > 1 ? limit : 1;
}

static unsigned threads_for(const struct pool *pool)
{
	uint64_t bytes = 0;
	unsigned n;

	for (uint32_t i = 0; i < pool->count; i++)
		bytes += pool->jobs[i].in->text.n;
	n = set_threads(pool->how, bytes);
	return n < pool->count ? n : pool->count;
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

int set_pool_run(struct set_job *jobs, uint32_t count, const struct conf_schema *schema,
		 const struct conf_load *how)
{
	struct pool pool = {.jobs = jobs, .count = count, .schema = schema, .how = how};
	pthread_t threads[THREADS_MAX];
	unsigned n;

	if (count == 0)
		return 0;
	qsort(jobs, count, sizeof(*jobs), largest_first);
	n = start(&pool, threads, threads_for(&pool) - 1);
	work(&pool);
	while (n > 0)
		pthread_join(threads[--n], NULL);
	return atomic_load(&pool.rc);
}
