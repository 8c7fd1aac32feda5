/* gamectl/listing.h
 * A listing of the API, page by page, into one.
 *
 * Thread: one.
 */
#pragma once
#include "cmd.h"

struct listing {
	const char *path;         /* without a query */
	const char *key;          /* of the array in the answer */
	const char *where, *sort; /* NULL: none */
	int64_t limit;            /* 0: all of them */
	int64_t page;             /* items asked for at a time; 0: 1000 */
};

/* The first page's answer with all items under `key` and without next_cursor, unless the limit left some: then
 * it stays. EXIT_DONE, or the exit code of what was told. */
int listing_get(struct cmd_call *call, const struct listing *l, json_t **reply);

/* --where, --sort and --limit on this side, for answers that come whole: keeps of the array `key` what the options
 * of call (a row with .listing) ask for; `fallback`: the limit when none is given, 0: none. *left: how many
 * matched beyond the limit (may be NULL). EXIT_DONE, or the exit code of what was told. */
int listing_select(struct cmd_call *call, json_t *reply, const char *key, size_t fallback,
		   size_t *left);
