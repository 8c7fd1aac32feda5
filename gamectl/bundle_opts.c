/* gamectl/bundle_opts.c */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "args.h"
#include "bundle_opts.h"

struct yaml_caps bundle_caps(const struct cmd_call *call)
{
	struct yaml_caps caps = yaml_caps_default;

	if (!cmd_option_find(call->cmd, STR("max-depth"), 0))
		return caps;
	caps.depth = (uint32_t)cmd_int(call, "max-depth");
	caps.file_bytes = (uint32_t)cmd_bytes(call, "max-file");
	caps.scalar_bytes = (uint32_t)cmd_bytes(call, "max-scalar");
	caps.bundle_bytes = cmd_bytes(call, "max-bundle");
	caps.documents = (uint32_t)cmd_int(call, "max-documents");
	return caps;
}

int bundle_check_path(struct cmd_call *call, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0)
		return EXIT_DONE;
	if (errno == ENOENT || errno == ENOTDIR)
		return cmd_error(call, EXIT_USAGE,
				 "name the directory of a bundle; . is the one you are in",
				 "%s: %s", path, strerror(errno));
	return cmd_error(call, EXIT_INTERNAL, NULL, "%s: %s", path, strerror(errno));
}

int bundle_load_files(struct cmd_call *call, const char *path, struct bundle *out, struct diags *d)
{
	const struct yaml_caps caps = bundle_caps(call);
	int code = bundle_check_path(call, path), r;

	if (code != EXIT_DONE)
		return code;
	cmd_progress(call, "reading %s", path);
	r = bundle_read_texts(call->mem, path, &caps, out, d);
	if (r == 0)
		return EXIT_DONE;
	if (d->list.count > 0) {
		const struct conf_finding *f = &d->list.items[d->list.count - 1];
		bool named = str_starts(f->message, str_of(path));

		return cmd_error(call, r == -EINVAL ? EXIT_USAGE : EXIT_INTERNAL,
				 f->hint.n ? arena_cstr(call->mem, f->hint) : NULL, "%s%s" STR_FMT,
				 named ? "" : path, named ? "" : ": ", STR_ARG(f->message));
	}
	return cmd_error(call, EXIT_INTERNAL, NULL, "%s: %s", path, strerror(-r));
}

struct conf_set *bundle_check(struct cmd_call *call, const struct conf_input *files, size_t count,
			      unsigned threads, struct diags *d)
{
	/* The files' texts lie in the call's arena, or in a reply that is kept until the set is gone. */
	const struct conf_load how = {
		.caps = bundle_caps(call),
		.threads = threads,
		.borrow = true,
	};
	struct conf_set *set = NULL;

	cmd_progress(call, "checking %zu files", count);
	if (conf_set_load(files, count, &how, &set, d) < 0) {
		(void)cmd_error(call, EXIT_INTERNAL,
				"split the bundle, or give the process more memory",
				"out of memory while checking %zu files", count);
		return NULL;
	}
	cmd_progress_end(call);
	return set;
}

int bundle_load(struct cmd_call *call, const char *path, struct conf_set **set)
{
	struct diags d = diags_into(call->mem);
	struct bundle files = {0};
	int code = bundle_load_files(call, path, &files, &d);

	if (code != EXIT_DONE)
		return code;
	*set = bundle_check(call, files.files.items, files.files.count, 0, &d);
	if (!*set)
		return EXIT_INTERNAL;
	return d.errors ? cmd_fail(call, &d) : EXIT_DONE;
}

bool bundle_is_here(const char *dir)
{
	CLEANUP(buf_free) struct buf path = {0};
	struct stat st;

	buf_printf(&path, "%s/schemas", dir);
	return !path.failed && stat(path.p, &st) == 0 && S_ISDIR(st.st_mode);
}

const char *bundle_around(struct arena *mem, const char *file)
{
	char *real = realpath(file, NULL);
	const char *found = NULL;
	struct str dir = str_of(real);

	while (!found && dir.n > 1) {
		do
			dir.n--;
		while (dir.n > 0 && dir.p[dir.n] != '/');
		char *candidate = arena_cstr(mem, dir.n ? dir : STR("/"));

		if (bundle_is_here(candidate))
			found = candidate;
	}
	free(real);
	return found;
}
