/* gamesrvd/main.c
 * The order of start and stop. Everything happens elsewhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/time.h"
#include "conf/render.h"
#include "gamesrvd/check.h"
#include "gamesrvd/config/config.h"
#include "gamesrvd/control/control.h"
#include "gamesrvd/control/json.h"
#include "gamesrvd/control/listen.h"
#include "gamesrvd/datadir.h"
#include "gamesrvd/drain/players.h"
#include "gamesrvd/host.h"
#include "gamesrvd/loop/loop.h"
#include "gamesrvd/net/listener.h"
#include "gamesrvd/net/net.h"
#include "gamesrvd/notify.h"
#include "gamesrvd/obs/log_sink.h"
#include "gamesrvd/options.h"
#include "gamesrvd/reload.h"
#include "gamesrvd/rooms/room.h"
#include "gamesrvd/shutdown.h"
#include "gamesrvd/store/store.h"
#include "schemas/builtin.h"

struct process {
	struct daemon d;
	struct options options;
	struct lock data_lock;
	struct listen_socket socket;
	int http_fd;
	struct listen_options listen;
	struct host *host;
	struct shutdown shutdown;
	struct players players;
	struct reload reload;
};

static enum exit_code fail(struct buf *why, const char *what)
{
	buf_printf(why, "cannot %s: %s", what, strerror(errno));
	return EXIT_INTERNAL;
}

static enum exit_code start_threads(struct process *p, struct buf *why)
{
	p->d.control_thread = thread_adopt("control");
	if (p->d.control_thread == NULL)
		return fail(why, "make an event loop");
	p->d.work = thread_start("work");
	p->d.live = p->d.work ? thread_start("live") : NULL;
	return p->d.live ? EXIT_DONE : fail(why, "start a thread");
}

static enum exit_code open_store(struct process *p, struct buf *why)
{
	return store_open(p->d.data, &p->d.store, why) < 0 ? EXIT_INTERNAL : EXIT_DONE;
}

static enum exit_code boot(struct process *p, struct buf *why)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("boot");
	CLEANUP(buf_free) struct buf text = {0};
	struct conf_render how = {.colour = isatty(STDERR_FILENO)};
	struct diags d = diags_into(mem);
	int rc = config_boot(p->d.config, &d, why);

	if (rc == 0)
		return EXIT_DONE;
	conf_render_text(&text, &d, &how);
	if (text.n)
		fwrite(text.p, 1, text.n, stderr);
	if (why->n == 0)
		buf_printf(why, "the configuration has %zu errors", d.errors);
	return rc == -EINVAL ? EXIT_INVALID : EXIT_INTERNAL;
}

static enum exit_code open_config(struct process *p, struct buf *why)
{
	struct config_options options = {.bundle = p->options.bundle,
					 .watch = p->options.watch,
					 .strict_boot = p->options.strict_boot,
					 .caps = yaml_caps_default};
	struct config_host host;
	struct config_part listeners;

	p->listen = (struct listen_options){p->options.listen, p->options.listen_count};
	listeners = listeners_part(&p->listen);
	p->host = host_new(&p->d);
	if (p->host == NULL)
		return fail(why, "start");
	host = host_of(p->host);
	if (config_open(&options, p->d.store, &host, &p->d.config) < 0)
		return fail(why, "start");
	config_add_part(p->d.config, &listeners);
	return boot(p, why);
}

static unsigned cores(void)
{
	cpu_set_t mine;

	return sched_getaffinity(0, sizeof(mine), &mine) == 0 ? (unsigned)CPU_COUNT(&mine) : 1;
}

/* As many as Server.loops of the revision in force says. */
static enum exit_code start_loops(struct process *p, struct buf *why)
{
	struct conf_set *set = config_snapshot(p->d.config, NULL);
	int32_t wanted = conf_server_of(set)->loops;
	unsigned count = wanted > 0 ? (unsigned)wanted : cores();

