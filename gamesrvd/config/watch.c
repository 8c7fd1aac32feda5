/* gamesrvd/config/watch.c
 * Directories are watched, not files: a save by rename leaves a file's watch on the old, dead file. For a
 * bundle that hangs on a symbolic link, or that may be removed and made again, the directories above are
 * watched too, but only for the one name that matters there: a busy /tmp must not keep us waiting.
 */
#include "gamesrvd/config/watch.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"

#define TREE_EVENTS                                                                                \
	(IN_CLOSE_WRITE | IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |        \
	 IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
#define NAME_EVENTS (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR)
#define FILE_EVENTS (IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF)

/* An unfinished save is waited for, but not for ever; neither is a tree that never rests. */
#define WRITER_US   30000000
#define RESTLESS_US 10000000
#define POLL_MIN_US 1000000

enum { WRITERS_MAX = 256, LINKS_MAX = 32 };

struct spot { /* a watch descriptor, or one name in the directory it stands for */
	int wd;
	uint32_t round; /* of the look that asked for it last */
	char *only;     /* the one name that matters; NULL: all */
};

struct writer { /* a file that was modified and not yet closed */
	int wd;
	uint64_t name;
};

struct watch {
	char *path;
	struct watch_owner owner;
	int fd;
	pthread_mutex_t lock;
	bool enabled, taken, polling;
	int64_t quiet_us, rescan_us;
	int64_t first_us, last_us; /* events since the last look; 0: none */
	int64_t soon_us, rescan_at_us;
	struct spot *spots;
	size_t spot_count, spot_room, hint;
	struct writer writers[WRITERS_MAX];
	size_t writer_count;
	uint32_t round;
};

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

static void drop_spot(struct watch *w, struct spot *s)
{
	free(s->only);
	*s = w->spots[--w->spot_count];
}

static void drop_spots(struct watch *w, int wd)
{
	for (size_t i = w->spot_count; i-- > 0;)
		if (w->spots[i].wd == wd)
			drop_spot(w, &w->spots[i]);
}

static bool has_spot(const struct watch *w, int wd)
{
	for (size_t i = 0; i < w->spot_count; i++)
		if (w->spots[i].wd == wd)
			return true;
	return false;
}

/* Does an event about this name in this directory matter? */
static bool wanted(const struct watch *w, int wd, struct str name)
{
	for (size_t i = 0; i < w->spot_count; i++) {
		const struct spot *s = &w->spots[i];

		if (s->wd == wd && (s->only == NULL || str_is(name, s->only)))
			return true;
	}
	return false;
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
		bool known = has_spot(w, e->wd);

		drop_spots(w, e->wd);
		return known;
	}
	if (!wanted(w, e->wd, name))
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

static void uncover_old(struct watch *w)
{
	for (size_t i = w->spot_count; i-- > 0;) {
		int wd = w->spots[i].wd;

		if (w->spots[i].round == w->round)
			continue;
		drop_spot(w, &w->spots[i]);
		if (!has_spot(w, wd))
			inotify_rm_watch(w->fd, wd);
	}
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
		w->round++;
		uncover_old(w);
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

static bool same_name(const char *a, struct str b)
{
	return a == NULL ? b.p == NULL : b.p != NULL && str_is(b, a);
}

/* True: this one is new. */
static bool keep_spot(struct watch *w, int wd, struct str only)
{
	/* Looks come in the same order again and again: begin behind the last hit. */
	for (size_t i = 0; i < w->spot_count; i++) {
		size_t at = (w->hint + i) % w->spot_count;
		struct spot *s = &w->spots[at];

		if (s->wd != wd || !same_name(s->only, only))
			continue;
		s->round = w->round;
		w->hint = at + 1;
		return false;
	}
	if (w->spot_count == w->spot_room) {
		size_t room = w->spot_room ? w->spot_room * 2 : 16;
		struct spot *grown = realloc(w->spots, room * sizeof(*grown));

		if (grown == NULL) {
			w->polling = true;
			return false;
		}
		w->spots = grown;
		w->spot_room = room;
	}
	w->spots[w->spot_count++] =
		(struct spot){wd, w->round, only.p ? strndup(only.p, only.n) : NULL};
	return true;
}

static bool cover(struct watch *w, const char *path, uint32_t events, struct str only)
{
	int wd;

	if (w->fd < 0)
		return false;
	wd = inotify_add_watch(w->fd, path, events | IN_MASK_ADD);
	if (wd >= 0)
		return keep_spot(w, wd, only);
	if (errno != ENOENT && errno != ENOTDIR)
		w->polling = true;
	return false;
}

/* The way to the bundle, walked as the kernel would: `at` is what was walked, `rest` what is to come. */
struct way {
	char at[PATH_MAX], rest[PATH_MAX];
	size_t n;
	int links;
};

static bool way_begin(struct way *way, const char *path)
{
	way->at[0] = '\0';
	way->links = 0;
	if (path[0] != '/' && getcwd(way->at, sizeof(way->at)) == NULL)
		return false;
	way->n = strlen(way->at);
	return snprintf(way->rest, sizeof(way->rest), "%s", path) < (int)sizeof(way->rest);
}

/* One step further: *name is the part just added. False: arrived, or too long. */
static bool way_step(struct way *way, struct str *name, bool *last)
{
	size_t skip = strspn(way->rest, "/"), n = strcspn(way->rest + skip, "/");
	char *part = way->rest + skip;

	if (n == 0 || way->n + n + 2 > sizeof(way->at))
		return false;
	way->at[way->n] = '/';
	memcpy(way->at + way->n + 1, part, n);
	*name = (struct str){way->at + way->n + 1, n};
	way->n += n + 1;
	way->at[way->n] = '\0';
	*last = part[n + strspn(part + n, "/")] == '\0';
	memmove(way->rest, part + n, strlen(part + n) + 1);
	return true;
}

/* The link just stepped on is replaced by what it says. */
static bool way_follow(struct way *way, size_t name_bytes)
{
	char link[PATH_MAX], joined[PATH_MAX];
	ssize_t n = readlink(way->at, link, sizeof(link) - 1);

	if (n <= 0 || ++way->links > LINKS_MAX)
		return false;
	link[n] = '\0';
	if (snprintf(joined, sizeof(joined), "%s/%s", link, way->rest) >= (int)sizeof(joined))
		return false;
	memcpy(way->rest, joined, sizeof(joined));
	way->n = link[0] == '/' ? 0 : way->n - name_bytes - 1;
	way->at[way->n] = '\0';
	return true;
}

static bool cover_name(struct watch *w, const struct way *way, struct str name)
{
	char above[PATH_MAX];
	size_t n = way->n - name.n - 1;

	snprintf(above, sizeof(above), "%.*s", n ? (int)n : 1, n ? way->at : "/");
	return cover(w, above, NAME_EVENTS, name);
}

/* Every directory on the way in which a name stands that could be exchanged: links, what is missing, the
 * last part. */
static bool cover_way(struct watch *w)
{
	struct way way;
	struct str name;
	struct stat st;
	bool news = false, last;

	if (!way_begin(&way, w->path))
		return false;
	while (way_step(&way, &name, &last)) {
		bool missing = lstat(way.at, &st) < 0;
		bool link = !missing && S_ISLNK(st.st_mode);

		if (missing || link || last)
			news |= cover_name(w, &way, name);
		if (missing || (link && !way_follow(&way, name.n)))
			break;
		if (last && S_ISREG(st.st_mode))
			news |= cover(w, way.at, FILE_EVENTS, (struct str){NULL, 0});
	}
	return news;
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
		w->round++;
		for (size_t i = 0; i < count; i++)
			news |= cover(w, dirs[i], TREE_EVENTS, (struct str){NULL, 0});
		news |= cover_way(w);
		uncover_old(w);
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
