/* gamesrvd/config/watch.h
 * When to look at the bundle on disk. Events of the kernel only say "look soon"; what is there, and
 * whether it is complete, is decided by reading it (disk.c).
 *
 * Thread: on_readable, next and take_due belong to control, cover, tune and look_in to work; what they share
 * is under a lock of its own. Without inotify (no descriptors, no watches left) it asks for looks by
 * the clock alone and says so.
 */
#pragma once
#include "base/base.h"

struct watch;
struct watch_owner {
	void *ctx;
	void (*rearm)(void *ctx); /* watch_next_us() changed */
};

/* NULL: out of memory. `path` is copied. */
struct watch *watch_new(const char *path, struct watch_owner owner);
void watch_free(struct watch *w); /* NULL is fine */

int watch_fd(const struct watch *w); /* -1: none; w may be NULL here and below */
void watch_on_readable(struct watch *w);
/* When a look is due, on the clock of time_mono_us(); 0: never. */
int64_t watch_next_us(struct watch *w);
/* True: a look is due and now the caller's duty; none will be due before watch_looked(). */
bool watch_take_due(struct watch *w);

/* Not enabled: no events, no clock; only watch_look_soon() has an effect. */
void watch_tune(struct watch *w, bool enabled, int64_t quiet_us, int64_t rescan_us);
void watch_look_soon(struct watch *w);
void watch_look_again(struct watch *w); /* after another quiet period */
/* The look is over: these absolute directories hold the bundle. `us`: how long it took. */
void watch_looked(struct watch *w, const char *const *dirs, size_t count, int64_t us);
const char *watch_mechanism(struct watch *w); /* "inotify" "polling" "none" */
