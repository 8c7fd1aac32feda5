/* tests/unit/test_digest.c */
#include "base/digest.h"
#include "test.h"

/* From the BLAKE2 reference (b2sum -l 256). */
#define EMPTY "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"
#define ABC   "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"

static const char *hex_of(struct str bytes)
{
	static char hex[DIGEST_HEX_SIZE];
	uint8_t digest[DIGEST_SIZE];

	digest_of(bytes, digest);
	digest_hex(digest, hex);
	return hex;
}

TEST(the_digests_are_those_of_other_programs)
{
	CHECK_TEXT(hex_of(STR("")), EMPTY);
	CHECK_TEXT(hex_of((struct str){0}), EMPTY);
	CHECK_TEXT(hex_of(STR("abc")), ABC);
}

TEST(bytes_added_piece_by_piece_give_the_same_digest)
{
	struct digest d;
	uint8_t digest[DIGEST_SIZE];
	char hex[DIGEST_HEX_SIZE];

	digest_init(&d);
	digest_add(&d, STR("a"));
	digest_add(&d, STR(""));
	digest_add(&d, STR("bc"));
	digest_end(&d, digest);
	digest_hex(digest, hex);
	CHECK_TEXT(hex, ABC);
}

TEST(parts_keep_their_borders)
{
	uint8_t one[DIGEST_SIZE], two[DIGEST_SIZE];
	struct digest d;

	digest_init(&d);
	digest_add_part(&d, STR("ab"));
	digest_add_part(&d, STR("c"));
	digest_end(&d, one);
	digest_init(&d);
	digest_add_part(&d, STR("a"));
	digest_add_part(&d, STR("bc"));
	digest_end(&d, two);
	CHECK(!digest_eq(one, two));
}

TEST(hex_comes_back_as_the_same_bytes_in_either_case)
{
	uint8_t wanted[DIGEST_SIZE], got[DIGEST_SIZE];

	digest_of(STR("abc"), wanted);
	CHECK(digest_parse(STR(ABC), got) && digest_eq(got, wanted));
	CHECK(digest_parse(STR("BDDD813C634239723171EF3FEE98579B94964E3BB1CB3E427262C8C068D52319"),
			   got) &&
	      digest_eq(got, wanted));
}

TEST(text_that_is_not_64_hex_digits_is_refused)
{
	uint8_t got[DIGEST_SIZE];

	CHECK(!digest_parse(STR(""), got));
	CHECK(!digest_parse((struct str){ABC, 63}, got));
	CHECK(!digest_parse(STR(ABC "0"), got));
	CHECK(!digest_parse(STR("gddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"),
			    got));
}
