/* gamesrvd/net/token.h
 * Tokens that say who a player is: PASETO v4.public (Ed25519), so that any PASETO library can mint them.
 *
 *	v4.public. base64url(claims, signature) . base64url({"kid":"..."})
 *	claims: "sub" the player, "exp" and "aud":"gamesrv" must be there; "nbf" and "iat" may. Times are RFC 3339 texts.
 *
 * Thread: any; no state. Nothing in a token is looked at before its signature holds, but the id of the key.
 */
#pragma once
#include "base/buf.h"
#include "gamesrvd/net/player.h"
#include "gamesrvd/net/token_keys.h"
#include "schemas/builtin.h"

enum { TOKEN_MAX = 2048, TOKEN_LEEWAY_S = 60 }; /* clocks of two machines may differ by so much */

enum token_error {
	TOKEN_OK,
	TOKEN_MALFORMED,
	TOKEN_UNKNOWN_KEY,
	TOKEN_FORGED,
	TOKEN_EXPIRED,
	TOKEN_TOO_EARLY,
	TOKEN_FOR_OTHERS, /* another audience */
	TOKEN_BAD_PLAYER,
	TOKEN_ERROR_COUNT
};
const char *token_error_code(enum token_error e); /* "token-expired": of ERROR frames */
const char *token_error_text(enum token_error e);

/* `more`: Server.players.keys, besides our own. The name is copied to `player`, *n its length. */
enum token_error token_read(struct str token, const struct token_keys *own,
			    const struct conf_list *more, int64_t now_wall_us,
			    char player[PLAYER_NAME_MAX], uint32_t *n);

/* A token for `player` from now on until `expires_wall_us`. buf.failed: out of memory. */
void token_mint(const struct token_keys *own, struct str player, int64_t now_wall_us,
		int64_t expires_wall_us, struct buf *out);
/* "2026-02-03T04:05:06Z", with a fraction and another zone than Z if you like. */
bool token_time(struct str text, int64_t *wall_us);
