/* gamesrvd/count_rooms.c */
#include "gamesrvd/count_rooms.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/vec.h"
#include "gamesrvd/loop/loop.h"
#include "gamesrvd/rooms/room.h"

struct inquiry;

struct asked { /* one loop; belongs to it until `done` */
	struct task task;
	struct inquiry *of;
	struct loop *loop;
	struct arena *mem;
	struct room_count *rows;
	size_t count;
	bool done; /* under the lock */
};

struct inquiry {
	pthread_mutex_t lock;
	pthread_cond_t answered;
	unsigned refs, open; /* who may still look at it; loops that have not answered */
	unsigned count;
	struct asked asked[];
};

static void unref(struct inquiry *q) /* takes the lock with it */
{
	bool last = --q->refs == 0;

	pthread_mutex_unlock(&q->lock);
	if (!last)
		return;
	for (unsigned i = 0; i < q->count; i++)
		arena_free(q->asked[i].mem);
	pthread_cond_destroy(&q->answered);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

static int count_here(void *ctx)
{
	struct asked *a = ctx;

	a->mem = arena_new("room counts");
	a->count = rooms_counts(a->loop->rooms, a->mem, &a->rows);
	return 0;
}

static void on_loop(struct task *task)
{
	struct asked *a = CONTAINER_OF(task, struct asked, task);
	struct inquiry *q = a->of;

	if (a->loop->rooms == NULL || arena_try(count_here, a) < 0)
		a->count = 0;
	pthread_mutex_lock(&q->lock);
	a->done = true;
	q->open--;
	pthread_cond_signal(&q->answered);
	unref(q);
}

static struct inquiry *ask(struct loops *loops)
{
	struct inquiry *q = calloc(1, sizeof(*q) + loops->count * sizeof(q->asked[0]));
	pthread_condattr_t attr;

	if (q == NULL)
		return NULL;
	pthread_mutex_init(&q->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&q->answered, &attr);
	pthread_condattr_destroy(&attr);
	q->count = q->open = loops->count;
	q->refs = loops->count + 1;
	for (unsigned i = 0; i < loops->count; i++) {
		struct asked *a = &q->asked[i];

		*a = (struct asked){.task.run = on_loop, .of = q, .loop = &loops->loop[i]};
		thread_send(a->loop->thread, &a->task);
	}
	return q;
}

static struct timespec deadline(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_nsec += COUNT_ROOMS_PATIENCE_MS * 1000000L;
	at.tv_sec += at.tv_nsec / 1000000000L;
	at.tv_nsec %= 1000000000L;
	return at;
}

static void let_go(void *inquiry)
{
	struct inquiry *q = inquiry;

	pthread_mutex_lock(&q->lock);
	unref(q);
}

/* Gives which loops answered in time, as bits. */
static uint64_t await(struct inquiry *q)
{
	struct timespec until = deadline();
	uint64_t done = 0;

	pthread_mutex_lock(&q->lock);
	while (q->open > 0 && pthread_cond_timedwait(&q->answered, &q->lock, &until) == 0)
		;
	for (unsigned i = 0; i < q->count; i++)
		done |= (uint64_t)q->asked[i].done << i;
	pthread_mutex_unlock(&q->lock);
	return done;
}

size_t count_rooms(struct loops *loops, struct arena *mem, struct config_rooms **out)
{
	struct inquiry *q = loops ? ask(loops) : NULL;
	VEC(struct config_rooms) rows = {0};
	uint64_t done;

	if (q == NULL)
		return 0;
	arena_defer(mem, let_go, q);
	done = await(q);
	for (unsigned i = 0; i < q->count; i++) {
		const struct asked *a = &q->asked[i];

		for (size_t k = 0; done >> i & 1 && k < a->count; k++)
			vec_add(mem, &rows,
				((struct config_rooms){.type = arena_str(mem, a->rows[k].type),
						       .pinned = a->rows[k].pinned,
						       .rooms = a->rows[k].rooms,
						       .members = a->rows[k].members}));
	}
	*out = rows.items;
	return rows.count;
}
