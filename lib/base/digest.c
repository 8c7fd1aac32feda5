/* lib/base/digest.c */
#include "base/digest.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

_Static_assert(sizeof(crypto_generichash_blake2b_state) <= sizeof(struct digest), "state fits");
_Static_assert(_Alignof(struct digest) >= 64, "libsodium wants 64");

static void init_sodium(void)
{
	if (sodium_init() < 0)
		abort(); /* no source of randomness: nothing of this process can be trusted */
}

/* Without sodium_init() the digests are the same, only slower: it picks the code for this CPU. */
static void pick_code(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, init_sodium);
}

static crypto_generichash_blake2b_state *state_of(struct digest *d)
{
	return (crypto_generichash_blake2b_state *)(void *)d->state;
}

void digest_init(struct digest *d)
{
	pick_code();
	crypto_generichash_blake2b_init(state_of(d), NULL, 0, DIGEST_SIZE);
}

void digest_add(struct digest *d, struct str bytes)
{
	if (bytes.n != 0)
		crypto_generichash_blake2b_update(state_of(d), (const unsigned char *)bytes.p,
						  bytes.n);
}

void digest_add_part(struct digest *d, struct str bytes)
{
	unsigned char length[8];

	for (size_t i = 0; i < sizeof(length); i++)
		length[i] = (unsigned char)((uint64_t)bytes.n >> (8 * i));
	digest_add(d, (struct str){(const char *)length, sizeof(length)});
	digest_add(d, bytes);
}

void digest_end(struct digest *d, uint8_t out[DIGEST_SIZE])
{
	crypto_generichash_blake2b_final(state_of(d), out, DIGEST_SIZE);
}

void digest_of(struct str bytes, uint8_t out[DIGEST_SIZE])
{
	struct digest d;

	digest_init(&d);
	digest_add(&d, bytes);
	digest_end(&d, out);
}

void digest_hex(const uint8_t digest[DIGEST_SIZE], char out[DIGEST_HEX_SIZE])
{
	sodium_bin2hex(out, DIGEST_HEX_SIZE, digest, DIGEST_SIZE);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool digest_parse(struct str hex, uint8_t out[DIGEST_SIZE])
{
	if (hex.n != DIGEST_HEX_SIZE - 1)
		return false;
	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		int high = hex_value(hex.p[2 * i]), low = hex_value(hex.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}
