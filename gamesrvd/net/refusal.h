/* gamesrvd/net/refusal.h
 * Why somebody was not let in, as an answer in plain HTTP: status, a stable word, and a sentence that says what to do.
 *
 * Thread: any; no state.
 */
#pragma once
#include "base/base.h"

enum { REFUSAL_BYTES = 768 }; /* of the whole answer */

struct refusal {
	int status;
	int retry_after_s;  /* 0: not said */
	const char *code;   /* static: "bad_origin" */
	const char *header; /* static: one more line with its CR LF; NULL: none */
	char text[240];
};

void refusal_set(struct refusal *r, int status, const char *code, const char *fmt, ...)
	PRINTF(4, 5);
/* Head and body; the connection closes behind it. Gives its length. */
size_t refusal_write(const struct refusal *r, char out[REFUSAL_BYTES]);
