/* tests/unit/test_token.c */
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "gamesrvd/net/resume_token.h"
#include "gamesrvd/net/token.h"
#include "test.h"

static const struct conf_list no_keys;
static const uint8_t seed[TOKEN_SEED] = {1, 2, 3};
static const int64_t now = 1700000000LL * 1000000, hour = 3600LL * 1000000;

static struct token_keys own(void)
{
	struct token_keys keys;

	CHECK(sodium_init() >= 0);
	token_keys_of_seed(seed, &keys);
	return keys;
}

static enum token_error read_at(struct str token, const struct token_keys *keys,
				const struct conf_list *more, int64_t at)
{
	char player[PLAYER_NAME_MAX];
	uint32_t n = 0;
	enum token_error error = token_read(token, keys, more, at, player, &n);

	if (error == TOKEN_OK)
		CHECK_STR(((struct str){player, n}), "ada");
	return error;
}

/* A token with any claims and any footer, signed as it should be. */
static void sign(const struct token_keys *keys, const char *claims, const char *footer,
		 struct buf *out)
{
	uint8_t pae[4096], body[4096];
	size_t at = 0, n = strlen(claims);
	const char *parts[] = {"v4.public.", claims, footer, ""};
	char text[4096];

	for (int i = 0; i < 8; i++)
		pae[at++] = i == 0 ? 4 : 0;
	for (int p = 0; p < 4; p++) {
		uint64_t size = strlen(parts[p]);

		for (int i = 0; i < 8; i++)
			pae[at++] = (uint8_t)(size >> (8 * i));
		memcpy(pae + at, parts[p], size);
		at += size;
	}
	memcpy(body, claims, n);
	crypto_sign_detached(body + n, NULL, pae, at, keys->secret);
	buf_add(out, STR("v4.public."));
	buf_add(out, str_of(sodium_bin2base64(text, sizeof(text), body, n + 64,
					      sodium_base64_VARIANT_URLSAFE_NO_PADDING)));
	if (footer[0] == '\0')
		return;
	buf_addc(out, '.');
	buf_add(out, str_of(sodium_bin2base64(text, sizeof(text), (const uint8_t *)footer,
					      strlen(footer),
					      sodium_base64_VARIANT_URLSAFE_NO_PADDING)));
}

static enum token_error read_signed(const char *claims, const char *footer)
{
	struct token_keys keys = own();
	CLEANUP(buf_free) struct buf own_footer = {0};
	CLEANUP(buf_free) struct buf token = {0};

	buf_printf(&own_footer, "{\"kid\":\"%s\"}", keys.id);
	sign(&keys, claims, footer ? footer : own_footer.p, &token);
	return read_at(buf_str(&token), &keys, &no_keys, now);
}

#define EXP "\"exp\":\"2023-11-14T23:13:20Z\""
#define SUB "\"sub\":\"ada\""
#define AUD "\"aud\":\"gamesrv\""

TEST(our_own_tokens_name_their_player_until_they_expire)
{
	struct token_keys keys = own();
	CLEANUP(buf_free) struct buf token = {0};

	token_mint(&keys, STR("ada"), now, now + hour, &token);
	CHECK(!token.failed);
	CHECK(str_starts(buf_str(&token), STR("v4.public.")));
	CHECK_INT(read_at(buf_str(&token), &keys, &no_keys, now), TOKEN_OK);
	CHECK_INT(read_at(buf_str(&token), &keys, &no_keys, now + hour - 1), TOKEN_OK);
	CHECK_INT(read_at(buf_str(&token), &keys, &no_keys, now + hour), TOKEN_EXPIRED);
	CHECK_INT(read_at(buf_str(&token), &keys, &no_keys, now - 59 * 1000000LL), TOKEN_OK);
	CHECK_INT(read_at(buf_str(&token), &keys, &no_keys, now - 61 * 1000000LL), TOKEN_TOO_EARLY);
}

/* Test vector 4-S-1 of PASETO: the same key and message give the same bytes as everybody else's. */
TEST(what_is_signed_is_what_paseto_says)
{
	static const char secret[] =
		"b4cbfb43df4ce210727d953e4a713307fa19bb7d9f85041438d9e11b942a3774"
		"1eb9dbbbbc047c03fd70604e0071f0987e16b28b757225c11f00415d0e20b1a2";
	struct token_keys keys = own();
	CLEANUP(buf_free) struct buf token = {0};
	size_t n;

	CHECK_INT(sodium_hex2bin(keys.secret, 64, secret, 128, NULL, &n, NULL), 0);
	sign(&keys, "{\"data\":\"this is a signed message\",\"exp\":\"2022-01-01T00:00:00+00:00\"}",
	     "", &token);
	CHECK_STR(buf_str(&token),
		  "v4.public."
		  "eyJkYXRhIjoidGhpcyBpcyBhIHNpZ25lZCBtZXNzYWdlIiwiZXhwIjoiMjAyMi0wMS0wMVQwMDow"
		  "MDowMCswMDowMCJ9bg_XBBzds8lTZShVlwwKSgeKpLT3yukTw6JUz3W4h_ExsQV-"
		  "P0V54zemZDcAxFaSeef1QlXE"
		  "FtkqxT1ciiQEDA");
}

