/* gamesrvd/loop/thread.c */
#include "gamesrvd/loop/thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

struct thread {
	const char *name;
	struct ev_loop *loop;
	struct mailbox box;
	_Atomic unsigned tasks; /* sent and not yet over */
	struct ev_async wake;
	pthread_t id;
	bool adopted;
};

static _Thread_local const struct thread *here;

static void take_tasks(struct ev_loop *loop, struct ev_async *wake, int revents)
{
	struct thread *t = wake->data;
	struct mail *m = mailbox_take(&t->box);

	while (m != NULL) {
		struct task *task = CONTAINER_OF(m, struct task, mail);

		m = m->next; /* run() may free the task */
		task->run(task);
		atomic_fetch_sub(&t->tasks, 1);
	}
}

static struct thread *thread_new(const char *name, struct ev_loop *loop)
{
	struct thread *t = loop ? calloc(1, sizeof(*t)) : NULL;

	if (t == NULL)
		return NULL;
	t->name = name;
	t->loop = loop;
	ev_async_init(&t->wake, take_tasks);
	t->wake.data = t;
	ev_async_start(loop, &t->wake);
	return t;
}

static void *thread_main(void *arg)
{
	struct thread *t = arg;

	here = t;
	pthread_setname_np(pthread_self(), t->name);
	ev_run(t->loop, 0);
	return NULL;
}

struct thread *thread_start(const char *name)
{
	struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO);
	struct thread *t = thread_new(name, loop);
	sigset_t all, before;
	int error;

	if (t == NULL)
		goto failed;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&t->id, NULL, thread_main, t);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error == 0)
		return t;
	errno = error;
failed:
	error = errno;
	if (loop != NULL)
		ev_loop_destroy(loop);
	free(t);
	errno = error;
	return NULL;
}

struct thread *thread_adopt(const char *name)
{
	struct thread *t = thread_new(name, ev_default_loop(EVFLAG_AUTO));

	if (t != NULL) {
		t->adopted = true;
		t->id = pthread_self();
		here = t;
	}
	return t;
}

void thread_run(struct thread *self)
{
	thread_assert_here(self);
	ev_run(self->loop, 0);
}

void thread_break(struct thread *self)
{
	thread_assert_here(self);
	ev_break(self->loop, EVBREAK_ALL);
}

struct last {
	struct task task;
	struct thread *thread;
};

static void run_last(struct task *task)
{
	struct last *last = CONTAINER_OF(task, struct last, task);

	ev_break(last->thread->loop, EVBREAK_ALL);
}

void thread_stop(struct thread *t)
{
	struct last last = {{.run = run_last}, t};

	if (t == NULL)
		return;
	if (!t->adopted) {
		thread_send(t, &last.task);
		pthread_join(t->id, NULL);
	}
	ev_async_stop(t->loop, &t->wake);
	ev_loop_destroy(t->loop);
	if (here == t)
		here = NULL;
	free(t);
}

void thread_send(struct thread *to, struct task *task)
{
	atomic_fetch_add(&to->tasks, 1);
	if (mailbox_put(&to->box, &task->mail))
		ev_async_send(to->loop, &to->wake);
}

struct call {
	struct task task;
	int (*fn)(void *ctx);
	void *ctx;
	int result;
	bool done;
	pthread_mutex_t lock;
	pthread_cond_t over;
};

static void run_call(struct task *task)
{
	struct call *call = CONTAINER_OF(task, struct call, task);
	int result = call->fn(call->ctx);

	pthread_mutex_lock(&call->lock);
	call->result = result;
	call->done = true;
	/* Signalled under the lock: the caller's stack holds `call` and goes away right after. */
	pthread_cond_signal(&call->over);
	pthread_mutex_unlock(&call->lock);
}

int thread_call(struct thread *to, int (*fn)(void *ctx), void *ctx)
{
	struct call call = {{.run = run_call},       fn, ctx, 0, false, PTHREAD_MUTEX_INITIALIZER,
			    PTHREAD_COND_INITIALIZER};

	if (thread_is_here(to))
		return fn(ctx);
	thread_send(to, &call.task);
	pthread_mutex_lock(&call.lock);
	while (!call.done)
		pthread_cond_wait(&call.over, &call.lock);
	pthread_mutex_unlock(&call.lock);
	pthread_cond_destroy(&call.over);
	pthread_mutex_destroy(&call.lock);
	return call.result;
}

struct ev_loop *thread_loop(const struct thread *t)
{
	return t->loop;
}

const char *thread_name(const struct thread *t)
{
	return t->name;
}

bool thread_is_idle(const struct thread *t)
{
	return atomic_load(&t->tasks) == 0;
}

const char *thread_name_here(void)
{
	return here ? here->name : "main";
}

bool thread_is_here(const struct thread *t)
{
	return here == t;
}

void thread_assert_here(const struct thread *t)
{
	if (LIKELY(here == t))
		return;
	fprintf(stderr, "gamesrvd: bug: work of thread %s is done on thread %s\n", t->name,
		thread_name_here());
	abort();
}
