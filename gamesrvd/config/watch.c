/* gamesrvd/config/watch.c
 * When a look is due: after a quiet period, not while somebody writes, and by the clock in any case.
 */
#include "gamesrvd/config/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "gamesrvd/config/watch_cover.h"

/* An unfinished save is waited for, but not for ever; neither is a tree that never rests. */
#define WRITER_US   30000000
#define RESTLESS_US 10000000
#define POLL_MIN_US 1000000

struct watch *watch_new(const char *path, struct watch_owner owner)
{
	struct watch *w = calloc(1, sizeof(*w));

	if (w == NULL || (w->path = strdup(path)) == NULL) {
		free(w);
		return NULL;
	}
	w->owner = owner;
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	w->polling = w->fd < 0;
	pthread_mutex_init(&w->lock, NULL);
	return w;
}

void watch_free(struct watch *w)
{
	if (w == NULL)
		return;
	if (w->fd >= 0)
		close(w->fd);
	for (size_t i = 0; i < w->spot_count; i++)
		free(w->spots[i].only);
	free(w->spots);
	pthread_mutex_destroy(&w->lock);
	free(w->path);
	free(w);
}

int watch_fd(const struct watch *w)
{
	return w ? w->fd : -1;
}

static void note_writer(struct watch *w, int wd, struct str name, bool writing)
{
	uint64_t hash = str_hash(name);

	if (!str_ends(name, STR(".yaml")))
		return;
	for (size_t i = 0; i < w->writer_count; i++) {
		if (w->writers[i].wd != wd || w->writers[i].name != hash)
			continue;
		if (!writing)
			w->writers[i] = w->writers[--w->writer_count];
		return;
	}
	if (writing && w->writer_count < WRITERS_MAX)
		w->writers[w->writer_count++] = (struct writer){wd, hash};
}

/* True: it may concern the bundle. */
static bool on_event(struct watch *w, const struct inotify_event *e)
{
	struct str name = e->len ? str_of(e->name) : STR("");

	if (e->mask & IN_Q_OVERFLOW) {
		w->writer_count = 0; /* whether they closed is lost */
		return true;
	}
	if (e->mask & IN_IGNORED) {
		bool known = watch_has(w, e->wd);

		watch_forget(w, e->wd);
		return known;
	}
	if (!watch_wants(w, e->wd, name))
		return false;
	if (e->mask & (IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM))
		note_writer(w, e->wd, name, false);
	else if (e->mask & IN_MODIFY)
		note_writer(w, e->wd, name, true);
	return true;
}

void watch_on_readable(struct watch *w)
{
	_Alignas(struct inotify_event) char events[16384];
	bool stirred = false;
	ssize_t n;

	pthread_mutex_lock(&w->lock);
	while ((n = read(w->fd, events, sizeof(events))) > 0) {
		for (char *at = events; at < events + n;) {
			const struct inotify_event *e = (const struct inotify_event *)at;

			stirred |= on_event(w, e);
			at += sizeof(*e) + e->len;
		}
	}
	if (stirred) {
		w->last_us = time_mono_us();
		if (w->first_us == 0)
			w->first_us = w->last_us;
	}
	pthread_mutex_unlock(&w->lock);
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a == 0 ? b : b == 0 ? a : a < b ? a : b;
}

static int64_t due_us(const struct watch *w)
{
	int64_t due = 0;

	if (w->taken)
		return 0;
	if (w->enabled && w->last_us != 0) {
		due = w->last_us + w->quiet_us;
		if (due > w->first_us + RESTLESS_US)
			due = w->first_us + RESTLESS_US;
		if (w->writer_count > 0)
			due = w->last_us + WRITER_US;
	}
	/* While somebody writes, the other clocks wait as well: they would find a torn file. */
	if (w->enabled && w->last_us != 0 && w->writer_count > 0)
		return due;
	due = sooner(due, w->soon_us);
	return w->enabled ? sooner(due, w->rescan_at_us) : due;
}

int64_t watch_next_us(struct watch *w)
{
	int64_t due;

	if (w == NULL)
		return 0;
	pthread_mutex_lock(&w->lock);
	due = due_us(w);
	pthread_mutex_unlock(&w->lock);
	return due;
}

bool watch_take_due(struct watch *w)
{
	int64_t due;

	if (w == NULL)
		return false;
	pthread_mutex_lock(&w->lock);
	due = due_us(w);
	if (due == 0 || due > time_mono_us()) {
		pthread_mutex_unlock(&w->lock);
		return false;
	}
	w->taken = true;
	w->first_us = w->last_us = w->soon_us = w->rescan_at_us = 0;
	w->writer_count = 0;
	pthread_mutex_unlock(&w->lock);
	return true;
}

void watch_tune(struct watch *w, bool enabled, int64_t quiet_us, int64_t rescan_us)
{
	bool began;

	if (w == NULL)
		return;
	pthread_mutex_lock(&w->lock);
	began = enabled && !w->enabled;
	w->enabled = enabled;
	w->quiet_us = quiet_us;
	w->rescan_us = rescan_us;
	if (began)
		w->soon_us = time_mono_us();
	if (!enabled) {
		watch_uncover(w);
		w->first_us = w->last_us = 0;
	}
	pthread_mutex_unlock(&w->lock);
	w->owner.rearm(w->owner.ctx);
}

static void look_at(struct watch *w, int64_t delay_us)
{
	pthread_mutex_lock(&w->lock);
	w->soon_us = time_mono_us() + delay_us;
	pthread_mutex_unlock(&w->lock);
	w->owner.rearm(w->owner.ctx);
}

void watch_look_soon(struct watch *w)
{
	if (w != NULL)
		look_at(w, 0);
}

void watch_look_again(struct watch *w)
{
	look_at(w, w->quiet_us);
}

void watch_looked(struct watch *w, const char *const *dirs, size_t count, int64_t us)
{
	int64_t now = time_mono_us(), wait;
	bool news = false, was_polling;

	pthread_mutex_lock(&w->lock);
	w->taken = false;
	was_polling = w->polling;
	w->polling = w->fd < 0;
	if (w->enabled) {
		news = watch_cover(w, dirs, count);
		/* Between the reading and a new watch something may have happened: look again. */
		if (news)
			w->soon_us = sooner(w->soon_us, now + w->quiet_us);
	}
	wait = w->rescan_us;
	if (w->polling && us * 20 < wait)
		wait = us * 20 < POLL_MIN_US ? POLL_MIN_US : us * 20;
	if (wait > w->rescan_us)
		wait = w->rescan_us;
	w->rescan_at_us = now + wait;
	was_polling = w->polling && !was_polling;
	pthread_mutex_unlock(&w->lock);
	if (was_polling)
		log_warn("the bundle is looked at by the clock: the kernel gives no more watches");
	w->owner.rearm(w->owner.ctx);
}

const char *watch_mechanism(struct watch *w)
{
	const char *name;

	if (w == NULL)
		return "none";
	pthread_mutex_lock(&w->lock);
	name = !w->enabled ? "none" : w->polling ? "polling" : "inotify";
	pthread_mutex_unlock(&w->lock);
	return name;
}
