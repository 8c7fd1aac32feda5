/* lib/base/digest.h
 * BLAKE2b-256: the name of a text in bundles, revisions and the admin API.
 *
 * Thread: any; a struct digest has one owner. Nothing here can fail.
 */
#pragma once
#include "base/base.h"

enum { DIGEST_SIZE = 32, DIGEST_HEX_SIZE = 65 };

struct digest { /* opaque: libsodium's state */
	_Alignas(64) unsigned char state[384];
};

void digest_init(struct digest *d);
void digest_add(struct digest *d, struct str bytes);
/* A part whose end matters: its length goes in front, so ("ab", "c") and ("a", "bc") differ. */
void digest_add_part(struct digest *d, struct str bytes);
void digest_end(struct digest *d, uint8_t out[DIGEST_SIZE]);

void digest_of(struct str bytes, uint8_t out[DIGEST_SIZE]);

static inline bool digest_eq(const uint8_t a[DIGEST_SIZE], const uint8_t b[DIGEST_SIZE])
{
	return memcmp(a, b, DIGEST_SIZE) == 0;
}

void digest_hex(const uint8_t digest[DIGEST_SIZE], char out[DIGEST_HEX_SIZE]); /* NUL-terminated */
/* False: not exactly 64 hex digits (either case); `out` is then unspecified. */
MUST_USE bool digest_parse(struct str hex, uint8_t out[DIGEST_SIZE]);
