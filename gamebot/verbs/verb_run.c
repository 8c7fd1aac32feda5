/* gamebot/verbs/verb_run.c */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/time.h"
#include "report.h"
#include "verb.h"

static volatile int interrupted;

/* The first asks for the report so far, the second ends it. */
static void on_interrupt(int signo)
{
	interrupted = 1;
	signal(signo, SIG_DFL);
}

static bool answers(const struct line_address *to)
{
	int fd = socket(to->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval patience = {.tv_sec = 5};
	bool ok;

	if (fd < 0)
		return false;
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	ok = connect(fd, (const struct sockaddr *)&to->address, to->length) == 0;
	close(fd);
	return ok;
}

/* A look before the leap: 15,000 bots need not find out that nobody is there. */
static bool is_there(const struct scenario *s, int64_t wait_us)
{
	struct line_address to;
	int64_t until = time_mono_us() + wait_us;

	if (line_address_parse(str_of(s->connect), &to))
		return false;
	while (!answers(&to)) {
		if (time_mono_us() >= until || interrupted)
			return false;
		usleep(50000);
	}
	return true;
}

static int override(struct call *call, struct scenario *s)
{
	const struct given *g;
	struct line_address to;
	const char *wrong;

	if ((g = call_given(call, "connect")))
		snprintf(s->connect, sizeof(s->connect), "%s", g->text);
	if ((g = call_given(call, "tag")))
		snprintf(s->tag, sizeof(s->tag), "%.24s", g->text);
	else if (s->conf->state_of.tag != CONF_WRITTEN) /* so that two runs do not meet */
		snprintf(s->tag + strlen(s->tag), 8, "%04x",
			 (unsigned)(time_wall_us() / 1000 + getpid()) & 0xffff);
	if ((g = call_given(call, "bots")))
		s->bots = (uint32_t)g->number;
	if ((g = call_given(call, "duration")))
		s->duration_us = g->number;
	if ((g = call_given(call, "seed")))
		s->seed = (uint64_t)g->number;
	if ((g = call_given(call, "token")))
		s->token = g->text;
	wrong = line_address_parse(str_of(s->connect), &to);
	if (wrong)
		return call_error(call, EXIT_USAGE, NULL, "%s: \"%s\" %s",
				  call_has(call, "connect") ? "--connect" : "connect", s->connect,
				  wrong);
	return EXIT_DONE;
}

static void progress(struct play *p)
{
	static int64_t next;
	static uint64_t delivered;
	int64_t now = loop_now(p->loop);
	static const char *const phases[] = {"ramp",     "waiting", "playing",
					     "settling", "leaving", "over"};

	if (p->phase == PLAY_OVER) {
		fputs("\r\x1b[K", stderr);
		return;
	}
	if (now < next)
		return;
	fprintf(stderr,
		"\r\x1b[K%s  %.0f s  %" PRIu32 " of %" PRIu32 " at play  %" PRIu64
		" messages/s  echo p99 %.1f ms  %" PRIu32 " complaints",
		phases[p->phase], (double)(now - (p->zero_us ? p->zero_us : p->begin_us)) / 1e6,
		p->states[BOT_PLAYING] + p->states[BOT_PAUSED], p->bot_count,
		p->metrics.counts[M_delivered] - delivered,
		(double)hist_quantile(&p->metrics.latencies[L_echo], 0.99) / 1e3, p->complaints);
	delivered = p->metrics.counts[M_delivered];
	next = now + 1000000;
}

static void tell(const struct call *call, const struct play *p)
{
	const struct given *o = call_given(call, "output");
	CLEANUP(buf_free) struct buf text = {0};
	json_t *json;

	if (o && strcmp(o->text, "json") == 0) {
		json = report_json(p);
		if (json)
			json_dumpf(json, stdout, JSON_INDENT(2));
		fputc('\n', stdout);
		json_decref(json);
		return;
	}
	report_text(&text, p, call_colour(STDOUT_FILENO));
	fwrite(text.p ? text.p : "", 1, text.n, stdout);
}

static int code_of(const struct play *p)
{
	if (p->end == PLAY_UNREACHABLE)
		return EXIT_UNREACHABLE;
	if (p->end == PLAY_NOT_READY)
		return EXIT_TIMEOUT;
	return report_missed(p) ? EXIT_DIFFERS : EXIT_DONE;
}

static int play_it(struct call *call, const struct scenario *s)
{
	struct play *p = calloc(1, sizeof(*p));
	bool live = isatty(STDERR_FILENO) == 1 && !call_has(call, "quiet");
	int code;

	if (p == NULL)
		return call_error(call, EXIT_INTERNAL, NULL, "out of memory");
	if (play_run(p, s, live ? progress : NULL, &interrupted) < 0) {
		code = call_error(call, EXIT_INTERNAL, NULL, "cannot begin: %s", strerror(errno));
	} else {
		tell(call, p);
		code = code_of(p);
	}
	play_free(p);
	free(p);
	return code;
}

static int run(struct call *call)
{
	const struct given *wait = call_given(call, "wait");
	int code;
	struct scenario *s = call_scenario(call, &code);

	if (s == NULL)
		return code;
	code = override(call, s);
	if (code != EXIT_DONE)
		return code;
	signal(SIGINT, on_interrupt);
	signal(SIGTERM, on_interrupt);
	if (!is_there(s, wait ? wait->number : 0))
		code = call_error(
			call, EXIT_UNREACHABLE,
			"is gamesrvd running, and does it listen there? --wait 10s waits for it",
			"%s: no answer", s->connect);
	else
		code = play_it(call, s);
	return code;
}

const struct verb verb_run = {
	.name = "run",
	.place = 1,
	.word = "SCENARIO",
	.options =
		(const struct option[]){
			{.name = "connect",
			 .kind = OPTION_TEXT,
			 .arg = "URL",
			 .doc = "The server: ws://ADDR:PORT/play or tcp://ADDR:PORT"},
			{.name = "bots",
			 .brief = 'n',
			 .kind = OPTION_INT,
			 .arg = "N",
			 .min = 1,
			 .max = 1000000,
			 .doc = "So many bots in all; groups keep their shares"},
			{.name = "duration",
			 .brief = 'd',
			 .kind = OPTION_DURATION,
			 .arg = "TIME",
			 .doc = "How long they play"},
			{.name = "seed",
			 .brief = 's',
			 .kind = OPTION_INT,
			 .arg = "N",
			 .max = INT64_MAX,
			 .doc = "The same seed gives the same play"},
			{.name = "tag",
			 .kind = OPTION_TEXT,
			 .arg = "TEXT",
			 .doc = "In front of players' names and rooms' keys"},
			{.name = "token",
			 .kind = OPTION_TEXT,
			 .arg = "TEXT",
			 .doc = "Who the bots say they are, for auth: token"},
			{.name = "wait",
			 .kind = OPTION_DURATION,
			 .arg = "TIME",
			 .doc = "Wait so long for the server to be there"},
			{.name = "output",
			 .brief = 'o',
			 .kind = OPTION_WORD,
			 .arg = "FORM",
			 .words = "text|json",
			 .doc = "The report's form: text or json"},
			{.name = "quiet", .brief = 'q', .doc = "No progress on the terminal"},
			{.name = NULL},
		},
	.run = run,
	.summary = "Play a scenario and report",
	.text = "Ctrl-C ends the play in order and gives the report so far.",
	.examples = "gamebot run examples/bots/chatter.yaml\ta few bots that talk\n"
		    "gamebot run examples/bots/chatter.yaml -n 5000 -d 1m\tmany, for a minute\n"
		    "gamebot run examples/bots/resume.yaml -o json\tcut lines; for a script\n",
};
