/* gamesrvd/net/token.c */
#include "gamesrvd/net/token.h"

#include <jansson.h>
#include <sodium.h>

#include "base/time.h"

#define HEADER   STR("v4.public.")
#define AUDIENCE "gamesrv"
#define URL      sodium_base64_VARIANT_URLSAFE_NO_PADDING

enum {
	SIGNATURE = crypto_sign_BYTES,
	KEY_ID_MAX = 32,
	FOOTER_MAX = 256,
	PAE_MAX = 64 + TOKEN_MAX + FOOTER_MAX
};

static const struct {
	const char *code, *text;
} errors[TOKEN_ERROR_COUNT] = {
	[TOKEN_OK] = {"ok", "the token is good"},
	[TOKEN_MALFORMED] = {"token-malformed",
			     "the token is no PASETO v4.public token with a player in it"},
	[TOKEN_UNKNOWN_KEY] = {"token-unknown-key",
			       "the token names a key that this server does not know"},
	[TOKEN_FORGED] = {"token-forged", "the token's signature does not fit its key"},
	[TOKEN_EXPIRED] = {"token-expired", "the token has expired; get a new one"},
	[TOKEN_TOO_EARLY] = {"token-too-early",
			     "the token is not valid yet; are the clocks right?"},
	[TOKEN_FOR_OTHERS] = {"token-for-others", "the token was made for another service"},
	[TOKEN_BAD_PLAYER] = {"bad-player-name",
			      "a player's name has 1 to 64 bytes of visible characters"},
};

const char *token_error_code(enum token_error e)
{
	return errors[e < TOKEN_ERROR_COUNT ? e : TOKEN_MALFORMED].code;
}

const char *token_error_text(enum token_error e)
{
	return errors[e < TOKEN_ERROR_COUNT ? e : TOKEN_MALFORMED].text;
}

/* ---- What is signed ---- */

static size_t put_part(uint8_t *out, size_t at, struct str part)
{
	for (int i = 0; i < 8; i++)
		out[at++] = (uint8_t)((uint64_t)part.n >> (8 * i));
	memcpy(out + at, part.p, part.n);
	return at + part.n;
}

/* PASETO's pre-authentication encoding of header, message, footer and no implicit assertion: each part with its length
 * in front, so that no two tokens have the same. */
static size_t encode(uint8_t out[PAE_MAX], struct str message, struct str footer)
{
	static const uint8_t count[8] = {4};
	size_t at = sizeof(count);

	memcpy(out, count, sizeof(count));
	at = put_part(out, at, HEADER);
	at = put_part(out, at, message);
	at = put_part(out, at, footer);
	return put_part(out, at, STR(""));
}

/* ---- Reading ---- */

static bool unbase64(struct str text, uint8_t *out, size_t room, size_t *n)
{
	return sodium_base642bin(out, room, text.p, text.n, NULL, n, NULL, URL) == 0;
}

static struct str text_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return (struct str){json_string_value(value), json_string_length(value)};
}

