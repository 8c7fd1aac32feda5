/* gamebot/verbs/verb_version.c */
#include <stdio.h>

#include "verb.h"

static int version(struct call *call)
{
	(void)call;
	printf("gamebot %s\n", GAMESRV_VERSION);
	return EXIT_DONE;
}

const struct verb verb_version = {
	.name = "version",
	.place = 9,
	.run = version,
	.summary = "Print the version",
};
