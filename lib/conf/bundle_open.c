/* lib/conf/bundle_open.c */
#include "conf/bundle_open.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

enum { LINKS_MAX = 40 };

struct str bundle_join(struct arena *mem, struct str dir, struct str name)
{
	if (dir.n == 0)
		return arena_str(mem, name);
	return arena_printf(mem, STR_FMT "/" STR_FMT, STR_ARG(dir), STR_ARG(name));
}

/* 0 and the target; -EINVAL: not a link. */
static int read_link(const struct bundle_root *root, struct arena *mem, const char *path,
		     struct str *target)
{
	char text[PATH_MAX];
	ssize_t n = readlinkat(root->fd, path, text, sizeof(text));

	if (n < 0)
		return -errno;
	if ((size_t)n == sizeof(text))
		return -ENAMETOOLONG;
	*target = arena_str(mem, (struct str){text, (size_t)n});
	return 0;
}

void bundle_root_pin(struct bundle_root *root, struct arena *mem)
{
	root->pinned = (struct str){0};
	if (read_link(root, mem, "..data", &root->pinned) < 0)
		root->pinned = (struct str){0};
}

/* An absolute target counts when it names something beneath the root. */
static int rebase(const struct bundle_root *root, struct str *target)
{
	struct str rest;

	if (!str_starts(*target, root->real))
		return -EXDEV;
	rest = (struct str){target->p + root->real.n, target->n - root->real.n};
	if (rest.n != 0 && rest.p[0] != '/' && !str_is(root->real, "/"))
		return -EXDEV;
	*target = rest;
	return 0;
}

static struct str parent_of(struct str path)
{
	while (path.n > 0 && path.p[--path.n] != '/')
		;
	return path;
}

int bundle_resolve(const struct bundle_root *root, struct arena *mem, struct str path,
		   struct str *real)
{
	struct str done = STR(""), rest = path, part;
	int links = 0, rc;

	while (str_cut(&rest, '/', &part)) {
		struct str next, target;

		if (part.n == 0 || str_is(part, "."))
			continue;
		if (str_is(part, "..")) {
			if (done.n == 0)
				return -EXDEV;
			done = parent_of(done);
			continue;
		}
		next = bundle_join(mem, done, part);
		rc = 0;
		if (root->pinned.p != NULL && str_is(next, "..data"))
			target = root->pinned;
		else
			rc = read_link(root, mem, next.p, &target);
		if (rc == -EINVAL) {
			done = next;
			continue;
		}
		if (rc < 0)
			return rc;
		if (++links > LINKS_MAX)
			return -ELOOP;
		if (target.n > 0 && target.p[0] == '/') {
			rc = rebase(root, &target);
			if (rc < 0)
				return rc;
			done = STR("");
		}
		rest = rest.p ? bundle_join(mem, target, rest) : target;
	}
	*real = arena_str(mem, done);
	return 0;
}

static int open_part(int dir, struct str part, int flags)
{
	char name[NAME_MAX + 1];
	int fd;

	if (part.n > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, part.p, part.n);
	name[part.n] = '\0';
	fd = openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	return fd < 0 ? -errno : fd;
}

int bundle_open(const struct bundle_root *root, struct str real, int flags)
{
	struct str rest = real, part;
	int dir = root->fd, fd = -1;

	if (real.n == 0)
		return open_part(dir, STR("."), flags);
	while (str_cut(&rest, '/', &part)) {
		fd = open_part(dir, part, rest.p ? O_PATH | O_DIRECTORY : flags);
		if (dir != root->fd)
			close(dir);
		if (fd < 0)
			return fd;
		dir = fd;
	}
	return fd;
}
