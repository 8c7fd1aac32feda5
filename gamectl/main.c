/* gamectl/main.c
 * The admin command: reads the command line against the table of verbs and runs one.
 *
 * Thread: main. Nothing is freed at the end: the process is.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "frame.h"

/* Known before the command line was understood, so that an error about it has the form asked for.
 */
static enum cmd_output output_asked(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *value = NULL;

		if (strcmp(argv[i], "--") == 0)
			break;
		if (strcmp(argv[i], "-o") == 0 || strcmp(argv[i], "--output") == 0)
			value = argv[i + 1];
		else if (strncmp(argv[i], "-o", 2) == 0)
			value = argv[i] + (argv[i][2] == '=' ? 3 : 2);
		else if (strncmp(argv[i], "--output=", 9) == 0)
			value = argv[i] + 9;
		for (int o = 0; value && cmd_output_names[o]; o++)
			if (strcmp(value, cmd_output_names[o]) == 0)
				return (enum cmd_output)o;
	}
	return OUT_TABLE;
}

/* The terminal gets its line back before Ctrl-C ends the process as it always does. */
static void on_interrupt(int signo)
{
	(void)!write(STDERR_FILENO, "\r\x1b[K", 4);
	signal(signo, SIG_DFL);
	raise(signo);
}

static void set_signals(const struct term *err)
{
	struct sigaction act = {.sa_handler = SIG_IGN};

	/* A closed pipe is an errno of write(): an apply is not cut off because its reader left. */
	sigaction(SIGPIPE, &act, NULL);
	act.sa_handler = on_interrupt;
	if (err->tty)
		sigaction(SIGINT, &act, NULL);
}

static int run(struct cmd_call *call)
{
	const struct cmd_args *args = call->args;

	if (args->fault.n) {
		say_error(call, EXIT_USAGE, NULL, NULL, args->hint, args->fault);
		return EXIT_USAGE;
	}
	if (args->version) {
		call->cmd = cmd_find("version");
		return call->cmd->run(call);
	}
	if (!args->cmd) {
		help_overview(&call->out, &call->term_out);
		return EXIT_DONE;
	}
	if (args->help) {
		help_verb(&call->out, &call->term_out, args->cmd);
		return EXIT_DONE;
	}
	return call_run(call);
}

/* A closed standard descriptor would be taken by the first file opened, which then gets our text. This way writing
 * to it fails, and is told. */
static void keep_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct arena *mem = arena_new("gamectl");
	struct cmd_args args;
	struct cmd_call call;

	keep_standard_descriptors();
	args_parse(mem, &args, argc, argv);
	call_init(&call, mem, &args, output_asked(argc, argv));
	set_signals(&call.term_err);
	/* _exit: there is nothing to flush, and a large bundle takes long to free. */
	_exit(call_finish(&call, run(&call)));
}
