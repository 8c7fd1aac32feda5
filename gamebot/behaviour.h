/* gamebot/behaviour.h
 * What bots do: one file in gamebot/behaviours/ each, functions first, row last; the build finds behave_x.c by its name.
 *
 * Thread: one. Missing functions do nothing.
 */
#pragma once
#include "bot.h"

struct behaviour {
	const char *name;    /* as scenarios say it */
	const char *summary; /* one line for help */
	const char *fields;  /* those of Group that it reads, for help */
	size_t size;         /* of bot->own, zeroed at the start */
	bool stays_out;      /* never joins a room */
	bool ends;           /* sets bot->done one day; the others never keep a run from ending */
	/* Instead of HELLO, once the line is open. True: it did, and the bot sends none. */
	bool (*opened)(struct bot *bot);
	void (*greeted)(struct bot *bot); /* WELCOME(new) */
	void (*seated)(struct bot *bot,
		       const Gamesrv__V1__Joined *joined); /* also after a resync */
	void (*resumed)(struct bot *bot);                  /* in the seat it had */
	void (*act)(struct bot *bot);                      /* its timer */
	void (*frame)(struct bot *bot,
		      const struct wire_frame *frame); /* what bot.c does not eat itself */
	void (*left)(struct bot *bot);                 /* the seat is gone */
	void (*lost)(struct bot *bot);                 /* the line is, whoever ended it */
	void (*end)(struct bot *bot);                  /* of the run: free what `own` holds */
};
extern const struct behaviour *const behaviours[];
extern const size_t behaviours_count;

const struct behaviour *behaviour_find(struct str name); /* NULL: there is none */
