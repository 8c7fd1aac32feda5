/* gamesrvd/check.c */
#include "gamesrvd/check.h"

#include <stdio.h>
#include <unistd.h>

#include "conf/bundle.h"
#include "conf/render.h"
#include "gamesrvd/control/listen.h"
#include "gamesrvd/datadir.h"
#include "gamesrvd/store/store.h"

static void say(const char *what, const char *name, const struct buf *why)
{
	CLEANUP(buf_free) struct buf line = {0};

	conf_render_safe(&line, buf_str(why));
	if (why->n == 0)
		printf("%s %s: fine\n", what, name);
	else
		fprintf(stderr, "gamesrvd: error: " STR_FMT "\n", STR_ARG(buf_str(&line)));
}

static enum exit_code check_bundle(const char *path)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("bundle");
	CLEANUP(buf_free) struct buf text = {0};
	struct conf_render how = {.colour = isatty(STDERR_FILENO)};
	struct conf_load load = {.caps = yaml_caps_default};
	struct diags d = diags_into(mem);
	struct conf_set *set = NULL;
	struct bundle bundle;
	int rc = bundle_read(mem, path, &load.caps, &bundle, &d);

	if (rc == 0)
		rc = conf_set_load(bundle.files.items, bundle.files.count, &load, &set, &d);
	conf_render_text(&text, &d, &how);
	if (text.n)
		fwrite(text.p, 1, text.n, stderr);
	if (rc == 0 && d.errors == 0)
		printf("bundle %s: fine, %u documents\n", path, (unsigned)set->doc_count);
	else
		fprintf(stderr, "gamesrvd: error: bundle %s: %zu errors\n", path, d.errors);
	conf_set_unref(set);
	return rc == 0 && d.errors == 0 ? EXIT_DONE : EXIT_INVALID;
}

static enum exit_code check_data(const char *path)
{
	CLEANUP(buf_free) struct buf why = {0};
	struct store *store = NULL;
	struct lock lock;
	enum exit_code rc = datadir_open(path, &lock, &why);

	if (rc == EXIT_DONE && store_open(path, &store, &why) < 0)
		rc = EXIT_INTERNAL;
	store_close(store);
	lock_release(&lock, false);
	say("data directory", path, &why);
	return rc;
}

static enum exit_code check_socket(const char *path)
{
	CLEANUP(buf_free) struct buf why = {0};
	struct listen_socket socket;
	enum exit_code rc = listen_unix(path, &socket, &why);

	listen_close(&socket);
	say("socket", path, &why);
	return rc;
}

static enum exit_code check_http(const char *address)
{
	CLEANUP(buf_free) struct buf why = {0}, bound = {0};
	int fd;
	enum exit_code rc = listen_loopback(address, &fd, &bound, &why);

	if (fd >= 0)
		close(fd);
	say("address", address, &why);
	return rc;
}

static void keep_first(enum exit_code *first, enum exit_code rc)
{
	if (*first == EXIT_DONE)
		*first = rc;
}

enum exit_code check_run(const struct options *o)
{
	enum exit_code first = EXIT_DONE;

	if (o->bundle != NULL)
		keep_first(&first, check_bundle(o->bundle));
	keep_first(&first, check_data(o->data));
	keep_first(&first, check_socket(o->socket));
	if (o->http != NULL)
		keep_first(&first, check_http(o->http));
	if (fflush(stdout) != 0)
		keep_first(&first, EXIT_INTERNAL);
	return first;
}
