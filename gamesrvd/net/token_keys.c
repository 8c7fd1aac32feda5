/* gamesrvd/net/token_keys.c */
#include "gamesrvd/net/token_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* One line, so that a person sees what it is: the word, then the seed in hexadecimal digits. */
static const char mark[] = "gamesrv-ed25519-seed ";
enum { MARK = sizeof(mark) - 1, HEX = 2 * TOKEN_SEED, LINE = MARK + HEX + 1 };

static const char out_of_memory[] = "out of memory";

void token_keys_of_seed(const uint8_t seed[TOKEN_SEED], struct token_keys *keys)
{
	static const char use[] = "gamesrv resume tokens";
	uint8_t digest[TOKEN_KEY_ID / 2];

	crypto_sign_seed_keypair(keys->public, keys->secret, seed);
	crypto_generichash(digest, sizeof(digest), keys->public, TOKEN_PUBLIC, NULL, 0);
	sodium_bin2hex(keys->id, sizeof(keys->id), digest, sizeof(digest));
	crypto_generichash(keys->resume, RESUME_KEY, (const uint8_t *)use, sizeof(use) - 1, seed,
			   TOKEN_SEED);
}

static int fail(struct buf *why, const char *path, const char *what)
{
	buf_printf(why, "%s: %s", path, what);
	return -1;
}

/* Written beside and renamed: a crash leaves no half of a key, a full disk no empty one. */
static int make(const char *path, const uint8_t seed[TOKEN_SEED], struct buf *why)
{
	CLEANUP(buf_free) struct buf beside = {0};
	char line[LINE + 1];
	int fd;
	bool good;

	buf_printf(&beside, "%s.new", path);
	if (beside.failed)
		return fail(why, path, out_of_memory);
	memcpy(line, mark, MARK);
	sodium_bin2hex(line + MARK, HEX + 1, seed, TOKEN_SEED);
	line[LINE - 1] = '\n';
	fd = open(beside.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	good = fd >= 0 && write(fd, line, LINE) == LINE && fsync(fd) == 0;
	sodium_memzero(line, sizeof(line));
	if (fd >= 0 && close(fd) < 0)
		good = false;
	if (!good || rename(beside.p, path) < 0)
		return fail(why, path, strerror(errno));
	return 0;
}

static int check(int fd, const char *path, struct buf *why)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fail(why, path, strerror(errno));
	if (st.st_mode & (S_IRWXG | S_IRWXO)) {
		buf_printf(why,
			   "%s: others may read this key; run `chmod 600 %s`, or remove it to have "
			   "a new one made",
			   path, path);
		return -1;
	}
	return 0;
}

static int parse(const char *path, const char line[LINE], ssize_t n, uint8_t seed[TOKEN_SEED],
		 struct buf *why)
{
	size_t got = 0;

	if (n >= LINE - 1 && memcmp(line, mark, MARK) == 0 &&
	    sodium_hex2bin(seed, TOKEN_SEED, line + MARK, HEX, NULL, &got, NULL) == 0 &&
	    got == TOKEN_SEED)
		return 0;
	return fail(why, path,
		    "is no key of gamesrvd; put the right file there, or remove it to have a new "
		    "one made");
}

/* 0; -ENOENT: there is none. */
static int load(const char *path, uint8_t seed[TOKEN_SEED], struct buf *why)
{
	char line[LINE];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), rc;

	if (fd < 0 && errno == ENOENT)
		return -ENOENT;
	if (fd < 0)
		return fail(why, path, strerror(errno));
	rc = check(fd, path, why);
	if (rc == 0) {
		n = read(fd, line, LINE);
		rc = n < 0 ? fail(why, path, strerror(errno)) : parse(path, line, n, seed, why);
		sodium_memzero(line, sizeof(line));
	}
	close(fd);
	return rc;
}

int token_keys_open(const char *data, struct token_keys *keys, struct buf *why)
{
	CLEANUP(buf_free) struct buf path = {0};
	uint8_t seed[TOKEN_SEED];
	int rc;

	buf_printf(&path, "%s/keys", data);
	if (!path.failed && mkdir(path.p, 0700) < 0 && errno != EEXIST)
		return fail(why, path.p, strerror(errno));
	buf_add(&path, STR("/players.key"));
	if (path.failed || sodium_init() < 0)
		return fail(why, data, out_of_memory);
	rc = load(path.p, seed, why);
	if (rc == -ENOENT) {
		randombytes_buf(seed, sizeof(seed));
		rc = make(path.p, seed, why);
	}
	if (rc == 0)
		token_keys_of_seed(seed, keys);
	sodium_memzero(seed, sizeof(seed));
	return rc;
}
