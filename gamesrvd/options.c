/* gamesrvd/options.c */
#include "gamesrvd/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "conf/suggest.h"
#include "gamesrvd/control/listen.h"

struct option {
	const char *name;
	const char *arg;   /* NULL: takes none */
	const char *field; /* of the Server document that it wins over; NULL: none */
	const char *doc;   /* lines of help, separated by \n */
	/* NULL: fine; else what is wrong with the value. */
	const char *(*set)(struct options *o, const char *value);
};

static const char *set_bundle(struct options *o, const char *value)
{
	o->bundle = value;
	return NULL;
}

static const char *set_data(struct options *o, const char *value)
{
	o->data = value;
	return strlen(value) < 4000 ? NULL : "is longer than 4000 bytes";
}

static const char *set_socket(struct options *o, const char *value)
{
	o->socket = value;
	return admin_socket_problem(value);
}

static const char *set_listen(struct options *o, const char *value)
{
	for (size_t i = 0; i < o->listen_count; i++) {
		if (strcmp(o->listen[i], value) == 0)
			return "is given twice";
	}
	if (o->listen_count == OPTIONS_LISTEN_MAX)
		return "is one address too many; at most 16 can be listened on";
	o->listen[o->listen_count++] = value;
	return listen_address_problem(value, false);
}

static const char *set_http(struct options *o, const char *value)
{
	o->http = value;
	return listen_address_problem(value, true);
}

static const char *set_watch(struct options *o, const char *value)
{
	o->watch = value;
	if (strcmp(value, "off") == 0 || strcmp(value, "plan-only") == 0 ||
	    strcmp(value, "auto") == 0)
		return NULL;
	return "is none of off, plan-only, auto";
}

static const char *set_strict_boot(struct options *o, const char *value)
{
	o->strict_boot = true;
	return NULL;
}

static const char *set_log_level(struct options *o, const char *value)
{
	return log_level_parse(str_of(value), &o->log_level)
		       ? NULL
		       : "is none of error, warn, info, debug";
}

static const char *set_check(struct options *o, const char *value)
{
	o->check = true;
	return NULL;
}

static const char *set_version(struct options *o, const char *value)
{
	o->ask = OPTIONS_VERSION;
	return NULL;
}

static const char *set_man(struct options *o, const char *value)
{
	o->ask = OPTIONS_MAN;
	return NULL;
}

static const char *set_help(struct options *o, const char *value)
{
	o->ask = OPTIONS_HELP;
	return NULL;
}

static const struct option options[] = {
	{"--bundle", "DIR", NULL,
	 "Bundle to run: applied as the first revision of an empty data directory,\n"
	 "and watched as --watch says. Later starts run the last revision in force.",
	 set_bundle},
	{"--data", "DIR", NULL,
	 "Where the history lives; made (0700) when missing. Default:\n"
	 "/var/lib/gamesrv for root, ~/.local/state/gamesrv for a user.",
	 set_data},
	{"--socket", "PATH", NULL,
	 "Socket of the admin API. Default: GAMESRV_SOCKET, else\n"
	 "/run/gamesrv/gamesrv.sock for root, $XDG_RUNTIME_DIR/gamesrv/gamesrv.sock.",
	 set_socket},
	{"--listen", "ADDR:PORT", "Server.listen",
	 "Address for players, up to 16 times; port 0 takes a free one, which the\n"
	 "log names.",
	 set_listen},
	{"--http", "ADDR:PORT", "Server.http",
	 "Loopback address for /metrics, /livez and /readyz; port 0 takes a free one.", set_http},
	{"--watch", "MODE", "Server.watch",
	 "What a change of the bundle on disk does: off, plan-only (checks and says\n"
	 "what it would change), auto (applies it).",
	 set_watch},
	{"--strict-boot", NULL, NULL,
	 "Do not start when the bundle on disk is invalid; without it that is an alarm.",
	 set_strict_boot},
	{"--log-level", "LEVEL", NULL, "error, warn, info (the default) or debug.", set_log_level},
	{"--check", NULL, NULL,
	 "Check bundle, data directory and socket, say what is wrong, and end.", set_check},
	{"--version", NULL, NULL, "Print the version.", set_version},
	{"--man", NULL, NULL, "Print the manual page (roff).", set_man},
	{"--help", NULL, NULL, "Print this text.", set_help},
};

