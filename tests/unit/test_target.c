/* tests/unit/test_target.c */
#include "gamesrvd/control/route.h"
#include "test.h"

static struct arena *mem;
static struct target target;
static struct route route;

static const char *read_target(const char *text)
{
	arena_free(mem);
	mem = arena_new("test");
	return target_read(mem, str_of(text), &target);
}

#define CHECK_BAD(text, problem)                                                                   \
	do {                                                                                       \
		const char *got = read_target(text);                                               \
		CHECK(got != NULL);                                                                \
		CHECK_TEXT(got, problem);                                                          \
	} while (0)

TEST(a_target_is_segments_and_parameters)
{
	CHECK(read_target("/v1/config/Arena/frozen-keep?limit=5&where=a%20%3D%3D+1&flag") == NULL);
	CHECK_INT(target.segment_count, 4);
	CHECK_STR(target.segments[3], "frozen-keep");
	CHECK_INT(target.query_count, 3);
	CHECK_STR(target.query[1].name, "where");
	CHECK_STR(target.query[1].value, "a == 1");
	CHECK_STR(target.query[2].value, "");
}

TEST(an_escaped_slash_is_data)
{
	CHECK(read_target("/a%2Fb/c%2fd") == NULL);
	CHECK_INT(target.segment_count, 2);
	CHECK_STR(target.segments[0], "a/b");
	CHECK_STR(target.segments[1], "c/d");
}

TEST(escapes_are_undone_once)
{
	CHECK(read_target("/%2561") == NULL);
	CHECK_STR(target.segments[0], "%61");
}

TEST(bad_escapes_are_refused)
{
	static const char said[] = "a % in the path or query is not followed by two hex digits";

	CHECK_BAD("/a%", said);
	CHECK_BAD("/a%2", said);
	CHECK_BAD("/a%zz", said);
	CHECK_BAD("/a?b=%0", said);
	CHECK_BAD("/%%30", said);
}

TEST(nothing_climbs_out_of_the_path)
{
	static const char said[] = "the path has an empty part, . or ..";

	CHECK_BAD("/v1/../x", said);
	CHECK_BAD("/v1/%2e%2E/x", said);
	CHECK_BAD("/v1/.", said);
	CHECK_BAD("/v1//x", said);
	CHECK_BAD("/v1/", said);
	CHECK_BAD("/", said);
}

TEST(escaped_bytes_must_be_text)
{
	CHECK_BAD("/%ff", "the path or query is not UTF-8 once its escapes are undone");
	CHECK_BAD("/%c0%af", "the path or query is not UTF-8 once its escapes are undone");
	CHECK_BAD("/%ed%a0%80", "the path or query is not UTF-8 once its escapes are undone");
	CHECK_BAD("/%f4%90%80%80", "the path or query is not UTF-8 once its escapes are undone");
	CHECK_BAD("/%e2%82", "the path or query is not UTF-8 once its escapes are undone");
	CHECK_BAD("/a%00", "the path or query holds an escaped control character");
	CHECK_BAD("/a?x=%1b", "the path or query holds an escaped control character");
	CHECK_BAD("/a%c2%85", "the path or query holds an escaped control character");
	CHECK(read_target("/%c3%a9%e2%82%ac%f0%9f%8e%ae") == NULL);
	CHECK_STR(target.segments[0], "é€🎮");
}

TEST(a_parameter_given_twice_is_refused)
{
	CHECK_BAD("/a?x=1&x=2", "a query parameter is given twice");
	CHECK_BAD("/a?x=1&%78=2", "a query parameter is given twice");
}

TEST(there_is_an_end_to_parts_and_parameters)
{
	CHECK_BAD("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "the path has too many parts");
	CHECK_BAD("/a?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&r&s&t&u&v&w&x&y&z&1&2&3&4&5&6&7",
		  "the query has too many parameters");
}

static void find(const char *method, const char *text)
{
	CHECK(read_target(text) == NULL);
	route_find(str_of(method), &target, &route);
}

TEST(a_route_is_found_by_method_and_path)
{
	find("GET", "/v1/status");
	CHECK(route.op != NULL);
	CHECK_TEXT(route.op->route, "GET /v1/status");
	find("HEAD", "/livez");
	CHECK_TEXT(route.op->route, "GET /livez");
	find("GET", "/v1/nothing");
	CHECK(route.op == NULL && !route.path_known);
	find("GET", "/v1/status/more");
	CHECK(route.op == NULL && !route.path_known);
}

TEST(a_known_path_names_its_methods)
{
	find("DELETE", "/v1/status");
	CHECK(route.op == NULL && route.path_known);
	CHECK_TEXT(route.allow, "GET");
}

TEST(a_misspelt_parameter_is_a_stranger)
{
	find("GET", "/v1/status?verbose=1");
	CHECK(route_stranger(&route) != NULL);
	CHECK_STR(route_stranger(&route)->name, "verbose");
	find("GET", "/v1/status");
	CHECK(route_stranger(&route) == NULL);
}

TEST(rows_of_operations_are_in_order)
{
	for (size_t i = 0; i < ops_table_count; i++) {
		struct str method, path;

		route_split(ops_table[i], &method, &path);
		CHECK(str_is(method, "GET") || str_is(method, "POST"));
		CHECK(path.p[0] == '/');
		CHECK(ops_table[i]->run != NULL && ops_table[i]->summary != NULL);
		CHECK(!str_is(method, "GET") ||
		      (ops_table[i]->access == OP_READ && ops_table[i]->body == OP_NO_BODY));
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(ops_table[i]->route, ops_table[k]->route);
		for (const struct op_param *p = ops_table[i]->params; p && p->name; p++)
			CHECK(p->doc != NULL && p->type != NULL);
	}
}
