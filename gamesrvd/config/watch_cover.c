/* gamesrvd/config/watch_cover.c
 * Directories are watched, not files: a save by rename leaves a file's watch on the old, dead file. For a
 * bundle that hangs on a symbolic link, or that may be removed and made again, the directories above are
 * watched too, but only for the one name that matters there: a busy /tmp must not keep us waiting.
 */
#include "gamesrvd/config/watch_cover.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define TREE_EVENTS                                                                                \
	(IN_CLOSE_WRITE | IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |        \
	 IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
#define NAME_EVENTS (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR)
#define FILE_EVENTS (IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF)

enum { LINKS_MAX = 32 };

static void drop_spot(struct watch *w, struct spot *s)
{
	free(s->only);
	*s = w->spots[--w->spot_count];
}

void watch_forget(struct watch *w, int wd)
{
	for (size_t i = w->spot_count; i-- > 0;)
		if (w->spots[i].wd == wd)
			drop_spot(w, &w->spots[i]);
}

bool watch_has(const struct watch *w, int wd)
{
	for (size_t i = 0; i < w->spot_count; i++)
		if (w->spots[i].wd == wd)
			return true;
	return false;
}

bool watch_wants(const struct watch *w, int wd, struct str name)
{
	for (size_t i = 0; i < w->spot_count; i++) {
		const struct spot *s = &w->spots[i];

		if (s->wd == wd && (s->only == NULL || str_is(name, s->only)))
			return true;
	}
	return false;
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

static void uncover_old(struct watch *w)
{
	for (size_t i = w->spot_count; i-- > 0;) {
		int wd = w->spots[i].wd;

		if (w->spots[i].round == w->round)
			continue;
		drop_spot(w, &w->spots[i]);
		if (!watch_has(w, wd))
			inotify_rm_watch(w->fd, wd);
	}
}

bool watch_cover(struct watch *w, const char *const *dirs, size_t count)
{
	bool news = false;

	w->round++;
	for (size_t i = 0; i < count; i++)
		news |= cover(w, dirs[i], TREE_EVENTS, (struct str){NULL, 0});
	news |= cover_way(w);
	uncover_old(w);
	return news;
}

void watch_uncover(struct watch *w)
{
	w->round++;
	uncover_old(w);
}
