/* gamectl/saved_plan.c */
#include "saved_plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "conf/bundle.h"
#include "write_file.h"

#define FILE_MAX ((off_t)512 << 20) /* a bundle of 64 MiB, every byte escaped */

/* Of everything but itself, keys in order: the same for every program that writes JSON otherwise. */
static bool integrity_of(const json_t *root, char hex[DIGEST_HEX_SIZE])
{
	json_t *rest = json_copy((json_t *)root);
	char *text = NULL;
	uint8_t digest[DIGEST_SIZE];

	if (rest) {
		(void)json_object_del(rest, "integrity");
		text = json_dumps(rest, JSON_COMPACT | JSON_SORT_KEYS);
	}
	json_decref(rest);
	if (!text)
		return false;
	digest_of(str_of(text), digest);
	digest_hex(digest, hex);
	free(text);
	return true;
}

bool saved_plan_seal(json_t *root)
{
	char hex[DIGEST_HEX_SIZE];

	return integrity_of(root, hex) &&
	       json_object_set_new(root, "integrity", json_string(hex)) == 0;
}

int saved_plan_write(const char *path, const struct saved_plan *plan)
{
	json_t *root = json_pack("{s:s,s:i,s:s,s:s,s:s,s:I,s:s,s:I,s:s,s:O,s:O}", "apiVersion",
				 "gamesrv/v1", "saved_plan", SAVED_PLAN_FORMAT, "written_by",
				 "gamectl " GAMESRV_VERSION, "created", plan->created, "bundle",
				 plan->bundle, "base_revision", (json_int_t)plan->base_revision,
				 "base_digest", plan->base_digest, "allow_delete",
				 (json_int_t)plan->allow_delete, "digest", plan->digest, "files",
				 plan->files, "unchanged", plan->unchanged);
	char *text = NULL;
	int rc = -ENOMEM;

	if (root && saved_plan_seal(root))
		text = json_dumps(root, JSON_INDENT(1));
	if (text)
		rc = write_file(path, str_of(text), 0600);
	free(text);
	json_decref(root);
	return rc;
}

static bool wrong(struct buf *problem, const char *fmt, ...) PRINTF(2, 3);
static bool wrong(struct buf *problem, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	buf_vprintf(problem, fmt, args);
	va_end(args);
	return false;
}

static bool damaged(struct buf *problem, const char *what)
{
	return wrong(problem,
		     "is damaged: \"%s\" is missing or of another type; make it again with "
		     "gamectl plan --out",
		     what);
}

static const char *digest_text(const json_t *v)
{
	uint8_t digest[DIGEST_SIZE];

	if (!json_is_string(v) ||
	    !digest_parse((struct str){json_string_value(v), json_string_length(v)}, digest))
		return NULL;
	return json_string_value(v);
}

static bool check_path(const char *path, size_t n, struct buf *problem)
{
	const char *fault = bundle_path_problem((struct str){path, n});

	if (!fault)
		return true;
	buf_add(problem, STR("holds the path \""));
	buf_add(problem, (struct str){path, n});
	return wrong(problem, "\", which is no path of a bundle: %s", fault);
}

static bool check_files(const struct saved_plan *plan, struct buf *problem)
{
	const char *path;
	size_t n;
	json_t *v;

	json_object_keylen_foreach(plan->files, path, n, v)
	{
		if (!check_path(path, n, problem))
			return false;
		if (!json_is_string(v))
			return damaged(problem, "files");
	}
	json_object_keylen_foreach(plan->unchanged, path, n, v)
	{
		if (!check_path(path, n, problem))
			return false;
		if (!digest_text(v))
			return damaged(problem, "unchanged");
		if (json_object_getn(plan->files, path, n))
			return damaged(problem, "files");
	}
	return true;
}

static bool check_format(const json_t *root, struct buf *problem)
{
	const json_t *format = json_object_get(root, "saved_plan");
	const char *by = json_string_value(json_object_get(root, "written_by"));

	if (!json_is_object(root) || !json_is_integer(format))
		return wrong(problem,
			     "is no saved plan (gamectl plan --out FILE writes one) and no "
			     "directory");
	if (json_integer_value(format) == SAVED_PLAN_FORMAT)
		return true;
	return wrong(problem,
		     "is a saved plan in format %lld%s%.40s, but gamectl " GAMESRV_VERSION
		     " reads format %d; make it again with this one",
		     (long long)json_integer_value(format), by ? ", by " : "", by ? by : "",
		     SAVED_PLAN_FORMAT);
}

