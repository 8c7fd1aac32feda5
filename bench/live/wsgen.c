/* bench/live/wsgen.c
 * Options and the order of a run: connect, settle, then one of the modes. See gen.h for what is measured.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "gen.h"
#include "machine.h"

static const char usage[] =
	"usage: wsgen --port N [options]\n"
	"  --dialect D     peer (default), gamesrv or colyseus\n"
	"  --mode M        rate (default), knee, idle, or hold (only connects)\n"
	"  --clients N     1000;  --members N   of a room, 10;  --room-from N   first room's "
	"number, 0\n"
	"  --rate HZ       messages a second of each client (knee: to begin with), 10\n"
	"  --records N     of 32 bytes in a message, 1 to 4\n"
	"  --factor X      knee: from one rate to the next, 1.15;  --limit MS   its bound of p99, "
	"100\n"
	"  --enough X      knee: share that must be delivered, 0.99\n"
	"  --seconds S     of a window, 3;  --warm S   before it, 1;  --beat S   between "
	"heartbeats, 15\n"
	"  --server PID    whose CPU and memory is measured\n"
	"  --at-once N     connects under way, 128;  --per-address N   clients of one source "
	"address, 20000\n"
	"  --room-type T   gamesrv: rooms to join, \"bench\";  --paths FILE   colyseus: one path a "
	"line\n"
	"  --tag TEXT      stands in every line of output\n";

enum option_id {
	OPT_PORT = 1,
	OPT_DIALECT,
	OPT_MODE,
	OPT_CLIENTS,
	OPT_MEMBERS,
	OPT_ROOM_FROM,
	OPT_RATE,
	OPT_RECORDS,
	OPT_FACTOR,
	OPT_LIMIT,
	OPT_ENOUGH,
	OPT_SECONDS,
	OPT_WARM,
	OPT_BEAT,
	OPT_SERVER,
	OPT_AT_ONCE,
	OPT_PER_ADDRESS,
	OPT_ROOM_TYPE,
	OPT_PATHS,
	OPT_TAG
};

static const struct option long_options[] = {
	{"port", 1, NULL, OPT_PORT},
	{"dialect", 1, NULL, OPT_DIALECT},
	{"mode", 1, NULL, OPT_MODE},
	{"clients", 1, NULL, OPT_CLIENTS},
	{"members", 1, NULL, OPT_MEMBERS},
	{"room-from", 1, NULL, OPT_ROOM_FROM},
	{"rate", 1, NULL, OPT_RATE},
	{"records", 1, NULL, OPT_RECORDS},
	{"factor", 1, NULL, OPT_FACTOR},
	{"limit", 1, NULL, OPT_LIMIT},
	{"enough", 1, NULL, OPT_ENOUGH},
	{"seconds", 1, NULL, OPT_SECONDS},
	{"warm", 1, NULL, OPT_WARM},
	{"beat", 1, NULL, OPT_BEAT},
	{"server", 1, NULL, OPT_SERVER},
	{"at-once", 1, NULL, OPT_AT_ONCE},
	{"per-address", 1, NULL, OPT_PER_ADDRESS},
	{"room-type", 1, NULL, OPT_ROOM_TYPE},
	{"paths", 1, NULL, OPT_PATHS},
	{"tag", 1, NULL, OPT_TAG},
	{NULL, 0, NULL, 0},
};

static NORETURN void die(const char *why)
{
	fprintf(stderr, "wsgen: %s\n%s", why, usage);
	exit(2);
}

static const struct dialect *dialect_named(const char *name)
{
	static const struct dialect *const all[] = {&dialect_peer, &dialect_gamesrv,
						    &dialect_colyseus};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	}
	die("there is no such dialect");
}

static void set(struct gen *g, int option, const char *value)
{
	struct gen_options *o = &g->opt;
	double number = strtod(value, NULL);
	uint32_t count = (uint32_t)number;

	switch (option) {
	case OPT_PORT: o->port = (int)count; break;
	case OPT_DIALECT: g->dialect = dialect_named(value); break;
	case OPT_MODE: o->mode = value; break;
	case OPT_CLIENTS: o->clients = count; break;
	case OPT_MEMBERS: o->members = count; break;
	case OPT_ROOM_FROM: o->room_from = count; break;
	case OPT_RATE: o->rate_hz = number; break;
	case OPT_RECORDS: o->records = count; break;
	case OPT_FACTOR: o->factor = number; break;
	case OPT_LIMIT: o->limit_ms = number; break;
	case OPT_ENOUGH: o->enough = number; break;
	case OPT_SECONDS: o->seconds = number; break;
	case OPT_WARM: o->warm_s = number; break;
	case OPT_BEAT: o->beat_s = number; break;
	case OPT_SERVER: o->server = (pid_t)count; break;
	case OPT_AT_ONCE: o->at_once = count; break;
	case OPT_PER_ADDRESS: o->per_address = count; break;
	case OPT_ROOM_TYPE: o->room_type = value; break;
	case OPT_PATHS: o->paths = value; break;
	case OPT_TAG: o->tag = value; break;
	default: die("what was that?");
	}
}

static void read_paths(struct gen *g)
{
	FILE *f = fopen(g->opt.paths, "r");
	char line[256];

	g->paths = calloc(g->opt.clients, sizeof(char *));
	if (f == NULL || g->paths == NULL)
		die("cannot read --paths");
	for (uint32_t i = 0; i < g->opt.clients; i++) {
		if (fgets(line, sizeof(line), f) == NULL)
			die("--paths has too few lines");
		line[strcspn(line, "\r\n")] = '\0';
		g->paths[i] = strdup(line);
	}
	fclose(f);
}

static void connect_all(struct gen *g)
{
	pid_t server = g->opt.server;
	long rss = machine_rss_kb(server), rss_after;
	double cpu = machine_cpu_s(server), seconds = clients_connect(g);

	cpu = machine_cpu_s(server) - cpu;
	for (uint64_t end = gen_now() + 1000000000; gen_now() < end;)
		clients_pump(g, 10);
	rss_after = machine_rss_kb(server);
	printf("connect tag=%s clients=%u open=%u failed=%u seconds=%.2f per_second=%.0f "
	       "us_per_client=%.1f rss0_kb=%ld "
	       "rss_kb=%ld bytes_per_client=%.0f\n",
	       g->opt.tag, g->opt.clients, g->open, g->failed + g->dead, seconds, g->open / seconds,
	       cpu * 1e6 / g->opt.clients, rss, rss_after,
	       (double)(rss_after - rss) * 1024 / g->opt.clients);
	fflush(stdout);
}

static int run_mode(struct gen *g)
{
	static const struct {
		const char *name;
		int (*run)(struct gen *g);
	} modes[] = {{"rate", load_rate}, {"knee", load_knee}, {"idle", load_idle}};

	if (g->open == 0)
		return 1;
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		if (strcmp(modes[i].name, g->opt.mode) == 0)
			return modes[i].run(g);
	}
	return strcmp(g->opt.mode, "hold") == 0 ? 0 : 2;
}

int main(int argc, char **argv)
{
	static struct gen g = {
		.dialect = &dialect_peer,
		.opt = {.clients = 1000,
			.members = 10,
			.records = 1,
			.per_address = 20000,
			.at_once = 128,
			.rate_hz = 10,
			.factor = 1.15,
			.seconds = 3,
			.warm_s = 1,
			.limit_ms = 100,
			.beat_s = 15,
			.enough = 0.99,
			.mode = "rate",
			.room_type = "bench",
			.tag = "-"},
	};
	int option, rc;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		set(&g, option, optarg ? optarg : "");
	if (g.opt.records < 1 || g.opt.records > RECORDS_MAX)
		die("--records is 1 to 4");
	if (g.opt.port <= 0 || g.opt.clients == 0 || g.opt.members == 0 || optind != argc)
		die("--port, --clients and --members are numbers above 0");
	signal(SIGPIPE, SIG_IGN);
	if (g.opt.paths != NULL)
		read_paths(&g);
	if (!clients_init(&g))
		die("cannot have so many clients: raise the limit of descriptors");
	connect_all(&g);
	rc = run_mode(&g);
	load_end(&g);
	clients_leave(&g);
	return rc;
}
