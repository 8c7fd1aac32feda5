/* Rules on the characters and the form of a text. */
#include "rules.h"

#define GOOD(tag, value)         CHECK_TAG("string", tag, value, "")
#define BAD(tag, value, message) CHECK_TAG("string", tag, value, message)

TEST(classes_of_characters)
{
	GOOD("alpha", "abcXYZ");
	BAD("alpha", "x1", "\"x1\" is not letters only (a-z, A-Z) [alpha]");
	BAD("alpha", "''", "\"\" is not letters only (a-z, A-Z) [alpha]");
	BAD("alpha", "\xC3\xA4", "\"\xC3\xA4\" is not letters only (a-z, A-Z) [alpha]");
	GOOD("alphanum", "a1");
	BAD("alphanum", "a-1", "\"a-1\" is not letters and digits only (a-z, A-Z, 0-9) [alphanum]");
	GOOD("ascii", "''");
	GOOD("ascii", "\"a\\tb\"");
	BAD("ascii", "\xC3\xA4", "\"\xC3\xA4\" is not ASCII [ascii]");
	GOOD("printascii", "a b~");
	BAD("printascii", "\"a\\tb\"", "\"a\\x09b\" is not printable ASCII [printascii]");
}

TEST(lowercase_knows_letters_of_all_scripts)
{
	GOOD("lowercase", "frozen keep 3");
	GOOD("lowercase", "\xC3\xA4\xC3\x9F \xD0\xB4");
	BAD("lowercase", "Boss", "\"Boss\" is not lower-case [lowercase]");
	BAD("lowercase", "\xC3\x84", "\"\xC3\x84\" is not lower-case [lowercase]");
	BAD("lowercase", "\xD0\x94", "\"\xD0\x94\" is not lower-case [lowercase]");
	BAD("lowercase", "''", "\"\" is not lower-case [lowercase]");
}

TEST(notblank_sees_through_every_space)
{
	GOOD("notblank", "\" a \"");
	BAD("notblank", "\"  \"", "\"  \" holds nothing but spaces [notblank]");
	BAD("notblank", "\"\\u00a0\\u3000\\t\"",
	    "\"\xC2\xA0\xE3\x80\x80\\x09\" holds nothing but spaces [notblank]");
	BAD("notblank", "''", "\"\" is empty [notblank]");
	CHECK_TAG("list[int]", "notblank", "[]", "this is empty [notblank]");
}

TEST(parts_of_a_text)
{
	GOOD("startswith=sfx/", "sfx/hit");
	BAD("startswith=sfx/", "music", "\"music\" does not begin with \"sfx/\" [startswith]");
	GOOD("endswith=.ogg", "a.ogg");
	BAD("endswith=.ogg", "ogg", "\"ogg\" does not end with \".ogg\" [endswith]");
	GOOD("contains='a b'", "xa by");
	BAD("contains='a b'", "ab", "\"ab\" does not contain \"a b\" [contains]");
	GOOD("excludes=..", "a/b");
	BAD("excludes=..", "a/../b", "\"a/../b\" must not contain \"..\" [excludes]");
	CHECK_TAG_ERROR("string", "contains=''",
			"\"contains=''\": the text is empty [schema-param]");
}

TEST(encodings)
{
	GOOD("hexadecimal", "0xBEEF");
	GOOD("hexadecimal", "'00ff'");
	BAD("hexadecimal", "0x",
	    "\"0x\" is not hexadecimal (0-9, a-f, with or without 0x) [hexadecimal]");
	GOOD("hexcolor", "'#ffcc00'");
	GOOD("hexcolor", "'#FC0'");
	GOOD("hexcolor", "'#ffcc0080'");
	BAD("hexcolor", "'#ffcc0'",
	    "\"#ffcc0\" is not a colour such as #fc0, #ffcc00 or #ffcc0080 [hexcolor]");
	BAD("hexcolor", "ffcc00",
	    "\"ffcc00\" is not a colour such as #fc0, #ffcc00 or #ffcc0080 [hexcolor]; write "
	    "\"#ffcc00\" in quotes");
	GOOD("base64", "aGk=");
	GOOD("base64", "YQ==");
	BAD("base64", "YQ=",
	    "\"YQ=\" is not base64 (A-Z, a-z, 0-9, + and /, filled up with = to groups of 4) "
	    "[base64]");
	BAD("base64", "Y===",
	    "\"Y===\" is not base64 (A-Z, a-z, 0-9, + and /, filled up with = to groups of 4) "
	    "[base64]");
	GOOD("uuid", "6fa459ea-ee8a-3ca4-894e-db77e160355e");
	BAD("uuid", "6FA459EA-EE8A-3CA4-894E-DB77E160355E",
	    "\"6FA459EA-EE8A-3CA4-894E-DB77E160355E\" is not a UUID in lower case, such as "
	    "6fa459ea-ee8a-3ca4-894e-db77e160355e [uuid]");
}

TEST(semantic_versions)
{
	static const char *const good[] = {"1.4.2", "0.0.0", "2.0.0-rc.1", "1.0.0-0a+b-c.01",
					   "1.0.0--"};
	static const char *const bad[] = {"1.4",    "v1.4.2",    "01.0.0",     "1.0.0-", "1.0.0-01",
					  "1.0.0+", "1.0.0+a+b", "1.0.0-a..b", "1.0.0.0"};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		GOOD("semver", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CLEANUP(buf_free) struct buf message = {0};

		buf_printf(&message, "\"%s\" is not a version such as 1.4.2 or 2.0.0-rc.1 [semver]",
			   bad[i]);
		BAD("semver", bad[i], message.p);
	}
}

TEST(addresses_of_mail)
{
	static const char *const good[] = {"ops@example.com", "a.b+c@x-y.example.org",
					   "'\"a b\"@example.com'",
					   "m\303\274ller@b\303\274cher.example"};
	static const char *const bad[] = {
		"ops@",           "@example.com",    "ops",         "a..b@example.com",
		".a@example.com", "a@example",       "a@-x.com",    "a@x..com",
		"a@x.c0m.",       "a b@example.com", "a@example.c0"};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		GOOD("email", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		CLEANUP(buf_free) struct buf message = {0};
		CLEANUP(buf_free) struct buf quoted = {0};

		buf_printf(&message, "\"%s\" is not an e-mail address [email]", bad[i]);
		buf_printf(&quoted, "'%s'", bad[i]);
		BAD("email", quoted.p, message.p);
	}
}

TEST(alternatives_name_all_rules)
{
	GOOD("ipv4|ipv6", "::1");
	GOOD("ipv4|ipv6", "127.0.0.1");
	BAD("ipv4|ipv6", "localhost", "\"localhost\" fits none of ipv4|ipv6 [ipv4]");
}
