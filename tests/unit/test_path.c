/* tests/unit/test_path.c */
#include <errno.h>

#include "conf/path.h"
#include "test.h"

TEST(a_path_reads_as_people_would_write_it)
{
	CLEANUP(buf_free) struct buf path = {0};

	path_add_field(&path, STR("waves"));
	path_add_index(&path, 12);
	path_add_field(&path, STR("loot"));
	path_add_key(&path, STR("gold"));
	path_add_key(&path, STR("odd \"key\"\n\\"));
	path_add_key(&path, STR(""));
	CHECK_TEXT(path.p, "waves[12].loot.gold[\"odd \\\"key\\\"\\u000a\\\\\"][\"\"]");
}

TEST(what_was_written_is_read_step_by_step)
{
	struct arena *mem = arena_new("test");
	struct str rest = STR("waves[12].loot[\"odd \\\"key\\\"\\u000a\\\\\"].x-1[\"\"]");
	struct path_step step;

	CHECK_INT(path_next(&rest, mem, &step), 1);
	CHECK_STR(step.key, "waves");
	CHECK_INT(path_next(&rest, mem, &step), 1);
	CHECK(step.is_index);
	CHECK_INT(step.index, 12);
	CHECK_INT(path_next(&rest, mem, &step), 1);
	CHECK_STR(step.key, "loot");
	CHECK_INT(path_next(&rest, mem, &step), 1);
	CHECK_STR(step.key, "odd \"key\"\n\\");
	CHECK_INT(path_next(&rest, mem, &step), 1);
	CHECK_STR(step.key, "x-1");
	CHECK_INT(path_next(&rest, mem, &step), 1);
	CHECK_STR(step.key, "");
	CHECK_INT(path_next(&rest, mem, &step), 0);
	arena_free(mem);
}

TEST(what_is_no_path_is_refused)
{
	static const char *const wrong[] = {".",
					    "a..b",
					    "a[",
					    "a[]",
					    "a[x]",
					    "a[1",
					    "a[99999999999]",
					    "a[\"x]",
					    "a[\"x\"",
					    "a[\"\\x\"]",
					    "a[\"\\u00g0\"]",
					    "a b",
					    "a[0]b c"};
	struct arena *mem = arena_new("test");

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct str rest = str_of(wrong[i]);
		struct path_step step;
		int rc;

		while ((rc = path_next(&rest, mem, &step)) > 0)
			;
		CHECK_INT(rc, -EINVAL);
	}
	arena_free(mem);
}

static void check_path(const char *before, struct str key, const char *wanted)
{
	CLEANUP(buf_free) struct buf path = {0};

	buf_add(&path, str_of(before));
	path_add_key(&path, key);
	CHECK_STR(buf_str(&path), wanted);
}

TEST(a_path_quotes_keys_that_are_no_words)
{
	check_path("", STR("hp"), "hp");
	check_path("a", STR("b-2_C"), "a.b-2_C");
	check_path("a[0]", STR("b"), "a[0].b");
	check_path("a", STR("odd key"), "a[\"odd key\"]");
	check_path("a", STR(""), "a[\"\"]");
	check_path("a", STR("q\"\\\n"), "a[\"q\\\"\\\\\\u000a\"]");
	check_path("a", STR("é"), "a[\"é\"]");
}
