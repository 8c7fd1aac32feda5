/* tests/unit/test_where.c */
#include "admin/where.h"
#include "test.h"

static const char item_text[] = "{\"kind\":\"Arena\",\"name\":\"frozen-keep\",\"revision\":12,"
				"\"pinned\":false,\"error\":null,"
				"\"spec\":{\"player_hp\":120,\"spawn_rate\":0.5,\"warmup\":"
				"\"1m30s\",\"cache\":\"4KiB\",\"odds\":"
				"\"12.5%\",\"waves\":[{\"name\":\"first\"},{\"name\":\"last\"}],"
				"\"tags\":[\"ice\",\"boss\"],"
				"\"odd key\":7,\"empty\":\"\"}}";

static bool holds(const char *text)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct where_error error;
	const struct where *w = where_parse(mem, str_of(text), &error);
	json_t *item = json_loads(item_text, 0, NULL);
	bool yes;

	if (w == NULL)
		print_error("%s: column %zu: %s\n", text, error.column, error.message);
	CHECK(w != NULL && item != NULL);
	yes = where_holds(w, item);
	json_decref(item);
	return yes;
}

static void check_error(const char *text, size_t column, const char *message)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct where_error error;

	CHECK(where_parse(mem, str_of(text), &error) == NULL);
	CHECK_TEXT(error.message, message);
	CHECK_INT(error.column, column);
}

TEST(nothing_holds_for_everything)
{
	CHECK(holds(""));
	CHECK(holds("  "));
}

TEST(fields_compare_with_texts_and_numbers)
{
	CHECK(holds("kind == \"Arena\""));
	CHECK(holds("kind=='Arena'"));
	CHECK(!holds("kind == 'arena'"));
	CHECK(holds("revision > 3"));
	CHECK(holds("revision >= 12 && revision <= 12"));
	CHECK(!holds("revision < 12"));
	CHECK(holds("spec.spawn_rate < 0.75"));
	CHECK(holds("spec.player_hp == 120.0"));
	CHECK(holds("name < \"g\""));
	CHECK(holds("-5 < revision"));
	CHECK(holds("pinned == false"));
}

TEST(paths_reach_into_lists_and_odd_keys)
{
	CHECK(holds("spec.waves[1].name == 'last'"));
	CHECK(holds("spec[\"odd key\"] == 7"));
	CHECK(holds("spec['odd key'] == 7"));
	CHECK(holds("spec.waves[9].name == null"));
	CHECK(!holds("spec.waves.name == 'first'"));
}

TEST(what_is_not_there_is_null)
{
	CHECK(holds("nothing == null"));
	CHECK(holds("error == null"));
	CHECK(holds("!nothing.at.all"));
	CHECK(!holds("nothing > 3"));
	CHECK(!holds("nothing < 3"));
	CHECK(holds("name != null"));
}

TEST(different_types_are_unequal_and_have_no_order)
{
	CHECK(!holds("revision == \"12\""));
	CHECK(holds("revision != \"12\""));
	CHECK(!holds("revision < \"99\""));
	CHECK(!holds("revision >= \"1\""));
}

TEST(quantities_compare_by_size)
{
	CHECK(holds("spec.warmup == 90s"));
	CHECK(holds("spec.warmup > 10s && spec.warmup < 2m"));
	CHECK(holds("spec.cache >= 4096B"));
	CHECK(holds("spec.cache < 1MiB"));
	CHECK(holds("spec.odds == 12.50%"));
	CHECK(!holds("spec.warmup > 1KiB && spec.warmup <= 1KiB"));
	CHECK(holds("spec.warmup == '90s'"));
}

TEST(not_and_or_bind_as_in_c)
{
	CHECK(holds("pinned || revision == 12 && name == 'frozen-keep'"));
	CHECK(holds("!pinned && !(revision > 12 || kind != 'Arena')"));
	CHECK(holds("1 == 2 || 3 == 4 || 5 == 5"));
	CHECK(!holds("(pinned || revision == 12) && name == 'x'"));
	CHECK(holds("!!revision"));
}

TEST(tilde_looks_inside)
{
	CHECK(holds("name ~ 'KEEP'"));
	CHECK(!holds("name ~ 'keeper'"));
	CHECK(holds("spec.tags ~ 'boss'"));
	CHECK(!holds("spec.tags ~ 'bos'"));
	CHECK(holds("spec ~ 'player_hp'"));
	CHECK(holds("name ~ ''"));
}

TEST(a_path_alone_asks_for_truth)
{
	CHECK(holds("revision"));
	CHECK(!holds("pinned"));
	CHECK(!holds("error"));
	CHECK(holds("spec.empty"));
	CHECK(holds("true && !false"));
}

TEST(mistakes_name_their_column)
{
	check_error("kind = 'x'", 6, "write == to compare");
	check_error("kind ==", 8,
		    "something is missing at the end: a field, a text in quotes or a number");
	check_error("kind == 'x", 11, "the text in quotes has no closing quote");
	check_error("(a == 1", 8, ") is expected");
	check_error("a == 1 b", 8, "the condition should end here, or go on with && or ||");
	check_error("a. == 1", 3, "a field's name is expected behind the dot");
	check_error("a[x] == 1", 4, "an index or a key in quotes is expected between [ and ]");
	check_error("a[1 == 1", 4, "] is expected");
	check_error("a == 12xyz", 6,
		    "this is neither a number nor a quantity such as 30s, 4KiB or 12.5%; put text "
		    "in quotes");
	check_error("a == -", 6, "a number is expected behind -");
	check_error("== 1", 1, "a field, a text in quotes or a number is expected here");
	check_error("a && && b", 6, "a field, a text in quotes or a number is expected here");
}

TEST(nesting_has_an_end)
{
	char text[200];

	memset(text, '(', 100);
	memcpy(text + 100, "a", 2);
	check_error(text, 33, "the condition nests too deep");
	memset(text, '!', 100);
	check_error(text, 33, "the condition nests too deep");
}

TEST(listings_sort_by_several_fields)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct where_error error;
	const struct sort_keys *keys = sort_parse(mem, STR("-revision, spec.ttl"), &error);
	json_t *a = json_pack("{s:i, s:{s:s}}", "revision", 3, "spec", "ttl", "10s");
	json_t *b = json_pack("{s:i, s:{s:s}}", "revision", 3, "spec", "ttl", "1m");
	json_t *c = json_pack("{s:i}", "revision", 4);

	CHECK(keys != NULL);
	CHECK(sort_compare(keys, a, b) < 0);
	CHECK(sort_compare(keys, b, a) > 0);
	CHECK(sort_compare(keys, a, c) > 0);
	CHECK_INT(sort_compare(keys, a, a), 0);
	CHECK(sort_parse(mem, STR("a,"), &error) == NULL);
	CHECK_TEXT(error.message, "a field is expected here, or - and a field");
	CHECK(sort_parse(mem, STR("a b"), &error) == NULL);
	CHECK_TEXT(error.message, "a comma is expected between two fields");
	json_decref(a);
	json_decref(b);
	json_decref(c);
}
