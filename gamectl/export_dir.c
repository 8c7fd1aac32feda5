/* gamectl/export_dir.c */
#include "export_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "write_file.h"

static bool is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

bool export_dir_may(struct export_dir *to)
{
	DIR *dir = opendir(to->path);
	const struct dirent *e;

	to->empty = true;
	if (!dir && errno == ENOENT)
		return true;
	if (!dir) {
		to->errnum = errno;
		return false;
	}
	to->exists = true;
	while (to->empty && (e = readdir(dir)))
		to->empty = is_dot(e->d_name);
	(void)closedir(dir);
	return to->empty || to->force;
}

static int write_files(struct export_dir *to, const char *root, const json_t *files)
{
	int dir = open(root, O_DIRECTORY | O_RDONLY | O_CLOEXEC), rc = 0;
	const char *path;
	json_t *text;

	if (dir < 0)
		return -errno;
	json_object_foreach((json_t *)files, path, text)
	{
		rc = write_file_at(dir, path,
				   (struct str){json_string_value(text), json_string_length(text)},
				   0666);
		if (rc < 0) {
			to->failed = path;
			break;
		}
	}
	(void)close(dir);
	return rc;
}

/* Every *.yaml below `at` that is none of `files`: it would be part of a bundle read from here. */
static void find_others(struct arena *mem, struct export_dir *to, const char *at,
			const json_t *files)
{
	DIR *dir = opendir(at[0] ? arena_printf(mem, "%s/%s", to->path, at).p : to->path);
	const struct dirent *e;

	while (dir && (e = readdir(dir))) {
		const char *path = arena_printf(mem, "%s%s%s", at, at[0] ? "/" : "", e->d_name).p;

		if (e->d_name[0] == '.')
			continue;
		if (e->d_type == DT_DIR)
			find_others(mem, to, path, files);
		else if (str_ends(str_of(path), STR(".yaml")) && !json_object_get(files, path))
			vec_add(mem, &to->others, path);
	}
	if (dir)
		(void)closedir(dir);
}

/* Only what write_files() made lies in there. */
static void remove_contents(struct arena *mem, const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *e;

	while (dir && (e = readdir(dir))) {
		const char *inner = arena_printf(mem, "%s/%s", path, e->d_name).p;

		if (is_dot(e->d_name))
			continue;
		if (unlink(inner) < 0 && (errno == EISDIR || errno == EPERM)) {
			remove_contents(mem, inner);
			(void)rmdir(inner);
		}
	}
	if (dir)
		(void)closedir(dir);
}

static int write_fresh(struct arena *mem, struct export_dir *to, const json_t *files)
{
	struct str name = str_of(to->path);
	const char *fresh;
	int rc;

	while (name.n > 1 && name.p[name.n - 1] == '/')
		name.n--;
	fresh = arena_printf(mem, STR_FMT ".%ld.tmp", STR_ARG(name), (long)getpid()).p;
	if (mkdir(fresh, 0777) < 0)
		return -errno;
	rc = write_files(to, fresh, files);
	/* rename() refuses when somebody put something there meanwhile. */
	if (rc == 0 && rename(fresh, arena_cstr(mem, name)) < 0)
		rc = -errno;
	if (rc < 0) {
		remove_contents(mem, fresh);
		(void)rmdir(fresh);
	}
	return rc;
}

int export_dir_write(struct arena *mem, struct export_dir *to, const json_t *files)
{
	int rc;

	if (!to->exists)
		return write_fresh(mem, to, files);
	rc = write_files(to, to->path, files);
	if (rc == 0)
		find_others(mem, to, "", files);
	else if (to->empty)
		remove_contents(mem, to->path);
	return rc;
}