	conf_set_unref(set);
	p->d.rooms = room_directory_new();
	p->d.loops = p->d.rooms ? loops_start(count, config_publication(p->d.config)) : NULL;
	if (p->d.loops == NULL)
		return fail(why, "start the loops");
	log_info("loops: %u", p->d.loops->count);
	return EXIT_DONE;
}

/* Nobody gets in before net_listen(). */
static enum exit_code open_players(struct process *p, struct buf *why)
{
	struct net_options options = {p->d.data, p->options.listen, p->options.listen_count,
				      p->d.rooms};

	return net_open(&options, p->d.loops, &p->d.net, why) < 0 ? EXIT_INTERNAL : EXIT_DONE;
}

/* --http, or Server.http of the revision in force. */
static enum exit_code open_http(struct process *p, struct buf *why)
{
	struct conf_set *set = config_snapshot(p->d.config, NULL);
	CLEANUP(arena_freep) struct arena *mem = arena_new("address");
	CLEANUP(buf_free) struct buf bound = {0};
	struct str configured = conf_server_of(set)->http;
	const char *address = p->options.http;
	enum exit_code rc = EXIT_DONE;

	if (address == NULL && configured.n)
		address = arena_cstr(mem, configured);
	conf_set_unref(set);
	if (address != NULL)
		rc = listen_loopback(address, &p->http_fd, &bound, why);
	if (rc == EXIT_DONE && address != NULL)
		log_info("metrics and health on http://" STR_FMT "/", STR_ARG(buf_str(&bound)));
	return rc;
}

/* Cordons and drains of before hold from here on, before anybody gets in. */
static enum exit_code open_drain(struct process *p, struct buf *why)
{
	struct drain_host host = {
		.live = p->d.live,
		.store = p->d.store,
		.config = p->d.config,
		.rooms = players_rooms,
		.exists = players_exists,
		.ctx = &p->players,
		.waiting = shutdown_waiting,
		.gone = shutdown_gone,
		.stop_ctx = &p->shutdown,
	};

	p->players = (struct players){p->d.loops, p->d.rooms, p->d.net, p->d.config, {0}, {0}};
	host.world = players_world(&p->players);
	p->d.drain = drain_open(&host, why);
	if (p->d.drain == NULL)
		return EXIT_INTERNAL;
	drain_serve(p->d.drain);
	return EXIT_DONE;
}

static enum exit_code serve(struct process *p, struct buf *why)
{
	int rc = listen_start(&p->socket);

	if (rc < 0) {
		buf_printf(why, "cannot listen on %s: %s", p->d.socket, strerror(-rc));
		return EXIT_INTERNAL;
	}
	p->d.control = control_open(&p->d, p->socket.fd, p->http_fd);
	if (p->d.control == NULL)
		return fail(why, "serve the admin API");
	p->socket.fd = p->http_fd = -1; /* control's now */
	host_attach(p->host);
	shutdown_watch(&p->shutdown, &p->d);
	reload_watch(&p->reload, &p->d);
	if (net_listen(p->d.net, why) < 0)
		return EXIT_INTERNAL;
	atomic_store(&p->d.state, DAEMON_READY);
	log_info("ready: gamesrvd " GAMESRV_VERSION ", admin API on %s", p->d.socket);
	notify("READY=1\nSTATUS=ready");
	thread_run(p->d.control_thread);
	return EXIT_DONE;
}

static enum exit_code run(struct process *p, struct buf *why)
{
	enum exit_code rc = datadir_open(p->d.data, &p->data_lock, why);

	if (rc == EXIT_DONE)
		rc = listen_unix(p->d.socket, &p->socket, why);
	if (rc == EXIT_DONE)
		rc = start_threads(p, why);
	if (rc == EXIT_DONE)
		rc = open_store(p, why);
	if (rc == EXIT_DONE)
		rc = open_config(p, why);
	if (rc == EXIT_DONE)
		rc = start_loops(p, why);
	if (rc == EXIT_DONE)
		rc = open_players(p, why);
	if (rc == EXIT_DONE)
		rc = open_http(p, why);
	if (rc == EXIT_DONE)
		rc = open_drain(p, why);
	if (rc == EXIT_DONE)
		rc = serve(p, why);
	return rc;
}

