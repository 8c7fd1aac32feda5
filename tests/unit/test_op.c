/* tests/unit/test_op.c */
#include "gamesrvd/control/json.h"
#include "gamesrvd/control/op.h"
#include "test.h"

static struct op_call call;

static void begin(const struct op_value *args, size_t count)
{
	json_decref(call.reply);
	arena_free(call.mem);
	call = (struct op_call){
		.mem = arena_new("test"), .args = args, .arg_count = count, .status = 500};
}

static const char *error_text(void)
{
	const char *text = "";

	json_unpack(call.reply, "{s:{s:s}}", "error", "message", &text);
	return text;
}

TEST(an_answer_carries_its_version)
{
	begin(NULL, 0);
	CHECK_INT(op_reply(&call, json_pack("{s:i}", "x", 1)), 0);
	CHECK_INT(call.status, 200);
	CHECK_TEXT(json_string_value(json_object_get(call.reply, "apiVersion")), "gamesrv/v1");
}

TEST(no_memory_for_an_answer_is_an_error)
{
	begin(NULL, 0);
	CHECK_INT(op_reply(&call, NULL), -1);
	CHECK_INT(call.status, 503);
}

TEST(a_failure_replaces_the_answer)
{
	json_t *error;

	begin(NULL, 0);
	op_reply(&call, json_object());
	CHECK_INT(op_fail(&call, 409, "conflict", json_pack("{s:i}", "revision", 5),
			  "base %d moved", 4),
		  -1);
	CHECK_INT(call.status, 409);
	error = json_object_get(call.reply, "error");
	CHECK_TEXT(json_string_value(json_object_get(error, "code")), "conflict");
	CHECK_TEXT(error_text(), "base 4 moved");
	CHECK_INT(
		json_integer_value(json_object_get(json_object_get(error, "details"), "revision")),
		5);
}

TEST(whole_numbers_are_checked_against_their_bounds)
{
	static const struct op_value args[] = {{{"a", 1}, {"12", 2}},
					       {{"b", 1}, {"-3", 2}},
					       {{"c", 1}, {"1x", 2}},
					       {{"d", 1}, {"", 0}},
					       {{"e", 1}, {"9999999999999999999", 19}}};
	int64_t n;

	begin(args, ARRAY_LEN(args));
	CHECK(op_int(&call, "a", 1, 12, 0, &n) && n == 12);
	CHECK(op_int(&call, "b", -3, 0, 0, &n) && n == -3);
	CHECK(op_int(&call, "zz", 1, 12, 7, &n) && n == 7);
	CHECK(!op_int(&call, "a", 1, 11, 0, &n));
	CHECK_TEXT(error_text(), "a: \"12\" is not a whole number from 1 to 11");
	CHECK(!op_int(&call, "c", 0, 99, 0, &n));
	CHECK(!op_int(&call, "d", 0, 99, 0, &n));
	CHECK(!op_int(&call, "e", 0, INT64_MAX, 0, &n));
	CHECK_INT(call.status, 400);
}

static json_t *items(void)
{
	return json_pack("[{s:s,s:i},{s:s,s:i},{s:s,s:i},{s:s,s:i}]", "name", "a", "n", 3, "name",
			 "b", "n", 1, "name", "c", "n", 2, "name", "d", "n", 1);
}

static const char *page(const char *names[4])
{
	json_t *list, *item;
	size_t i;

	CHECK_INT(op_page(&call, json_object(), "items", items()), 0);
	list = json_object_get(call.reply, "items");
	CHECK(json_is_array(list));
	json_array_foreach(list, i, item) names[i] =
		json_string_value(json_object_get(item, "name"));
	CHECK(json_object_get(call.reply, "next_cursor") != NULL);
	return json_string_value(json_object_get(call.reply, "next_cursor"));
}

TEST(a_page_is_filtered_sorted_and_cut)
{
	static const struct op_value all[] = {{{"sort", 4}, {"n", 1}}, {{"limit", 5}, {"2", 1}}};
	static const struct op_value rest[] = {
		{{"sort", 4}, {"n", 1}}, {{"limit", 5}, {"2", 1}}, {{"cursor", 6}, {"2", 1}}};
	static const struct op_value some[] = {{{"where", 5}, {"n < 3", 5}},
					       {{"sort", 4}, {"-name", 5}}};
	const char *names[4];

	begin(all, 2);
	CHECK_TEXT(page(names), "2");
	CHECK_TEXT(names[0], "b"); /* equals keep their order */
	CHECK_TEXT(names[1], "d");
	begin(rest, 3);
	CHECK(page(names) == NULL);
	CHECK_TEXT(names[0], "c");
	CHECK_TEXT(names[1], "a");
	begin(some, 2);
	CHECK(page(names) == NULL);
	CHECK_TEXT(names[0], "d");
	CHECK_TEXT(names[2], "b");
}

TEST(a_bad_page_says_where)
{
	static const struct op_value args[] = {{{"where", 5}, {"n <", 3}}};

	begin(args, 1);
	CHECK_INT(op_page(&call, json_object(), "items", items()), -1);
	CHECK_INT(call.status, 400);
	CHECK_TEXT(error_text(),
		   "where, column 4: something is missing at the end: a field, a text in quotes "
		   "or a number");
}

static json_t *body(const char *text, int *status, const char *wanted)
{
	CLEANUP(buf_free) struct buf why = {0};
	json_t *got = json_body_read(str_of(text), status, &why);

	if (wanted != NULL)
		CHECK_STR(buf_str(&why), wanted);
	return got;
}

TEST(a_body_is_one_object)
{
	int status = 0;
	json_t *got = body("", &status, NULL);

	CHECK(json_is_object(got));
	json_decref(got);
	CHECK(body("[]", &status, "the body is not a JSON object: {…}") == NULL);
	CHECK_INT(status, 400);
	CHECK(body("{} x", &status,
		   "the body is not JSON as it should be: line 1, column 4: end of file "
		   "expected near 'x'") == NULL);
	CHECK(body("{\"a\":1,\"a\":2}", &status,
		   "the body is not JSON as it should be: line 1, column 10: duplicate object key "
		   "near "
		   "'\"a\"'") == NULL);
	CHECK(body("{\"a\":\"\\u0000\"}", &status, NULL) == NULL);
	CHECK(body("{\"a\":\"\xff\"}", &status, NULL) == NULL);
	CHECK_INT(status, 400);
}

TEST(depth_is_counted_outside_of_texts)
{
	CHECK_INT(json_body_depth(STR("{\"a\":[[\"[[[\\\"[[\"]]}"), 32), 3);
	CHECK_INT(json_body_depth(STR("[[[[[["), 3), 4);
	CHECK_INT(json_body_depth(STR("}}}}{"), 3), 0);
}

TEST(a_deep_body_is_refused)
{
	char text[200];
	int status = 0;
	json_t *got;

	memset(text, '[', 100);
	text[100] = '\0';
	CHECK(body(text, &status, "the body nests deeper than 32 levels") == NULL);
	CHECK_INT(status, 400);
	memcpy(text, "{\"a\":", 5);
	memset(text + 5, '[', 31);
	memset(text + 36, ']', 31);
	memcpy(text + 67, "}", 2);
	got = body(text, &status, NULL);
	CHECK(got != NULL);
	json_decref(got);
}