static enum exit_code usage(struct buf *why, const char *fmt, ...) PRINTF(2, 3);
static enum exit_code usage(struct buf *why, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	buf_vprintf(why, fmt, args);
	va_end(args);
	return EXIT_USAGE;
}

static const struct option *find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		if (str_is(name, options[i].name))
			return &options[i];
	}
	return str_is(name, "-h") ? find(STR("--help")) : NULL;
}

static enum exit_code unknown(struct str word, struct buf *why)
{
	struct suggest near = suggest_for(word);

	if (word.n == 0 || word.p[0] != '-')
		return usage(why,
			     "unexpected word \"" STR_FMT
			     "\"; to run a bundle write --bundle " STR_FMT,
			     STR_ARG(word), STR_ARG(word));
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		suggest_add(&near, str_of(options[i].name));
	if (near.best.n)
		return usage(why, "unknown option " STR_FMT "; did you mean " STR_FMT "?",
			     STR_ARG(word), STR_ARG(near.best));
	return usage(why, "unknown option " STR_FMT "; gamesrvd --help lists all", STR_ARG(word));
}

/* One word (and its value) at argv[*at]. */
static enum exit_code read_one(int argc, char **argv, int *at, uint32_t *seen, struct options *o,
			       struct buf *why)
{
	struct str value = str_of(argv[*at]), name;
	const struct option *option;
	const char *text, *problem;
	uint32_t bit;

	str_cut(&value, '=', &name);
	option = find(name);
	if (option == NULL)
		return unknown(str_of(argv[*at]), why);
	bit = 1u << (option - options);
	if (*seen & bit && option->set != set_listen)
		return usage(why, "%s is given twice", option->name);
	*seen |= bit;
	text = value.p;
	if (option->arg == NULL && text != NULL)
		return usage(why, "%s takes no value", option->name);
	if (option->arg != NULL && text == NULL) {
		if (*at + 1 >= argc)
			return usage(why, "%s needs a value: %s %s", option->name, option->name,
				     option->arg);
		text = argv[++*at];
	}
	if (option->arg != NULL && text[0] == '\0')
		return usage(why, "%s needs a value that is not empty: %s %s", option->name,
			     option->name, option->arg);
	problem = option->set(o, text);
	return problem ? usage(why, "%s: \"%s\" %s", option->name, text, problem) : EXIT_DONE;
}

static bool default_data(char out[4096])
{
	const char *state = secure_getenv("XDG_STATE_HOME"), *home = secure_getenv("HOME");
	int n;

	if (geteuid() == 0)
		n = snprintf(out, 4096, "/var/lib/gamesrv");
	else if (state != NULL && state[0] == '/')
		n = snprintf(out, 4096, "%s/gamesrv", state);
	else if (home != NULL && home[0] == '/')
		n = snprintf(out, 4096, "%s/.local/state/gamesrv", home);
	else
		return false;
	return n < 4000;
}

enum exit_code options_read(int argc, char **argv, struct options *o, struct buf *why)
{
	uint32_t seen = 0;
	enum exit_code rc;

	*o = (struct options){.log_level = LOG_AT_INFO};
	for (int i = 1; i < argc; i++) {
		rc = read_one(argc, argv, &i, &seen, o, why);
		if (rc != EXIT_DONE || o->ask != OPTIONS_RUN)
			return rc;
	}
	if (o->socket == NULL) {
		o->socket = o->default_socket;
		if (!admin_socket_default(o->default_socket))
			return usage(
				why,
				"the default path of the socket is longer than 107 bytes; name "
				"another with --socket");
	}
	if (o->data == NULL) {
		o->data = o->default_data;
		if (!default_data(o->default_data))
			return usage(why, "HOME is not set; name the data directory with --data");
	}
	return EXIT_DONE;
}

static void override(struct daemon *d, const char *name, const char *value)
{
	const struct option *option = find(str_of(name));

	if (value != NULL && d->override_count < DAEMON_OVERRIDES_MAX)
		d->overrides[d->override_count++] =
			(struct daemon_override){option->name, option->field, value};
}

void options_overrides(const struct options *o, struct daemon *d)
{
	for (size_t i = 0; i < o->listen_count; i++)
		override(d, "--listen", o->listen[i]);
	override(d, "--http", o->http);
	override(d, "--watch", o->watch);
}

