/* gamectl/write_file.c */
#include "write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(int fd, struct str text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			text = (struct str){text.p + n, text.n - (size_t)n};
	}
	return fsync(fd) == 0 || errno == EINVAL || errno == EROFS ? 0 : -errno;
}

static int fill(int dir, const char *temp, const char *path, struct str text, mode_t mode)
{
	int fd = openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	int rc;

	if (fd < 0)
		return -errno;
	rc = write_all(fd, text);
	if (close(fd) < 0 && rc == 0)
		rc = -errno;
	if (rc == 0 && renameat(dir, temp, dir, path) < 0)
		rc = -errno;
	if (rc < 0)
		(void)unlinkat(dir, temp, 0);
	return rc;
}

static int make_parents(int dir, const char *path)
{
	char part[PATH_MAX];

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		size_t n = (size_t)(slash - path);

		if (n >= sizeof(part))
			return -ENAMETOOLONG;
		memcpy(part, path, n);
		part[n] = '\0';
		if (mkdirat(dir, part, 0777) < 0 && errno != EEXIST)
			return -errno;
	}
	return 0;
}

/* ".NAME.PID.tmp" beside PATH: a dotfile, so that no bundle takes it for a document. */
static int temp_name(const char *path, char out[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	int head = slash ? (int)(slash - path) + 1 : 0;
	int n = snprintf(out, PATH_MAX, "%.*s.%s.%ld.tmp", head, path, path + head, (long)getpid());

	return n > 0 && n < PATH_MAX ? 0 : -ENAMETOOLONG;
}

static int write_beside(int dir, const char *path, struct str text, mode_t mode)
{
	char temp[PATH_MAX];
	int rc = temp_name(path, temp);

	return rc < 0 ? rc : fill(dir, temp, path, text, mode);
}

/* A pipe or a device (/dev/stdout) is written to, never replaced. */
static int write_into(const char *path, struct str text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY), rc;

	if (fd < 0)
		return -errno;
	rc = write_all(fd, text);
	if (close(fd) < 0 && rc == 0)
		rc = -errno;
	return rc;
}

int write_file(const char *path, struct str text, mode_t mode)
{
	struct stat st;
	char *real;
	int rc;

	if (stat(path, &st) < 0)
		return write_beside(AT_FDCWD, path, text, mode);
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return write_into(path, text);
	/* A symbolic link stays one: what it points to is replaced. */
	real = realpath(path, NULL);
	rc = real ? write_beside(AT_FDCWD, real, text, mode) : -errno;
	free(real);
	return rc;
}

int write_file_at(int dir, const char *path, struct str text, mode_t mode)
{
	int rc = make_parents(dir, path);

	return rc < 0 ? rc : write_beside(dir, path, text, mode);
}
