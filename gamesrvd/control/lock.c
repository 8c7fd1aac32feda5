/* gamesrvd/control/lock.c */
#include "gamesrvd/control/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static long read_pid(int fd)
{
	char text[32] = "";
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	return n > 0 ? strtol(text, NULL, 10) : 0;
}

/* Between open and flock the holder may have removed the file: then this is a lock on a name that is gone. */
static bool still_there(int fd, const char *path)
{
	struct stat ours, named;

	return fstat(fd, &ours) == 0 && stat(path, &named) == 0 && ours.st_dev == named.st_dev &&
	       ours.st_ino == named.st_ino;
}

static int try_take(const char *path, long *holder)
{
	struct stat st;
	char text[32];
	int n, error, fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		error = errno == EWOULDBLOCK ? EBUSY : errno;
		*holder = read_pid(fd);
		close(fd);
		return -error;
	}
	if (!still_there(fd, path)) {
		close(fd);
		return -EAGAIN;
	}
	n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t)n, 0) != n) {
		error = errno ? errno : ENOSPC;
		close(fd);
		return -error;
	}
	return fd;
}

int lock_take(const char *path, struct lock *out, long *holder)
{
	int fd = -EAGAIN;

	*holder = 0;
	*out = (struct lock){-1, NULL};
	for (int tries = 0; fd == -EAGAIN && tries < 100; tries++)
		fd = try_take(path, holder);
	if (fd < 0)
		return fd;
	out->path = strdup(path);
	if (out->path == NULL) {
		close(fd);
		return -ENOMEM;
	}
	out->fd = fd;
	return 0;
}

void lock_release(struct lock *lock, bool remove)
{
	if (lock->fd < 0)
		return;
	if (remove)
		unlink(lock->path);
	close(lock->fd);
	free(lock->path);
	*lock = (struct lock){-1, NULL};
}