/* The public key that the footer names. */
static enum token_error find_key(struct str footer, const struct token_keys *own,
				 const struct conf_list *more, uint8_t out[TOKEN_PUBLIC])
{
	json_t *object = json_loadb(footer.p, footer.n, JSON_REJECT_DUPLICATES, NULL);
	struct str id = text_of(object, "kid");
	enum token_error error = id.p == NULL ? TOKEN_MALFORMED : TOKEN_UNKNOWN_KEY;

	if (id.p != NULL && str_is(id, own->id)) {
		memcpy(out, own->public, TOKEN_PUBLIC);
		error = TOKEN_OK;
	}
	for (uint32_t i = 0; id.p != NULL && error != TOKEN_OK && i < more->count; i++) {
		const struct conf_server_key *key = (const struct conf_server_key *)more->items + i;
		size_t n;

		if (str_eq(key->id, id) &&
		    sodium_base642bin(out, TOKEN_PUBLIC, key->public_.p, key->public_.n, "=", &n,
				      NULL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
		    n == TOKEN_PUBLIC)
			error = TOKEN_OK;
	}
	json_decref(object);
	return error;
}

static enum token_error check_times(const json_t *claims, int64_t now)
{
	const int64_t leeway = TOKEN_LEEWAY_S * 1000000LL;
	struct str expires = text_of(claims, "exp");
	int64_t at;

	if (expires.p == NULL || !token_time(expires, &at))
		return TOKEN_MALFORMED;
	if (now >= at)
		return TOKEN_EXPIRED;
	for (int i = 0; i < 2; i++) {
		const char *name = i == 0 ? "nbf" : "iat";

		if (json_object_get(claims, name) == NULL)
			continue;
		if (text_of(claims, name).p == NULL || !token_time(text_of(claims, name), &at))
			return TOKEN_MALFORMED;
		if (now + leeway < at)
			return TOKEN_TOO_EARLY;
	}
	return TOKEN_OK;
}

static enum token_error check_claims(const json_t *claims, int64_t now,
				     char player[PLAYER_NAME_MAX], uint32_t *n)
{
	struct str name = text_of(claims, "sub"), audience = text_of(claims, "aud");
	enum token_error error;

	if (name.p == NULL || audience.p == NULL)
		return TOKEN_MALFORMED;
	if (!str_is(audience, AUDIENCE))
		return TOKEN_FOR_OTHERS;
	error = check_times(claims, now);
	if (error != TOKEN_OK)
		return error;
	if (!player_name_good(name))
		return TOKEN_BAD_PLAYER;
	memcpy(player, name.p, name.n);
	*n = (uint32_t)name.n;
	return TOKEN_OK;
}

enum token_error token_read(struct str token, const struct token_keys *own,
			    const struct conf_list *more, int64_t now_wall_us,
			    char player[PLAYER_NAME_MAX], uint32_t *n)
{
	uint8_t body[TOKEN_MAX], footer[FOOTER_MAX], key[TOKEN_PUBLIC], signed_bytes[PAE_MAX];
	struct str head, rest, claims, kid;
	size_t body_n, footer_n, signed_n;
	enum token_error error;
	json_t *object;

	if (token.n > TOKEN_MAX || !str_starts(token, HEADER))
		return TOKEN_MALFORMED;
	rest = (struct str){token.p + HEADER.n, token.n - HEADER.n};
	if (!str_cut(&rest, '.', &head) || rest.p == NULL ||
	    !unbase64(head, body, sizeof(body), &body_n) ||
	    !unbase64(rest, footer, sizeof(footer), &footer_n) || body_n <= SIGNATURE)
		return TOKEN_MALFORMED;
	kid = (struct str){(const char *)footer, footer_n};
	claims = (struct str){(const char *)body, body_n - SIGNATURE};
	error = find_key(kid, own, more, key);
	if (error != TOKEN_OK)
		return error;
	signed_n = encode(signed_bytes, claims, kid);
	if (crypto_sign_verify_detached(body + claims.n, signed_bytes, signed_n, key) != 0)
		return TOKEN_FORGED;
	object = json_loadb(claims.p, claims.n, JSON_REJECT_DUPLICATES, NULL);
	error = check_claims(object, now_wall_us, player, n);
	json_decref(object);
	return error;
}

/* ---- Minting ---- */

static void add_base64(struct buf *out, struct str bytes)
{
	char text[sodium_base64_ENCODED_LEN(TOKEN_MAX, URL)];

	sodium_bin2base64(text, sizeof(text), (const uint8_t *)bytes.p, bytes.n, URL);
	buf_add(out, str_of(text));
}

void token_mint(const struct token_keys *own, struct str player, int64_t now_wall_us,
		int64_t expires_wall_us, struct buf *out)
{
	char issued[TIME_TEXT], expires[TIME_TEXT];
	CLEANUP(buf_free) struct buf footer = {0};
	CLEANUP(buf_free) struct buf claims = {0};
	uint8_t signed_bytes[PAE_MAX], signature[SIGNATURE];
	json_t *object = json_pack("{s:s%, s:s, s:s, s:s, s:s}", "sub", player.p, player.n, "aud",
				   AUDIENCE, "exp", time_text(expires_wall_us, expires), "nbf",
				   time_text(now_wall_us, issued), "iat", issued);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	size_t n;

	json_decref(object);
	if (text == NULL) {
		out->failed = true;
		return;
	}
	buf_add(&claims, str_of(text));
	free(text);
	buf_printf(&footer, "{\"kid\":\"%s\"}", own->id);
	if (claims.failed || footer.failed) {
		out->failed = true;
		return;
	}
	n = encode(signed_bytes, buf_str(&claims), buf_str(&footer));
	crypto_sign_detached(signature, NULL, signed_bytes, n, own->secret);
	buf_add(&claims, (struct str){(const char *)signature, SIGNATURE});
	buf_add(out, HEADER);
	if (claims.failed) {
		out->failed = true;
		return;
	}
	add_base64(out, buf_str(&claims));
	buf_addc(out, '.');
	add_base64(out, buf_str(&footer));
}
