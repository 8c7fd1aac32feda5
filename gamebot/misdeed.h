/* gamebot/misdeed.h
 * What a bad client can do to a server, one row each.
 *
 * Thread: one.
 */
#pragma once
#include "bot.h"

struct misdeed {
	const char *name, *summary;
	bool greeted;   /* done after WELCOME; else instead of HELLO */
	bool tolerated; /* the server need not end the line */
	void (*commit)(struct bot *bot);
};
extern const struct misdeed misdeeds[];
extern const size_t misdeeds_count;
