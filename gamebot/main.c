/* gamebot/main.c
 * Scripted players: reads the command line against the table of verbs and runs one.
 *
 * Thread: main, the only one.
 */
#include <signal.h>
#include <stdio.h>

#include "verb.h"

int main(int argc, char **argv)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("gamebot");
	struct call call = {.mem = mem};
	CLEANUP(buf_free) struct buf out = {0};
	int code;

	signal(SIGPIPE, SIG_IGN);
	code = call_parse(&call, argc, argv);
	if (code != EXIT_DONE)
		return code;
	if (call_has(&call, "help")) {
		help_verb(&out, call.verb);
		fwrite(out.p, 1, out.n, stdout);
	} else {
		code = call.verb->run(&call);
	}
	if (fflush(stdout) != 0 || ferror(stdout))
		return code ? code : EXIT_INTERNAL;
	return code;
}
