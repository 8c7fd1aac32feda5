/* gamesrvd/datadir.c */
#include "gamesrvd/datadir.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static enum exit_code fail(struct buf *why, int error, const char *fmt, ...) PRINTF(3, 4);
static enum exit_code fail(struct buf *why, int error, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	buf_vprintf(why, fmt, args);
	va_end(args);
	return exit_code_of_errno(error);
}

/* Like mkdir -p: a user's ~/.local/state may not exist yet. */
static int make_all(const char *path)
{
	char part[4096];
	size_t n = strlen(path);

	memcpy(part, path, n + 1);
	for (size_t i = 1; i <= n; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		part[i] = '\0';
		if (mkdir(part, 0700) < 0 && errno != EEXIST)
			return -errno;
		part[i] = path[i];
	}
	return 0;
}

static enum exit_code check(const char *path, struct buf *why)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return fail(why, errno, "data directory %s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return fail(why, ENOTDIR,
			    "data directory %s: is not a directory; choose another with --data",
			    path);
	if (st.st_mode & S_IWOTH)
		return fail(why, EPERM,
			    "data directory %s: anybody may write into it; run `chmod o-w %s` or "
			    "choose another with --data",
			    path, path);
	if (access(path, R_OK | W_OK | X_OK) < 0)
		return fail(why, errno,
			    "data directory %s: %s; the user who runs gamesrvd must be able to "
			    "write there",
			    path, strerror(errno));
	return EXIT_DONE;
}

enum exit_code datadir_open(const char *path, struct lock *lock, struct buf *why)
{
	CLEANUP(buf_free) struct buf name = {0};
	enum exit_code code;
	long holder;
	int rc = make_all(path);

	*lock = (struct lock){-1, NULL};
	if (rc < 0)
		return fail(why, -rc,
			    "cannot make the data directory %s: %s; choose another with --data",
			    path, strerror(-rc));
	code = check(path, why);
	if (code != EXIT_DONE)
		return code;
	buf_printf(&name, "%s/lock", path);
	rc = name.failed ? -ENOMEM : lock_take(name.p, lock, &holder);
	if (rc == -EBUSY)
		return fail(why, EBUSY,
			    "gamesrvd (pid %ld) already uses the data directory %s; stop it, or "
			    "choose another with --data",
			    holder, path);
	if (rc < 0)
		return fail(why, -rc, "cannot lock %s/lock: %s", path, strerror(-rc));
	return EXIT_DONE;
}
