/* tests/unit/test_json_write.c */
#include "admin/json_write.h"
#include "test.h"

static void check(json_t *value, const char *wanted)
{
	CLEANUP(buf_free) struct buf out = {0};
	json_t *back;

	json_write(&out, value);
	CHECK(!out.failed);
	CHECK_STR(buf_str(&out), wanted);
	back = json_loads(out.p, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	CHECK(json_equal(value, back));
	json_decref(back);
	json_decref(value);
}

TEST(numbers_with_a_fraction_are_as_short_as_they_can_be)
{
	check(json_real(0.4), "0.4");
	check(json_real(0.1 + 0.2), "0.30000000000000004");
	check(json_real(-2), "-2.0");
	check(json_real(1e300), "1e+300");
	check(json_real(1.0 / 3), "0.3333333333333333");
	check(json_real(5e-324), "4.94065645841247e-324");
}

TEST(whole_numbers_keep_every_digit)
{
	check(json_integer(INT64_MIN), "-9223372036854775808");
	check(json_integer(9007199254740993), "9007199254740993");
}

TEST(texts_are_escaped_and_utf8_is_not)
{
	check(json_string("a\"b\\c\n\t\r\b\f\x01\x7f/é"),
	      "\"a\\\"b\\\\c\\n\\t\\r\\b\\f\\u0001\\u007f/é\"");
	check(json_stringn("a\0b\v", 4), "\"a\\u0000b\\u000b\"");
	check(json_string(""), "\"\"");
}

TEST(objects_keep_their_order)
{
	check(json_pack("{s:i, s:[i,b,n,{}], s:[]}", "z", 1, "a", 2, 1, "m"),
	      "{\"z\":1,\"a\":[2,true,null,{}],\"m\":[]}");
}
