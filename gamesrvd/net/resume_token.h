/* gamesrvd/net/resume_token.h
 * What a client shows to get its session back: which session, which epoch of it, of which start of the server, and a
 * keyed BLAKE2b over all that. Whoever holds it is the player, for as long as the session can be resumed.
 *
 * Thread: any; pure.
 */
#pragma once
#include "base/id.h"
#include "gamesrvd/net/token_keys.h"

enum { RESUME_TOKEN = 1 + 8 + 4 + 8 + 16 };

struct resume_token {
	struct id session;
	uint32_t epoch; /* how many times somebody attached to the session */
	uint64_t boot;  /* drawn at each start: ids begin again with it */
};

void resume_token_write(const struct resume_token *token, const uint8_t key[RESUME_KEY],
			uint8_t out[RESUME_TOKEN]);
/* False: not made with this key, or no such token at all. */
bool resume_token_read(struct str bytes, const uint8_t key[RESUME_KEY], struct resume_token *token);
