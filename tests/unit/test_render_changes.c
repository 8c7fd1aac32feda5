/* tests/unit/test_render_changes.c */
#include "render_changes.h"
#include "test.h"

static struct str render(struct buf *out, const char *json, struct render_changes how,
			 struct term t)
{
	struct arena *mem = arena_new("test");
	json_t *changes = json_loads(json, 0, NULL);
	change_views views = {0};

	CHECK(changes != NULL);
	change_views_of_json(mem, changes, &views);
	render_changes(out, &t, &views, &how);
	json_decref(changes);
	arena_free(mem);
	return buf_str(out);
}

#define CHECK_CHANGES(json, how, wanted)                                                           \
	do {                                                                                       \
		CLEANUP(buf_free) struct buf out_ = {0};                                           \
		CHECK_STR(render(&out_, json, (struct render_changes)how, (struct term){0}),       \
			  wanted);                                                                 \
	} while (0)

#define CHANGE(op, name, field, before, after, reload)                                             \
	"{\"op\":\"" op "\",\"kind\":\"Arena\",\"name\":\"" name "\",\"field\":" field             \
	",\"before\":" before ",\"after\":" after ",\"reload\":\"" reload "\"}"

TEST(fields_of_one_document_stand_below_it_in_columns)
{
	CHECK_CHANGES("[" CHANGE("changed", "keep", "\"player_hp\"", "\"100\"", "\"120\"",
				 "live") "," CHANGE("changed", "keep", "\"waves[0].boss\"",
						    "\"yeti\"", "\"ice-king\"", "next") "]",
		      {.reload = true},
		      "~ Arena/keep\n"
		      "    player_hp      100 → 120        live\n"
		      "    waves[0].boss  yeti → ice-king  next match\n");
}

TEST(added_and_removed_documents_are_one_line_each)
{
	CHECK_CHANGES("[" CHANGE("added", "a", "null", "null", "\"x\"", "live") "," CHANGE(
			      "removed", "b", "null", "\"x\"", "null", "live") "]",
		      {0}, "+ Arena/a\n- Arena/b\n");
}

TEST(an_added_field_has_a_plus_and_a_removed_one_a_minus)
{
	CHECK_CHANGES("[" CHANGE("added", "a", "\"x\"", "null", "\"1\"", "live") "," CHANGE(
			      "removed", "a", "\"y\"", "\"2\"", "null", "live") "]",
		      {0}, "~ Arena/a\n    x  + 1\n    y  - 2\n");
}

TEST(values_too_long_for_a_line_stand_below_each_other)
{
#define LONG "0123456789012345678901234567890123456789012345678901234567890123456789"
	CHECK_CHANGES(
		"[" CHANGE("changed", "a", "\"x\"", "\"" LONG "\"", "\"" LONG "!\"", "live") "]",
		{.reload = true}, "~ Arena/a\n    x  live\n      - " LONG "\n      + " LONG "!\n");
}

TEST(what_does_not_fit_the_limit_is_counted)
{
	CHECK_CHANGES("[" CHANGE("changed", "a", "\"x\"", "\"1\"", "\"2\"", "live") "," CHANGE(
			      "changed", "b", "\"x\"", "\"1\"", "\"2\"", "live") "]",
		      {.max_lines = 2}, "~ Arena/a\n    x  1 → 2\n… and 1 more\n");
}

TEST(changes_the_daemon_left_out_are_counted_too)
{
	CHECK_CHANGES("[" CHANGE("added", "a", "null", "null", "\"x\"", "live") "]",
		      {.total = 10001}, "+ Arena/a\n… and 10000 more\n");
}

TEST(an_escape_sequence_in_a_value_is_shown_not_sent)
{
	CHECK_CHANGES("[" CHANGE("changed", "a", "\"x\"", "\"\\u001b[2J\"", "\"b\"", "live") "]",
		      {0}, "~ Arena/a\n    x  \\x1B[2J → b\n");
}

TEST(colour_marks_old_new_and_when)
{
	CLEANUP(buf_free) struct buf out = {0};

	CHECK_STR(render(&out, "[" CHANGE("changed", "a", "\"x\"", "\"1\"", "\"2\"", "restart") "]",
			 (struct render_changes){.reload = true}, (struct term){.colour = true}),
		  "\x1b[33m~\x1b[0m \x1b[1mArena/a\x1b[0m\n"
		  "    x  \x1b[31m1\x1b[0m → \x1b[32m2\x1b[0m  \x1b[31mrestart\x1b[0m\n");
}

static struct str summary(struct buf *out, uint64_t changed, uint64_t added, uint64_t removed)
{
	render_changes_summary(out, changed, added, removed);
	return buf_str(out);
}

TEST(the_summary_leaves_zeros_out)
{
	CLEANUP(buf_free) struct buf a = {0};
	CLEANUP(buf_free) struct buf b = {0};
	CLEANUP(buf_free) struct buf c = {0};

	CHECK_STR(summary(&a, 1, 2, 0), "1 document changed, 2 added");
	CHECK_STR(summary(&b, 0, 0, 3), "3 documents removed");
	CHECK_STR(summary(&c, 0, 0, 0), "no difference");
}
