/* gamesrvd/control/listen.c */
#include "gamesrvd/control/listen.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "admin/socket.h"
#include "gamesrvd/control/peer.h"

enum { BACKLOG = 128 };

static enum exit_code fail(struct buf *why, int error, const char *fmt, ...) PRINTF(3, 4);
static enum exit_code fail(struct buf *why, int error, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	buf_vprintf(why, fmt, args);
	va_end(args);
	return exit_code_of_errno(error);
}

/* Readers must be able to reach the socket; without the right to give it to their group nothing is lost. */
static void give_to_readers(const char *path)
{
	gid_t readers = peer_readers_group();

	if (readers != (gid_t)-1)
		(void)!lchown(path, (uid_t)-1, readers);
}

static enum exit_code make_directory(const char *path, struct buf *why)
{
	char dir[ADMIN_SOCKET_MAX];
	char *slash;
	struct stat st;

	memcpy(dir, path, strlen(path) + 1);
	slash = strrchr(dir, '/');
	if (slash == NULL || slash == dir)
		return EXIT_DONE;
	*slash = '\0';
	if (mkdir(dir, 0750) == 0) {
		give_to_readers(dir);
		return EXIT_DONE;
	}
	if (errno != EEXIST)
		return fail(why, errno,
			    "cannot make the socket's directory %s: %s; choose another with "
			    "--socket",
			    dir, strerror(errno));
	if (stat(dir, &st) < 0 || !S_ISDIR(st.st_mode))
		return fail(why, ENOTDIR, "the socket's directory %s is not a directory", dir);
	if ((st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX))
		return fail(why, EPERM,
			    "anybody may write into the socket's directory %s and could put "
			    "a socket of their own there; run `chmod o-w %s` or choose another "
			    "with --socket",
			    dir, dir);
	return EXIT_DONE;
}

static enum exit_code take_lock(const char *path, struct listen_socket *out, struct buf *why)
{
	CLEANUP(buf_free) struct buf name = {0};
	long holder;
	int rc;

	buf_printf(&name, "%s.lock", path);
	rc = name.failed ? -ENOMEM : lock_take(name.p, &out->lock, &holder);
	if (rc == -EBUSY)
		return fail(why, EBUSY,
			    "gamesrvd (pid %ld) already serves %s; stop it, or choose another "
			    "socket with --socket",
			    holder, path);
	if (rc < 0)
		return fail(why, -rc, "cannot lock %s.lock: %s", path, strerror(-rc));
	return EXIT_DONE;
}

static bool somebody_listens(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool answered =
		fd >= 0 && (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
			    errno == EAGAIN);

	if (fd >= 0)
		close(fd);
	return answered;
}

/* With the lock held, a socket file is either stale or of a program that does not know our lock. */
static enum exit_code clear_path(const struct sockaddr_un *address, struct buf *why)
{
	const char *path = address->sun_path;
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? EXIT_DONE
				       : fail(why, errno, "%s: %s", path, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return fail(why, EBUSY,
			    "%s exists and is not a socket; remove it, or choose another path "
			    "with --socket",
			    path);
	if (somebody_listens(address))
		return fail(why, EBUSY,
			    "another program answers on %s; stop it, or choose another socket "
			    "with --socket",
			    path);
	if (unlink(path) < 0)
		return fail(why, errno, "cannot remove the stale socket %s: %s", path,
			    strerror(errno));
	return EXIT_DONE;
}

static enum exit_code bind_here(const struct sockaddr_un *address, struct listen_socket *out,
				struct buf *why)
{
	struct stat st;
	mode_t before;
	int rc;

	out->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (out->fd < 0)
		return fail(why, errno, "cannot make a socket: %s", strerror(errno));
	before = umask(0117);
	rc = bind(out->fd, (const struct sockaddr *)address, sizeof(*address));
	umask(before);
	if (rc < 0)
		return fail(why, errno, "cannot bind %s: %s", address->sun_path, strerror(errno));
	give_to_readers(address->sun_path);
	out->path = strdup(address->sun_path);
	if (out->path == NULL || lstat(out->path, &st) < 0)
		return fail(why, ENOMEM, "%s: %s", address->sun_path, strerror(errno));
	out->device = st.st_dev;
	out->inode = st.st_ino;
	return EXIT_DONE;
}

enum exit_code listen_unix(const char *path, struct listen_socket *out, struct buf *why)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *problem = admin_socket_problem(path);
	enum exit_code rc;

	*out = (struct listen_socket){.fd = -1, .lock = {-1, NULL}};
	if (problem != NULL) {
		buf_printf(why, "%s: %s", path, problem);
		return EXIT_USAGE;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	rc = make_directory(path, why);
	if (rc == EXIT_DONE)
		rc = take_lock(path, out, why);
	if (rc == EXIT_DONE)
		rc = clear_path(&address, why);
	if (rc == EXIT_DONE)
		rc = bind_here(&address, out, why);
	if (rc != EXIT_DONE)
		listen_close(out);
	return rc;
}

int listen_start(const struct listen_socket *s)
{
	return listen(s->fd, BACKLOG) < 0 ? -errno : 0;
}

void listen_close(struct listen_socket *s)
{
	struct stat st;

	if (s->fd >= 0)
		close(s->fd);
	if (s->path != NULL && lstat(s->path, &st) == 0 && st.st_dev == s->device &&
	    st.st_ino == s->inode)
		unlink(s->path);
	free(s->path);
	lock_release(&s->lock, true);
	*s = (struct listen_socket){.fd = -1, .lock = {-1, NULL}};
}
