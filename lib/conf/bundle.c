/* lib/conf/bundle.c
 * Reads the tree, then looks at everything a second time: when a file or directory is not what it
 * was, the whole reading starts over.
 */
#include "conf/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/digest.h"
#include "conf/bundle_walk.h"

enum { ATTEMPTS = 5 };

struct attempt {
	struct bundle_walk walk;
	const char *path; /* as the user gave it */
	int rc;           /* -errno: the path itself cannot be read */
};

static void look_again(struct bundle_walk *w)
{
	struct bundle_seen *s;
	struct stat is;

	VEC_EACH (&w->seen, s) {
		const char *real = s->real.n ? s->real.p : ".";

		if (fstatat(w->root.fd, real, &is, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !bundle_same_state(&s->was, &is)) {
			w->moved = s->real;
			return;
		}
	}
}

/* The finding belongs to no file of the bundle. */
static void fail(struct attempt *a, int error, const char *why, const char *hint)
{
	struct conf_finding *f = diags_add(&a->walk.found, CONF_ERROR, "unreadable",
					   (struct conf_place){0}, "%s: %s", a->path, why);

	if (hint != NULL)
		diags_hint(&a->walk.found, f, "%s", hint);
	a->rc = -error;
}

static bool open_root(struct attempt *a, const char *real)
{
	struct bundle_root *root = &a->walk.root;

	root->real = arena_str(a->walk.mem, str_of(real));
	root->fd = open(root->real.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root->fd < 0) {
		fail(a, errno, strerrordesc_np(errno), NULL);
		return false;
	}
	bundle_root_pin(root, a->walk.mem);
	return true;
}

static void read_tree(struct attempt *a)
{
	char real[PATH_MAX];

	if (realpath(a->path, real) == NULL)
		fail(a, errno, strerrordesc_np(errno), NULL);
	else if (open_root(a, real))
		bundle_walk_tree(&a->walk,
				 bundle_open(&a->walk.root, STR(""), O_RDONLY | O_DIRECTORY),
				 STR(""), STR(""));
}

/* One file: its directory is the root, and nothing else in it is looked at. */
static void read_single(struct attempt *a)
{
	struct bundle_walk *w = &a->walk;
	const char *slash = strrchr(a->path, '/');
	struct str name = str_of(slash ? slash + 1 : a->path), real;
	struct str dir = slash ? (struct str){a->path, (size_t)(slash - a->path) + 1} : STR(".");
	char real_dir[PATH_MAX];
	int rc;

	if (realpath(arena_cstr(w->mem, dir), real_dir) == NULL) {
		fail(a, errno, strerrordesc_np(errno), NULL);
		return;
	}
	if (!open_root(a, real_dir))
		return;
	vec_add(w->mem, &w->out.dirs, w->root.real.p);
	rc = bundle_resolve(&w->root, w->mem, name, &real);
	if (rc == -EXDEV) { /* the user named this very link: following it is what was asked for */
		rc = openat(w->root.fd, name.p, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		bundle_walk_file(w, rc < 0 ? -errno : rc, name, (struct str){0});
	} else if (rc < 0) {
		bundle_walk_failed(w, name, -rc);
	} else {
		bundle_walk_file(w, bundle_open(&w->root, real, O_RDONLY), name, real);
	}
}

static int read_once(void *arg)
{
	struct attempt *a = arg;
	struct stat is;

	if (stat(a->path, &is) < 0)
		fail(a, errno, errno == ENOENT ? "does not exist" : strerrordesc_np(errno),
		     errno == ENOENT ? "name the directory that holds the YAML files" : NULL);
	else if (S_ISDIR(is.st_mode))
		read_tree(a);
	else if (!S_ISREG(is.st_mode))
		fail(a, EINVAL, "is neither a directory nor a file",
		     "name the directory that holds the YAML files");
	else if (!str_ends(str_of(a->path), STR(".yaml")))
		fail(a, EINVAL, "is not a .yaml file",
		     "name a directory, or a file that ends in .yaml");
	else
		read_single(a);
	if (a->rc == 0 && a->walk.moved.p == NULL)
		look_again(&a->walk);
	return 0;
}

static void close_all(struct bundle_walk *w)
{
	while (w->depth > 0)
		if (w->levels[--w->depth].dir != NULL)
			closedir(w->levels[w->depth].dir);
	if (w->file >= 0)
		close(w->file);
	if (w->root.fd >= 0)
		close(w->root.fd);
}

static int attempt_run(struct attempt *a, const struct yaml_caps *caps)
{
	struct arena *mem = a->walk.mem;
	int rc;

	arena_reset(mem);
	a->rc = 0;
	a->walk = (struct bundle_walk){
		.mem = mem,
		.caps = caps,
		.found = diags_into(mem),
		.root.fd = -1,
		.file = -1,
	};
	rc = arena_try(read_once, a);
	close_all(&a->walk);
	return rc < 0 ? rc : a->rc;
}

static void wait_a_moment(int attempts)
{
	struct timespec pause = {.tv_nsec = 2000000L << attempts};

	nanosleep(&pause, NULL);
}

static int give_up(struct attempt *a)
{
	struct str what = a->walk.moved.n ? a->walk.moved : STR("the directory");
	struct conf_finding *f =
		diags_add(&a->walk.found, CONF_ERROR, "unreadable", (struct conf_place){0},
			  "%s: " STR_FMT " changed while it was read, %d times over", a->path,
			  STR_ARG(what), ATTEMPTS);

	diags_hint(&a->walk.found, f, "try again when nothing writes there");
	return -EAGAIN;
}

static int by_path(const void *a, const void *b)
{
	return str_cmp(((const struct conf_input *)a)->path, ((const struct conf_input *)b)->path);
}

static void free_arena(void *arena)
{
	arena_free(arena);
}

/* Every attempt starts with an empty arena of its own; the caller's gets it with whatever came of
 * the last. */
int bundle_read_texts(struct arena *mem, const char *path, const struct yaml_caps *caps,
		      struct bundle *out, struct diags *d)
{
	struct attempt a = {.walk.mem = arena_new("bundle"), .path = path};
	int rc = 0;

	arena_defer(mem, free_arena, a.walk.mem);
	*out = (struct bundle){0};
	for (int i = 0; i < ATTEMPTS; i++) {
		if (i > 0)
			wait_a_moment(i);
		rc = attempt_run(&a, caps);
		if (rc < 0 || a.walk.moved.p == NULL)
			break;
	}
	if (rc == -ENOMEM)
		return rc;
	if (rc == 0 && a.walk.moved.p != NULL)
		rc = give_up(&a);
	diags_sort(&a.walk.found);
	diags_move(d, &a.walk.found);
	if (rc < 0)
		return rc;
	*out = a.walk.out;
	if (out->files.count > 1)
		qsort(out->files.items, out->files.count, sizeof(*out->files.items), by_path);
	return 0;
}

int bundle_read(struct arena *mem, const char *path, const struct yaml_caps *caps,
		struct bundle *out, struct diags *d)
{
	int rc = bundle_read_texts(mem, path, caps, out, d);
	uint8_t(*digests)[DIGEST_SIZE];

	if (rc < 0)
		return rc;
	digests = arena_alloc(mem, out->files.count * DIGEST_SIZE);
	bundle_digests(out->files.items, out->files.count, digests);
	for (size_t i = 0; i < out->files.count; i++)
		out->files.items[i].digest = digests[i];
	bundle_digest(out->files.items, out->files.count, out->digest);
	return 0;
}