static bool check_integrity(const json_t *root, struct buf *problem)
{
	const json_t *given = json_object_get(root, "integrity");
	char hex[DIGEST_HEX_SIZE];

	if (!json_is_string(given))
		return damaged(problem, "integrity");
	if (!integrity_of(root, hex))
		return wrong(problem, "does not fit into memory");
	if (strcmp(hex, json_string_value(given)) == 0)
		return true;
	return wrong(problem,
		     "was changed after it was written (its digest differs); make it again "
		     "with gamectl plan --out");
}

static bool take_number(const json_t *root, const char *key, int64_t *out, struct buf *problem)
{
	const json_t *v = json_object_get(root, key);

	*out = (int64_t)json_integer_value(v);
	return json_is_integer(v) && *out >= 0 ? true : damaged(problem, key);
}

static bool take_text(const json_t *root, const char *key, const char **out, struct buf *problem)
{
	*out = json_string_value(json_object_get(root, key));
	return *out ? true : damaged(problem, key);
}

static bool take_base_digest(struct saved_plan *out, struct buf *problem)
{
	const json_t *v = json_object_get(out->root, "base_digest");

	out->base_digest = json_string_value(v);
	if (out->base_digest && out->base_digest[0] == '\0')
		return true;
	return digest_text(v) ? true : damaged(problem, "base_digest");
}

static bool take_fields(struct saved_plan *out, struct buf *problem)
{
	const json_t *root = out->root;

	out->digest = digest_text(json_object_get(root, "digest"));
	out->files = json_object_get(root, "files");
	out->unchanged = json_object_get(root, "unchanged");
	if (!out->digest)
		return damaged(problem, "digest");
	if (!json_is_object(out->files))
		return damaged(problem, "files");
	if (!json_is_object(out->unchanged))
		return damaged(problem, "unchanged");
	return take_number(root, "base_revision", &out->base_revision, problem) &&
	       take_base_digest(out, problem) &&
	       take_number(root, "allow_delete", &out->allow_delete, problem) &&
	       take_text(root, "bundle", &out->bundle, problem) &&
	       take_text(root, "created", &out->created, problem) && check_files(out, problem);
}

bool saved_plan_parse(struct str text, struct saved_plan *out, struct buf *problem)
{
	json_error_t error;

	*out = (struct saved_plan){
		.root = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &error)};
	if (!out->root)
		return wrong(problem, "is no saved plan: line %d, column %d: %s", error.line,
			     error.column, error.text);
	if (check_format(out->root, problem) && check_integrity(out->root, problem) &&
	    take_fields(out, problem))
		return true;
	saved_plan_free(out);
	return false;
}

/* The whole file; false: told. */
static bool slurp(int fd, size_t size, struct buf *text, struct buf *problem)
{
	char block[65536];

	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));

		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return wrong(problem, "cannot be read: %s", strerror(errno));
		if (n > 0)
			buf_add(text, (struct str){block, (size_t)n});
		if (text->n > size + sizeof(block))
			return wrong(problem, "grows while it is read");
	}
	return text->failed ? wrong(problem, "does not fit into memory") : true;
}

bool saved_plan_read(const char *path, struct saved_plan *out, struct buf *problem)
{
	/* O_NONBLOCK: a pipe without a writer must not hold us. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	CLEANUP(buf_free) struct buf text = {0};
	struct stat st;
	bool ok = false;

	*out = (struct saved_plan){0};
	if (fd < 0 || fstat(fd, &st) < 0)
		(void)wrong(problem, "cannot be read: %s", strerror(errno));
	else if (!S_ISREG(st.st_mode))
		(void)wrong(problem, "is no regular file");
	else if (st.st_size > FILE_MAX)
		(void)wrong(problem, "is larger than 512 MiB, no saved plan is");
	else
		ok = slurp(fd, (size_t)st.st_size, &text, problem) &&
		     saved_plan_parse(buf_str(&text), out, problem);
	if (fd >= 0)
		(void)close(fd);
	return ok;
}

void saved_plan_free(struct saved_plan *plan)
{
	json_decref(plan->root);
	*plan = (struct saved_plan){0};
}