void options_help(struct buf *out)
{
	buf_add(out,
		STR("gamesrvd runs live game servers as code: what a designer tunes lies in a "
		    "bundle of "
		    "YAML.\nIt stays in the foreground, logs to standard error and is steered by "
		    "gamectl.\n\nusage: gamesrvd [options]\n\n"));
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		const struct option *o = &options[i];
		struct str rest = str_of(o->doc), line;
		char head[40];

		snprintf(head, sizeof(head), "%s %s", o->name, o->arg ? o->arg : "");
		str_cut(&rest, '\n', &line);
		buf_printf(out, "  %-20s " STR_FMT "\n", head, STR_ARG(line));
		while (str_cut(&rest, '\n', &line))
			buf_printf(out, "  %-20s " STR_FMT "\n", "", STR_ARG(line));
		if (o->field != NULL)
			buf_printf(out, "  %-20s Wins over %s.\n", "", o->field);
	}
	buf_add(out,
		STR("\nSIGTERM lets matches end first (Server.shutdown), SIGINT or a second signal "
		    "sends players\naway and ends it; SIGHUP reads the bundle again.\nExit codes: "
		    "0 done, 2 wrong usage, 3 invalid configuration, 4 "
		    "already running, "
		    "7 not permitted,\n9 failed (disk, memory).\n\ntry: gamesrvd --bundle "
		    "examples/arena\n"));
}

/* roff takes a backslash and a hyphen for its own, and a dot or quote that begins a line. */
static void roff(struct buf *out, struct str text)
{
	bool at_start = true;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (at_start && (c == '.' || c == '\''))
			buf_add(out, STR("\\&"));
		if (c == '-' || c == '\\')
			buf_add(out, STR("\\"));
		buf_addc(out, c == '\\' ? 'e' : c);
		at_start = c == '\n';
	}
}

void options_man(struct buf *out)
{
	buf_add(out, STR(".TH GAMESRVD 8 \"\" \"gamesrv " GAMESRV_VERSION "\" \"gamesrv manual\"\n"
			 ".SH NAME\ngamesrvd \\- live game servers as code\n"
			 ".SH SYNOPSIS\n.B gamesrvd\n[options]\n"
			 ".SH DESCRIPTION\n"
			 "Runs the configuration of a bundle, keeps its history, and serves the "
			 "admin API on a\n"
			 "local socket for\n.BR gamectl (1).\n"
			 "It stays in the foreground, logs to standard error, needs no root and "
			 "tells systemd\n"
			 "when it is ready.\n"
			 ".SH OPTIONS\n"));
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		const struct option *o = &options[i];

		buf_add(out, STR(".TP\n.BI "));
		roff(out, str_of(o->name));
		if (o->arg != NULL)
			buf_printf(out, " \" %s\"", o->arg);
		buf_addc(out, '\n');
		roff(out, str_of(o->doc));
		if (o->field != NULL)
			buf_printf(out, "\nWins over\n.BR %s .", o->field);
		buf_addc(out, '\n');
	}
	buf_add(out,
		STR(".SH SIGNALS\n"
		    ".TP\n.B SIGTERM\n"
		    "Drains: nobody new gets in, matches may end until Server.shutdown.deadline, "
		    "then what is left is closed and the daemon ends. With no players that is "
		    "at once. A drain that runs already is joined; the nearer deadline holds.\n"
		    ".TP\n.B SIGINT\n"
		    "Or any second signal: tells players to connect elsewhere and ends within "
		    "seconds. What is being applied is finished, requests are answered, the "
		    "socket is removed. One more signal is the kernel's.\n"
		    ".TP\n.B SIGHUP\nReads the watched bundle again and logs the outcome.\n"
		    ".SH EXIT STATUS\n"
		    "0 done; 2 wrong usage; 3 invalid configuration; 4 another daemon holds "
		    "the data directory "
		    "or the socket;\n7 not permitted; 9 failed inside (disk, memory).\n"
		    ".SH ENVIRONMENT\n"
		    ".TP\n.B GAMESRV_SOCKET\nThe admin socket, unless \\-\\-socket is given.\n"
		    ".TP\n.B NOTIFY_SOCKET\nSet by systemd (Type=notify).\n"
		    ".SH FILES\n"
		    ".TP\n.I DATA/history.db\nRevisions, texts, changes and failed attempts "
		    "(SQLite).\n"
		    ".TP\n.I DATA/lock\nHeld while a daemon uses the directory.\n"
		    ".SH SEE ALSO\n.BR gamectl (1)\n"));
}
