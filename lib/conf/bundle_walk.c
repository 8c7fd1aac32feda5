/* lib/conf/bundle_walk.c */
#include "conf/bundle_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <strings.h>
#include <unistd.h>

/* A place in a file whose text nobody needs to see. */
static struct conf_place whole_file(struct bundle_walk *w, struct str path)
{
	return (struct conf_place){.source = conf_source_new(w->mem, path, STR(""))};
}

static struct conf_finding *unreadable(struct bundle_walk *w, struct str path, const char *why)
{
	return diags_add(&w->found, CONF_ERROR, "unreadable", whole_file(w, path), "%s", why);
}

static void no_access(struct bundle_walk *w, struct str path, int error)
{
	struct conf_finding *f = diags_add(&w->found, CONF_ERROR, "unreadable", whole_file(w, path),
					   "cannot be read: %s", strerrordesc_np(error));

	if (error == EACCES || error == EPERM)
		diags_hint(&w->found, f, "give the user who runs this the right to read it");
	else if (error == EMFILE || error == ENFILE)
		diags_hint(&w->found, f, "raise the limit of open files (ulimit -n)");
}

/* Gone or replaced since it was listed: no fault of its own, the tree moves. */
static bool is_move(int error)
{
	return error == ENOENT || error == ELOOP || error == ENOTDIR || error == ESTALE;
}

void bundle_walk_failed(struct bundle_walk *w, struct str path, int error)
{
	if (is_move(error))
		w->moved = path;
	else
		no_access(w, path, error);
}

