/* tests/unit/test_thread.c */
#include <pthread.h>
#include <sched.h>

#include "base/mailbox.h"
#include "gamesrvd/loop/thread.h"
#include "test.h"

enum { SENDERS = 4, EACH = 20000 };

struct letter {
	struct task task;
	int from, number;
};

static struct thread *box;
static int last[SENDERS];
static int received;

static void take(struct task *task)
{
	struct letter *l = CONTAINER_OF(task, struct letter, task);

	thread_assert_here(box);
	if (l->number != last[l->from] + 1)
		abort(); /* cmocka's checks belong to the first thread */
	last[l->from] = l->number;
	received++;
	free(l);
}

static void *send_all(void *arg)
{
	int from = (int)(intptr_t)arg;

	for (int i = 1; i <= EACH; i++) {
		struct letter *l = calloc(1, sizeof(*l));

		if (l == NULL)
			abort();
		*l = (struct letter){{.run = take}, from, i};
		thread_send(box, &l->task);
	}
	return NULL;
}

TEST(every_letter_arrives_once_and_in_its_senders_order)
{
	pthread_t senders[SENDERS];

	box = thread_start("box");
	CHECK(box != NULL);
	for (intptr_t i = 0; i < SENDERS; i++)
		CHECK_INT(pthread_create(&senders[i], NULL, send_all, (void *)i), 0);
	for (int i = 0; i < SENDERS; i++)
		pthread_join(senders[i], NULL);
	thread_stop(box); /* what was sent before is carried out first */
	CHECK_INT(received, SENDERS * EACH);
}

static int answer(void *ctx)
{
	CHECK(thread_is_here(*(struct thread **)ctx));
	return 42;
}

TEST(a_call_waits_for_its_result)
{
	struct thread *t = thread_start("callee");

	CHECK(t != NULL);
	CHECK(!thread_is_here(t));
	for (int i = 0; i < 1000; i++)
		CHECK_INT(thread_call(t, answer, &t), 42);
	thread_stop(t);
}

TEST(an_empty_box_gives_nothing)
{
	struct mailbox m = {NULL};
	struct mail a, b;

	CHECK(mailbox_take(&m) == NULL);
	CHECK(mailbox_put(&m, &a));
	CHECK(!mailbox_put(&m, &b));
	CHECK(mailbox_take(&m) == &a);
	CHECK(a.next == &b && b.next == NULL);
	CHECK(mailbox_take(&m) == NULL);
}

static int idle_inside(void *ctx)
{
	*(bool *)ctx = thread_is_idle(box);
	return 0;
}

TEST(a_thread_is_idle_but_while_a_task_runs_or_waits)
{
	bool inside = true;

	box = thread_start("box");
	CHECK(box != NULL);
	CHECK(thread_is_idle(box));
	CHECK_INT(thread_call(box, idle_inside, &inside), 0);
	CHECK(!inside);
	while (!thread_is_idle(box)) /* the answer comes a moment before the task is over */
		sched_yield();
	thread_stop(box);
}