static void stop(struct process *p)
{
	host_detach(p->host);
	thread_stop(p->d.work);
	thread_stop(p->d.live);
	drain_close(p->d.drain);
	net_close(p->d.net);
	loops_stop(p->d.loops);
	room_directory_free(p->d.rooms);
	control_close(p->d.control);
	config_close(p->d.config);
	store_close(p->d.store);
	host_free(p->host);
	thread_stop(p->d.control_thread);
	if (p->http_fd >= 0)
		close(p->http_fd);
	listen_close(&p->socket);
	lock_release(&p->data_lock, false);
}

/* A descriptor 0 to 2 that is closed would be taken by the next file opened, and the log written into it. */
static void occupy_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDWR) < 0)
			abort();
	}
}

static enum exit_code print(const char *what, void (*text)(struct buf *out))
{
	CLEANUP(buf_free) struct buf out = {0};

	text(&out);
	if (out.failed || fwrite(out.p, 1, out.n, stdout) != out.n || fflush(stdout) != 0) {
		fprintf(stderr, "gamesrvd: cannot print the %s: %s\n", what, strerror(errno));
		return EXIT_INTERNAL;
	}
	return EXIT_DONE;
}

static void version(struct buf *out)
{
	buf_add(out, STR("gamesrvd " GAMESRV_VERSION "\n"));
}

/* Who reads the status is in another directory. As it was given where the whole would be too long. */
static const char *absolute(const char *path, struct buf *room, size_t max)
{
	char cwd[PATH_MAX];

	if (path == NULL || path[0] == '/' || getcwd(cwd, sizeof(cwd)) == NULL)
		return path;
	buf_printf(room, "%s/%s", cwd, path);
	buf_addc(room, '\0');
	return room->failed || room->n > max ? path : room->p;
}

static enum exit_code run_daemon(struct process *p)
{
	CLEANUP(buf_free) struct buf why = {0};
	CLEANUP(buf_free) struct buf data = {0};
	CLEANUP(buf_free) struct buf bundle = {0};
	CLEANUP(buf_free) struct buf path = {0};
	enum exit_code rc;

	p->d.socket = absolute(p->options.socket, &path, ADMIN_SOCKET_MAX);
	p->d.data = absolute(p->options.data, &data, PATH_MAX);
	p->options.bundle = absolute(p->options.bundle, &bundle, PATH_MAX);
	p->d.started_wall_us = time_wall_us();
	p->d.started_mono_us = time_mono_us();
	options_overrides(&p->options, &p->d);
	log_sink_open(p->options.log_level);
	rc = run(p, &why);
	if (rc != EXIT_DONE)
		log_error(STR_FMT, STR_ARG(buf_str(&why)));
	stop(p);
	if (rc == EXIT_DONE)
		log_info("stopped");
	return rc;
}

int main(int argc, char **argv)
{
	CLEANUP(buf_free) struct buf why = {0};
	struct process p = {
		.data_lock = {-1, NULL}, .socket = {.fd = -1, .lock = {-1, NULL}}, .http_fd = -1};
	enum exit_code rc;

	occupy_standard_descriptors();
	signal(SIGPIPE, SIG_IGN);
	json_watch_memory();
	signal(SIGXFSZ, SIG_IGN); /* a file at its limit is an error of the write */
	rc = options_read(argc, argv, &p.options, &why);
	if (rc != EXIT_DONE) {
		CLEANUP(buf_free) struct buf safe = {0}; /* the words are anybody's */

		conf_render_safe(&safe, buf_str(&why));
		fprintf(stderr, "gamesrvd: error: " STR_FMT "\n", STR_ARG(buf_str(&safe)));
		return rc;
	}
	if (p.options.check && p.options.ask == OPTIONS_RUN)
		return check_run(&p.options);
	switch (p.options.ask) {
	case OPTIONS_HELP: return print("help", options_help);
	case OPTIONS_VERSION: return print("version", version);
	case OPTIONS_MAN: return print("manual page", options_man);
	case OPTIONS_RUN: break;
	}
	return run_daemon(&p);
}
