/* tests/fuzz/fuzz_token.c
 * Any bytes as a player's token, as a resume token and as a time: nothing is let in that this server did not sign, and what
 * is a time can be written down again.
 */
#include <sodium.h>
#include <stdlib.h>

#include "base/time.h"
#include "fuzz.h"
#include "gamesrvd/net/resume_token.h"
#include "gamesrvd/net/token.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* The last resort of a forger: claims of the input's own under a real footer and somebody's signature. */
static void forge(struct str claims, const struct token_keys *keys)
{
	static const struct conf_list none;
	char text[2 * TOKEN_MAX], player[PLAYER_NAME_MAX];
	uint8_t body[TOKEN_MAX] = {0};
	CLEANUP(buf_free) struct buf token = {0};
	CLEANUP(buf_free) struct buf footer = {0};
	uint32_t n;

	if (claims.n > 512)
		claims.n = 512;
	if (claims.n > 0)
		memcpy(body, claims.p, claims.n);
	buf_printf(&footer, "{\"kid\":\"%s\"}", keys->id);
	buf_add(&token, STR("v4.public."));
	buf_add(&token,
		str_of(sodium_bin2base64(text, sizeof(text), body, claims.n + crypto_sign_BYTES,
					 sodium_base64_VARIANT_URLSAFE_NO_PADDING)));
	buf_addc(&token, '.');
	buf_add(&token,
		str_of(sodium_bin2base64(text, sizeof(text), (const uint8_t *)footer.p, footer.n,
					 sodium_base64_VARIANT_URLSAFE_NO_PADDING)));
	must(token_read(buf_str(&token), keys, &none, 0, player, &n) != TOKEN_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct conf_list none;
	static const uint8_t seed[TOKEN_SEED] = {1};
	static struct token_keys keys;
	struct str bytes = {(const char *)data, size};
	struct resume_token resume;
	char player[PLAYER_NAME_MAX];
	int64_t us, again;
	uint32_t n;

	if (keys.id[0] == '\0')
		token_keys_of_seed(seed, &keys);
	must(token_read(bytes, &keys, &none, 0, player, &n) != TOKEN_OK);
	forge(bytes, &keys);
	must(!resume_token_read(bytes, keys.resume, &resume));
	if (token_time(bytes, &us)) {
		char text[TIME_TEXT];

		must(!token_time(str_of(time_text(us, text)), &again) || again == us);
	}
	(void)player_name_good(bytes);
	return 0;
}
