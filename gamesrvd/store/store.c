/* gamesrvd/store/store.c
 * The store thread and its queue. The queue has a lock of its own: whoever waits here waits for a
 * disk.
 */
#include "gamesrvd/store/store.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "gamesrvd/store/open.h"

struct job {
	struct job *next;
	store_fn *fn;
	void *ctx;
	bool posted; /* on the heap, nobody waits */
	bool done;
};

struct store {
	struct store_db db;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more, done;
	struct job *first, **last;
	bool stopping;
};

static struct job *take(struct store *s)
{
	struct job *job;

	pthread_mutex_lock(&s->lock);
	while (s->first == NULL && !s->stopping)
		pthread_cond_wait(&s->more, &s->lock);
	job = s->first;
	if (job != NULL && (s->first = job->next) == NULL)
		s->last = &s->first;
	pthread_mutex_unlock(&s->lock);
	return job;
}

static void finish(struct store *s, struct job *job)
{
	if (job->posted) {
		free(job);
		return;
	}
	pthread_mutex_lock(&s->lock);
	job->done = true;
	pthread_cond_broadcast(&s->done);
	pthread_mutex_unlock(&s->lock);
}

static void *run(void *arg)
{
	struct store *s = arg;
	struct job *job;

	while ((job = take(s)) != NULL) {
		job->fn(&s->db, job->ctx);
		finish(s, job);
	}
	return NULL;
}

static int start(struct store *s)
{
	sigset_t all, before;
	int rc;

	/* Signals are for main. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&s->thread, NULL, run, s);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc == 0)
		pthread_setname_np(s->thread, "store");
	return -rc;
}

int store_open(const char *dir, struct store **out, struct buf *why)
{
	struct store *s = calloc(1, sizeof(*s));
	int rc;

	if (s == NULL)
		return -ENOMEM;
	rc = store_db_open(&s->db, dir, why);
	if (rc < 0)
		goto failed;
	s->last = &s->first;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->more, NULL);
	pthread_cond_init(&s->done, NULL);
	rc = start(s);
	if (rc < 0) {
		buf_printf(why, "the store thread cannot be started: %s", strerrordesc_np(-rc));
		db_close(&s->db);
		goto failed;
	}
	*out = s;
	return 0;
failed:
	free(s);
	return rc;
}

void store_close(struct store *s)
{
	if (s == NULL)
		return;
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_signal(&s->more);
	pthread_mutex_unlock(&s->lock);
	pthread_join(s->thread, NULL);
	db_close(&s->db);
	pthread_cond_destroy(&s->done);
	pthread_cond_destroy(&s->more);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static void queue(struct store *s, struct job *job)
{
	*s->last = job;
	s->last = &job->next;
	pthread_cond_signal(&s->more);
}

void store_call(struct store *s, store_fn *fn, void *ctx)
{
	struct job job = {.fn = fn, .ctx = ctx};

	pthread_mutex_lock(&s->lock);
	queue(s, &job);
	while (!job.done)
		pthread_cond_wait(&s->done, &s->lock);
	pthread_mutex_unlock(&s->lock);
}

int store_post(struct store *s, store_fn *fn, void *ctx)
{
	struct job *job = malloc(sizeof(*job));

	if (job == NULL)
		return -ENOMEM;
	*job = (struct job){.fn = fn, .ctx = ctx, .posted = true};
	pthread_mutex_lock(&s->lock);
	queue(s, job);
	pthread_mutex_unlock(&s->lock);
	return 0;
}

struct store_db *store_here(struct store *s)
{
	return &s->db;
}

const char *store_problem(const struct store_db *db)
{
	return db->problem;
}
