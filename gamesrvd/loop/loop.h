/* gamesrvd/loop/loop.h
 * A loop thread: owns connections, sessions and rooms. As many as Server.loops says, one per core by default.
 *
 * Thread: loop_of(), loop_post() and the constant fields from any; the rest on the loop itself. Nothing blocks on a loop:
 * no file, no SQLite, no lock that anybody holds for long.
 * Config: a loop moves to the newest snapshot between two of its turns (before ticks and flushes run), and tells those
 * who asked with loop_on_config().
 */
#pragma once
#include "base/id.h"
#include "base/shared.h"
#include "conf/publish.h"
#include "gamesrvd/loop/thread.h"
#include "gamesrvd/loop/ticker.h"
#include "gamesrvd/loop/wheel.h"

struct loops;

struct loop_hook { /* embedded; called in the order they were added */
	struct loop_hook *next;
	void (*call)(struct loop_hook *hook);
};

struct loop {
	unsigned index;
	struct loops *all;
	struct thread *thread;
	struct ev_loop *ev;
	struct wheel *wheel;
	struct ticker *ticker;
	struct shared_pool *pool;
	struct conf_reader config; /* config.now: what is in force on this loop */
	struct loop_hook *before_sleep, *on_config;
	struct net *net;     /* gamesrvd/net: what this loop holds */
	struct rooms *rooms; /* gamesrvd/rooms */
	/* Behind here: the loop's business. */
	ev_async nudge;      /* something was published */
	ev_check woken;      /* right after the wait, before anything else of the turn */
	ev_prepare sleeping; /* the last thing of a turn */
};

struct loops {
	unsigned count;
	struct loop loop[]; /* their place never changes */
};

/* Starts `count` threads, named loop0 ...; each reads `publication`. NULL: errno. */
struct loops *loops_start(unsigned count, struct publication *publication);
void loops_stop(
	struct loops *all); /* joins and frees; net and rooms must be closed before. NULL is fine */
/* Any thread: every loop passes between two turns soon and adopts what was published. */
void loops_wake(struct loops *all);
/* The loop this thread is; NULL: none. */
struct loop *loop_here(void);
/* Aborts when the caller is on another thread. */
void loop_assert(const struct loop *loop);
void loop_before_sleep(struct loop *loop,
		       struct loop_hook *hook); /* before the loop waits for events, each turn */
void loop_on_config(struct loop *loop, struct loop_hook *hook);
void loop_unhook(struct loop *loop, struct loop_hook *hook); /* of either kind */