bool bundle_same_state(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mode == b->st_mode && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec && a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static bool is_leftover(struct str name)
{
	return name.p[0] == '.' || str_ends(name, STR("~")) || str_is(name, "4913") ||
	       (name.p[0] == '#' && str_ends(name, STR("#"))) || str_ends(name, STR(".swp")) ||
	       str_ends(name, STR(".swo")) || str_ends(name, STR(".swx"));
}

static bool is_yaml(struct str name)
{
	return str_ends(name, STR(".yaml"));
}

static bool looks_like_yaml(struct str name)
{
	size_t dot = name.n;

	while (dot > 0 && name.p[dot - 1] != '.')
		dot--;
	return dot > 0 && !is_yaml(name) &&
	       (strcasecmp(name.p + dot, "yaml") == 0 || strcasecmp(name.p + dot, "yml") == 0);
}

static void report_look_alike(struct bundle_walk *w, struct str path, struct str name)
{
	struct conf_finding *f =
		diags_add(&w->found, CONF_WARNING, "ignored-file", whole_file(w, path),
			  "is not read: the name does not end in .yaml");
	size_t stem = name.n;

	while (name.p[stem - 1] != '.')
		stem--;
	diags_hint(&w->found, f, "rename it to " STR_FMT "yaml", (int)stem, name.p);
}

static bool has_room(struct bundle_walk *w, struct str path, off_t size)
{
	if ((uint64_t)size > w->caps->file_bytes) {
		struct conf_finding *f =
			diags_add(&w->found, CONF_ERROR, "too-large", whole_file(w, path),
				  "%jd bytes are above the maximum %" PRIu32 " bytes of a file",
				  (intmax_t)size, w->caps->file_bytes);

		diags_hint(&w->found, f, "split it into several files");
		return false;
	}
	if (w->bytes + (uint64_t)size > w->caps->bundle_bytes) {
		diags_add(&w->found, CONF_ERROR, "too-large", whole_file(w, path),
			  "with this file the bundle is above the maximum %" PRIu64 " bytes",
			  w->caps->bundle_bytes);
		w->full = true;
		return false;
	}
	if (w->out.files.count >= w->caps->documents) { /* every file holds a document */
		diags_add(&w->found, CONF_ERROR, "too-large", whole_file(w, path),
			  "with this file the bundle is above the maximum %" PRIu32 " documents",
			  w->caps->documents);
		w->full = true;
		return false;
	}
	return true;
}

/* Bytes read, fewer than `size` when the file is shorter; -errno. */
static ssize_t read_all(int fd, char *text, size_t size)
{
	size_t n = 0;

	while (n < size) {
		ssize_t got = read(fd, text + n, size - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return (ssize_t)n;
}

static void keep_file(struct bundle_walk *w, struct str path, struct str text)
{
	vec_add(w->mem, &w->out.files, ((struct conf_input){.path = path, .text = text}));
	w->bytes += text.n;
}

/* Whether the file was written meanwhile shows when everything is looked at again, by its path; a file that
 * has none beneath the root is looked at here. */
static bool held_still(struct bundle_walk *w, struct str real, const struct stat *before)
{
	struct stat after;

	if (real.p == NULL)
		return fstat(w->file, &after) == 0 && bundle_same_state(before, &after);
	vec_add(w->mem, &w->seen, ((struct bundle_seen){real, *before}));
	return true;
}

static void read_open_file(struct bundle_walk *w, struct str path, struct str real)
{
	struct stat is;
	char *text;
	ssize_t n;

	if (fstat(w->file, &is) < 0) {
		no_access(w, path, errno);
		return;
	}
	if (!S_ISREG(is.st_mode)) {
		w->moved = path;
		return;
	}
	if (!has_room(w, path, is.st_size))
		return;
	text = arena_alloc_aligned(w->mem, (size_t)is.st_size + 1, 1);
	text[is.st_size] = '\0'; /* the YAML reader looks at it: conf/source.h */
	n = read_all(w->file, text, (size_t)is.st_size);
	if (n < 0)
		no_access(w, path, (int)-n);
	else if (n != is.st_size || !held_still(w, real, &is))
		w->moved = path;
	else
		keep_file(w, path, (struct str){text, (size_t)n});
}

void bundle_walk_file(struct bundle_walk *w, int fd, struct str path, struct str real)
{
	const char *problem = bundle_path_problem(path);

	if (fd < 0) {
		bundle_walk_failed(w, path, -fd);
		return;
	}
	w->file = fd;
	if (problem != NULL)
		diags_add(&w->found, CONF_ERROR, "unreadable", whole_file(w, path), "the path %s",
			  problem);
	else
		read_open_file(w, path, real);
	close(w->file);
	w->file = -1;
}

static void read_entry(struct bundle_walk *w, struct str path, struct str real,
		       const struct dirent *e);

static void walk_open(struct bundle_walk *w, DIR *dir, struct str path, struct str real)
{
	struct bundle_level *level = &w->levels[w->depth];
	struct stat was;
	struct dirent *e;

	*level = (struct bundle_level){.dir = dir};
	w->depth++;
	if (fstat(dirfd(dir), &was) < 0) {
		no_access(w, path, errno);
	} else {
		level->dev = was.st_dev;
		level->ino = was.st_ino;
		for (int i = 0; i + 1 < w->depth; i++) {
			if (w->levels[i].dev != was.st_dev || w->levels[i].ino != was.st_ino)
				continue;
			unreadable(w, path, "is a link to a directory that it lies in");
			goto out;
		}
		vec_add(w->mem, &w->seen, ((struct bundle_seen){real, was}));
		vec_add(w->mem, &w->out.dirs, bundle_join(w->mem, w->root.real, real).p);
		while (!w->full && w->moved.p == NULL && (e = readdir(dir)) != NULL)
			read_entry(w, path, real, e);
	}
out:
	w->depth--;
	closedir(dir);
	level->dir = NULL;
}

void bundle_walk_tree(struct bundle_walk *w, int fd, struct str path, struct str real)
{
	DIR *dir;

	if (fd < 0) {
		bundle_walk_failed(w, path, -fd);
		return;
	}
	if (w->depth == BUNDLE_LEVELS) {
		unreadable(w, path, "lies more than 32 directories deep");
		close(fd);
		return;
	}
	dir = fdopendir(fd);
	if (dir == NULL) {
		no_access(w, path, errno);
		close(fd);
		return;
	}
	walk_open(w, dir, path, real);
}

static void report_bad_link(struct bundle_walk *w, int dir, struct str path, const char *name,
			    int error)
{
	struct stat target;
	bool is_dir = fstatat(dir, name, &target, 0) == 0 && S_ISDIR(target.st_mode);

	if (!is_yaml(path) && !is_dir)
		return; /* nobody wanted to read it */
	if (error == EXDEV)
		diags_hint(&w->found,
			   unreadable(w, path, "is a symbolic link that leads out of the bundle"),
			   "put a copy into the bundle");
	else if (error == ENOENT)
		unreadable(w, path, "is a symbolic link to something that does not exist");
	else
		no_access(w, path, error);
}

static void report_odd_file(struct bundle_walk *w, struct str path, mode_t mode)
{
	unreadable(w, path,
		   S_ISFIFO(mode)                   ? "is a FIFO, not a file"
		   : S_ISSOCK(mode)                 ? "is a socket, not a file"
		   : S_ISCHR(mode) || S_ISBLK(mode) ? "is a device, not a file"
						    : "is not a regular file");
}

static void read_link_target(struct bundle_walk *w, int dir, struct str path, struct str place,
			     const char *name)
{
	struct str real;
	struct stat is;
	int rc = bundle_resolve(&w->root, w->mem, place, &real);

	if (rc == 0 && fstatat(w->root.fd, real.n ? real.p : ".", &is, AT_SYMLINK_NOFOLLOW) < 0)
		rc = -errno;
	if (rc < 0)
		report_bad_link(w, dir, path, name, -rc);
	else if (S_ISDIR(is.st_mode))
		bundle_walk_tree(w, bundle_open(&w->root, real, O_RDONLY | O_DIRECTORY), path,
				 real);
	else if (looks_like_yaml(str_of(name)))
		report_look_alike(w, path, str_of(name));
	else if (is_yaml(path) && !S_ISREG(is.st_mode))
		report_odd_file(w, path, is.st_mode);
	else if (is_yaml(path))
		bundle_walk_file(w, bundle_open(&w->root, real, O_RDONLY), path, real);
}

static mode_t type_of(int dir, const struct dirent *e)
{
	struct stat is;

	if (e->d_type != DT_UNKNOWN)
		return DTTOIF(e->d_type);
	return fstatat(dir, e->d_name, &is, AT_SYMLINK_NOFOLLOW) < 0 ? 0 : is.st_mode;
}

static void read_entry(struct bundle_walk *w, struct str path, struct str real,
		       const struct dirent *e)
{
	const int flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	int dir = dirfd(w->levels[w->depth - 1].dir);
	struct str name = str_of(e->d_name), at, place;
	mode_t mode;
	int fd;

	if (is_leftover(name))
		return;
	mode = type_of(dir, e);
	if (!S_ISDIR(mode) && !S_ISLNK(mode) && !is_yaml(name) && !looks_like_yaml(name))
		return;
	at = bundle_join(w->mem, path, name);
	place = bundle_join(w->mem, real, name);
	if (mode == 0) {
		w->moved = at;
	} else if (S_ISLNK(mode)) {
		read_link_target(w, dir, at, place, e->d_name);
	} else if (S_ISDIR(mode)) {
		fd = openat(dir, e->d_name, flags | O_RDONLY | O_DIRECTORY);
		bundle_walk_tree(w, fd < 0 ? -errno : fd, at, place);
	} else if (!is_yaml(name)) {
		report_look_alike(w, at, name);
	} else if (S_ISREG(mode)) {
		fd = openat(dir, e->d_name, flags | O_RDONLY);
		bundle_walk_file(w, fd < 0 ? -errno : fd, at, place);
	} else {
		report_odd_file(w, at, mode);
	}
}