TEST(a_changed_byte_anywhere_is_noticed)
{
	struct token_keys keys = own();
	CLEANUP(buf_free) struct buf token = {0};

	token_mint(&keys, STR("ada"), now, now + hour, &token);
	for (size_t i = 0; i < token.n; i++) {
		char before = token.p[i];
		char player[PLAYER_NAME_MAX];
		uint32_t n;

		token.p[i] = before == 'A' ? 'B' : 'A';
		CHECK(token_read(buf_str(&token), &keys, &no_keys, now, player, &n) != TOKEN_OK);
		token.p[i] = before;
	}
	for (size_t n = 0; n < token.n; n++)
		CHECK(read_at((struct str){token.p, n}, &keys, &no_keys, now) != TOKEN_OK);
}

TEST(each_thing_that_can_be_wrong_has_a_name)
{
	CHECK_INT(read_signed("{" SUB "," AUD "," EXP "}", NULL), TOKEN_OK);
	CHECK_INT(read_signed("{" SUB "," AUD "}", NULL), TOKEN_MALFORMED);
	CHECK_INT(read_signed("{" SUB "," EXP "}", NULL), TOKEN_MALFORMED);
	CHECK_INT(read_signed("{" AUD "," EXP "}", NULL), TOKEN_MALFORMED);
	CHECK_INT(read_signed("[]", NULL), TOKEN_MALFORMED);
	CHECK_INT(read_signed("{" SUB "," AUD "," EXP, NULL), TOKEN_MALFORMED);
	CHECK_INT(read_signed("{" SUB "," SUB "," AUD "," EXP "}", NULL), TOKEN_MALFORMED);
	CHECK_INT(read_signed("{" SUB ",\"aud\":\"other\"," EXP "}", NULL), TOKEN_FOR_OTHERS);
	CHECK_INT(read_signed("{" SUB "," AUD ",\"exp\":1700003600}", NULL), TOKEN_MALFORMED);
	CHECK_INT(read_signed("{" SUB "," AUD ",\"exp\":\"soon\"}", NULL), TOKEN_MALFORMED);
	CHECK_INT(read_signed("{" SUB "," AUD ",\"exp\":\"2023-11-14T22:13:20Z\"}", NULL),
		  TOKEN_EXPIRED);
	CHECK_INT(read_signed("{" SUB "," AUD "," EXP ",\"nbf\":\"2023-11-14T22:20:00Z\"}", NULL),
		  TOKEN_TOO_EARLY);
	CHECK_INT(read_signed("{" SUB "," AUD "," EXP ",\"iat\":\"2023-11-14T22:20:00Z\"}", NULL),
		  TOKEN_TOO_EARLY);
	CHECK_INT(read_signed("{" SUB "," AUD "," EXP ",\"nbf\":7}", NULL), TOKEN_MALFORMED);
	CHECK_INT(read_signed("{\"sub\":\" ada\"," AUD "," EXP "}", NULL), TOKEN_BAD_PLAYER);
	CHECK_INT(read_signed("{\"sub\":\"\"," AUD "," EXP "}", NULL), TOKEN_BAD_PLAYER);
	CHECK_INT(read_signed("{" SUB "," AUD "," EXP "}", "{\"kid\":\"another\"}"),
		  TOKEN_UNKNOWN_KEY);
	CHECK_INT(read_signed("{" SUB "," AUD "," EXP "}", "kid"), TOKEN_MALFORMED);
	CHECK_INT(read_signed("{" SUB "," AUD "," EXP "}", ""), TOKEN_MALFORMED);
}

TEST(what_is_no_token_is_malformed)
{
	static const char *const bad[] = {"",
					  "v4.public.",
					  "v4.public..",
					  "v4.local.AAAA",
					  "v3.public.AAAA.AAAA",
					  "ada",
					  "v4.public.!!!!.AAAA",
					  "v4.public.AAAA.AAAA.AAAA"};
	struct token_keys keys = own();
	char large[TOKEN_MAX + 2];

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		CHECK_INT(read_at(str_of(bad[i]), &keys, &no_keys, now), TOKEN_MALFORMED);
	memset(large, 'A', sizeof(large));
	memcpy(large, "v4.public.", 10);
	CHECK_INT(read_at((struct str){large, sizeof(large)}, &keys, &no_keys, now),
		  TOKEN_MALFORMED);
}

