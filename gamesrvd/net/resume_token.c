/* gamesrvd/net/resume_token.c */
#include "gamesrvd/net/resume_token.h"

#include <sodium.h>

enum { VERSION = 1, SIGNED = RESUME_TOKEN - 16, MAC = 16 };

static void put(uint8_t *out, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		out[i] = (uint8_t)(v >> (8 * (bytes - 1 - i)));
}

static uint64_t get(const uint8_t *in, int bytes)
{
	uint64_t v = 0;

	for (int i = 0; i < bytes; i++)
		v = v << 8 | in[i];
	return v;
}

void resume_token_write(const struct resume_token *token, const uint8_t key[RESUME_KEY],
			uint8_t out[RESUME_TOKEN])
{
	out[0] = VERSION;
	put(out + 1, token->session.v, 8);
	put(out + 9, token->epoch, 4);
	put(out + 13, token->boot, 8);
	crypto_generichash(out + SIGNED, MAC, out, SIGNED, key, RESUME_KEY);
}

bool resume_token_read(struct str bytes, const uint8_t key[RESUME_KEY], struct resume_token *token)
{
	const uint8_t *in = (const uint8_t *)bytes.p;
	uint8_t mac[MAC];

	if (bytes.n != RESUME_TOKEN || in[0] != VERSION)
		return false;
	crypto_generichash(mac, MAC, in, SIGNED, key, RESUME_KEY);
	if (sodium_memcmp(mac, in + SIGNED, MAC) != 0)
		return false;
	*token = (struct resume_token){{get(in + 1, 8)}, (uint32_t)get(in + 9, 4), get(in + 13, 8)};
	return true;
}
