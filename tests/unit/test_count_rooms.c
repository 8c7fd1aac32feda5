/* tests/unit/test_count_rooms.c: with loops that have no rooms; tests/e2e/test_play_config.py has some. */
#include <pthread.h>

#include "gamesrvd/count_rooms.h"
#include "gamesrvd/loop/loop.h"
#include "test.h"

struct world {
	struct publication *pub;
	struct loops *loops;
	struct arena *mem;
};

static struct world world_new(void)
{
	struct arena *mem = arena_new("set");
	struct conf_set *set = ARENA_NEW(mem, struct conf_set);
	struct world w = {.mem = arena_new("test")};

	set->mem = mem;
	set->refs = 1;
	w.pub = publication_new(set, 1);
	conf_set_unref(set);
	w.loops = loops_start(2, w.pub);
	CHECK(w.loops != NULL);
	return w;
}

static void world_free(struct world *w)
{
	arena_free(w->mem);
	loops_stop(w->loops);
	publication_free(w->pub);
}

TEST(loops_without_rooms_give_no_rows)
{
	struct world w = world_new();
	struct config_rooms *rows = NULL;

	CHECK_INT(count_rooms(w.loops, w.mem, &rows), 0);
	CHECK_INT(count_rooms(NULL, w.mem, &rows), 0);
	world_free(&w);
}

struct hang {
	struct task task;
	pthread_mutex_t lock;
};

static void hang(struct task *task)
{
	struct hang *h = CONTAINER_OF(task, struct hang, task);

	pthread_mutex_lock(&h->lock);
	pthread_mutex_unlock(&h->lock);
}

TEST(a_loop_that_hangs_is_not_waited_for)
{
	struct world w = world_new();
	struct hang h = {.task.run = hang, .lock = PTHREAD_MUTEX_INITIALIZER};
	struct config_rooms *rows = NULL;

	pthread_mutex_lock(&h.lock);
	thread_send(w.loops->loop[1].thread, &h.task);
	/* It comes back although the lock is held, and what that loop answers later goes nowhere. */
	CHECK_INT(count_rooms(w.loops, w.mem, &rows), 0);
	arena_reset(w.mem);
	pthread_mutex_unlock(&h.lock);
	world_free(&w);
}
