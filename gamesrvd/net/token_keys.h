/* gamesrvd/net/token_keys.h
 * This server's own key: signs the tokens that `gamectl token` mints, and what resume tokens are made with. Made at the
 * first start, in DATA/keys/players.key, for its owner's eyes only.
 *
 * Thread: token_keys_open() by main, before players get in; constant afterwards.
 */
#pragma once
#include "base/buf.h"

enum { TOKEN_KEY_ID = 16, TOKEN_SEED = 32, TOKEN_PUBLIC = 32, TOKEN_SECRET = 64, RESUME_KEY = 32 };

struct token_keys {
	char id[TOKEN_KEY_ID + 1]; /* made from the public key: another key has another id */
	uint8_t public[TOKEN_PUBLIC], secret[TOKEN_SECRET];
	uint8_t resume
		[RESUME_KEY]; /* for resume_token.h; follows from the seed, so it lives as long */
};

/* 0, or -1 and in `why` what is wrong with the file and the way out. */
MUST_USE int token_keys_open(const char *data, struct token_keys *keys, struct buf *why);
void token_keys_of_seed(const uint8_t seed[TOKEN_SEED], struct token_keys *keys);
