/* gamesrvd/loop/thread.h
 * A thread of the daemon: a name, an event loop of its own, and a mailbox of tasks it runs one
 * after another in the order they came. control is the process's first thread; work and store are
 * started.
 *
 * Thread: thread_send() and thread_call() from any; thread_loop() only on the thread itself (or
 * before it was sent its first task). A task belongs to the thread it was sent to from then on.
 */
#pragma once
#include <ev.h>

#include "base/mailbox.h"

struct thread;

struct task { /* embedded in a message; run() may free the message */
	struct mail mail;
	void (*run)(struct task *task);
};

/* Starts it with every signal blocked. NULL: errno tells. `name`: static, at most 15 bytes. */
struct thread *thread_start(const char *name);
/* Makes the calling thread one of these, on libev's default loop (the one that may watch signals).
 */
struct thread *thread_adopt(const char *name);
void thread_run(struct thread *self); /* the adopted thread's loop, until thread_break() */
void thread_break(struct thread *self);
/* Runs what was sent before this call, then ends and frees the thread. Of an adopted thread: only
 * frees. NULL is fine. */
void thread_stop(struct thread *t);

void thread_send(struct thread *to, struct task *task);
/* Runs fn(ctx) over there and waits for its result; on the thread itself: runs it at once. Two
 * threads must never call each other: control calls nobody once it serves, work may call store. */
int thread_call(struct thread *to, int (*fn)(void *ctx), void *ctx);

struct ev_loop *thread_loop(const struct thread *t); /* for timers and watchers on that thread */
const char *thread_name(const struct thread *t);
/* any: false while a task runs there or waits. A hint: it may be over before the caller acts on it. */
bool thread_is_idle(const struct thread *t);
const char *thread_name_here(void); /* "main" on a thread that is none of ours */
bool thread_is_here(const struct thread *t);
/* Aborts with both names: a message went around a mailbox. */
void thread_assert_here(const struct thread *t);
