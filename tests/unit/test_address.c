/* tests/unit/test_address.c */
#include "gamesrvd/net/address.h"
#include "test.h"

static struct address found[ADDRESSES_OF_ONE];

static size_t resolve(const char *text)
{
	CLEANUP(buf_free) struct buf why = {0};

	return address_resolve(str_of(text), found, ADDRESSES_OF_ONE, &why);
}

static void check_one(const char *text, const char *shown, bool loopback)
{
	char out[ADDRESS_TEXT];

	CHECK_INT(resolve(text), 1);
	CHECK_TEXT(address_text(&found[0], out), shown);
	CHECK_INT(address_is_loopback(&found[0]), loopback);
}

TEST(numbers_are_read_and_shown)
{
	check_one("127.0.0.1:7350", "127.0.0.1:7350", true);
	check_one("127.9.9.9:0", "127.9.9.9:0", true);
	check_one("[::1]:65535", "[::1]:65535", true);
	check_one("localhost:1", "127.0.0.1:1", true);
	check_one("0.0.0.0:80", "0.0.0.0:80", false);
	check_one("[::]:80", "[::]:80", false);
	check_one("192.168.1.2:80", "192.168.1.2:80", false);
	check_one("[::ffff:127.0.0.1]:80", "[::ffff:127.0.0.1]:80", true);
	check_one("[::ffff:8.8.8.8]:80", "[::ffff:8.8.8.8]:80", false);
}

TEST(what_is_no_address_says_so)
{
	static const char *const bad[] = {"127.0.0.1", "127.0.0.1:",  "x:y", "127.0.0.1:123456", "",
					  ":",         "256.1.1.1:1x"};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CLEANUP(buf_free) struct buf why = {0};

		CHECK_INT(address_resolve(str_of(bad[i]), found, ADDRESSES_OF_ONE, &why), 0);
		CHECK(why.n > 0);
	}
}

TEST(ipv4_becomes_a_mapped_address)
{
	uint8_t bytes[16];
	static const uint8_t mapped[16] = {[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1};

	resolve("127.0.0.1:7350");
	address_bytes(&found[0], bytes);
	CHECK(memcmp(bytes, mapped, 16) == 0);
	CHECK_INT(address_port(&found[0]), 7350);
}