TEST(others_may_sign_when_the_configuration_knows_their_key)
{
	struct token_keys keys = own(), theirs;
	static const uint8_t their_seed[TOKEN_SEED] = {9};
	char public[64];
	struct conf_server_key row = {.id = STR("login-2")};
	struct conf_list more = {&row, NULL, 1};
	CLEANUP(buf_free) struct buf token = {0};

	token_keys_of_seed(their_seed, &theirs);
	sign(&theirs, "{" SUB "," AUD "," EXP "}", "{\"kid\":\"login-2\"}", &token);
	CHECK_INT(read_at(buf_str(&token), &keys, &no_keys, now), TOKEN_UNKNOWN_KEY);
	for (int padded = 0; padded < 2; padded++) {
		row.public_ = str_of(
			sodium_bin2base64(public, sizeof(public), theirs.public, TOKEN_PUBLIC,
					  padded ? sodium_base64_VARIANT_ORIGINAL
						 : sodium_base64_VARIANT_ORIGINAL_NO_PADDING));
		CHECK_INT(read_at(buf_str(&token), &keys, &more, now), TOKEN_OK);
	}
	row.public_ = str_of(sodium_bin2base64(public, sizeof(public), keys.public, TOKEN_PUBLIC,
					       sodium_base64_VARIANT_ORIGINAL));
	CHECK_INT(read_at(buf_str(&token), &keys, &more, now), TOKEN_FORGED);
}

TEST(times_are_read_in_all_their_forms)
{
	int64_t us;

	CHECK(token_time(STR("1970-01-01T00:00:00Z"), &us) && us == 0);
	CHECK(token_time(STR("2023-11-14T22:13:20Z"), &us) && us == now);
	CHECK(token_time(STR("2023-11-14t22:13:20.123456z"), &us) && us == now);
	CHECK(token_time(STR("2023-11-15T00:13:20+02:00"), &us) && us == now);
	CHECK(token_time(STR("2023-11-14T16:43:20-05:30"), &us) && us == now);
	CHECK(token_time(STR("2000-02-29T00:00:00Z"), &us) && us == 951782400LL * 1000000);
	CHECK(!token_time(STR("2023-11-14"), &us));
	CHECK(!token_time(STR("2023-11-14T22:13:20"), &us));
	CHECK(!token_time(STR("2023-11-14 22:13:20Z"), &us));
	CHECK(!token_time(STR("2023-13-14T22:13:20Z"), &us));
	CHECK(!token_time(STR("2023-11-14T24:13:20Z"), &us));
	CHECK(!token_time(STR("2023-11-14T22:13:20.Z"), &us));
	CHECK(!token_time(STR("2023-11-14T22:13:20+0200"), &us));
	CHECK(!token_time(STR(""), &us));
}

TEST(the_key_is_made_once_and_for_its_owner_alone)
{
	char dir[] = "/tmp/gs-keys-XXXXXX", path[64];
	struct token_keys first, second;
	CLEANUP(buf_free) struct buf why = {0};
	struct stat st;
	int fd;

	CHECK(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/keys/players.key", dir);
	CHECK_INT(token_keys_open(dir, &first, &why), 0);
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	CHECK_INT(token_keys_open(dir, &second, &why), 0);
	CHECK(memcmp(&first, &second, sizeof(first)) == 0);
	CHECK_INT(chmod(path, 0640), 0);
	CHECK_INT(token_keys_open(dir, &second, &why), -1);
	CHECK(strstr(why.p, "chmod 600") != NULL);
	buf_free(&why);
	CHECK_INT(chmod(path, 0600), 0);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	CHECK_INT(write(fd, "no key\n", 7), 7);
	close(fd);
	CHECK_INT(token_keys_open(dir, &second, &why), -1);
	CHECK(strstr(why.p, "is no key of gamesrv") != NULL);
	unlink(path);
	snprintf(path, sizeof(path), "%s/keys", dir);
	rmdir(path);
	rmdir(dir);
}

TEST(a_resume_token_is_good_with_its_key_alone_and_whole)
{
	struct token_keys keys = own(), others;
	static const uint8_t other_seed[TOKEN_SEED] = {5};
	struct resume_token in = {id_make(3, 77, 12345), 9, 0x1122334455667788u}, out;
	uint8_t bytes[RESUME_TOKEN];
	struct str text = {(const char *)bytes, sizeof(bytes)};

	token_keys_of_seed(other_seed, &others);
	resume_token_write(&in, keys.resume, bytes);
	CHECK(resume_token_read(text, keys.resume, &out));
	CHECK(id_eq(in.session, out.session) && in.epoch == out.epoch && in.boot == out.boot);
	CHECK(!resume_token_read(text, others.resume, &out));
	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] ^= 1;
		CHECK(!resume_token_read(text, keys.resume, &out));
		bytes[i] ^= 1;
		CHECK(!resume_token_read((struct str){text.p, i}, keys.resume, &out));
	}
}
