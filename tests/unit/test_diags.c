/* tests/unit/test_diags.c */
#include "conf/diags.h"
#include "test.h"

static struct conf_place at(const struct conf_source *src, uint32_t line, uint32_t column)
{
	return (struct conf_place){src, {line, column}, {line, column + 1}};
}

static void check_order(const struct diags *d, const char *wanted)
{
	CLEANUP(buf_free) struct buf got = {0};
	const struct conf_finding *f;

	VEC_EACH (&d->list, f)
		buf_printf(&got, STR_FMT " ", STR_ARG(f->message));
	CHECK_STR(buf_str(&got), wanted);
}

TEST(findings_are_sorted_by_file_line_column_code_and_message)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct conf_source *a = conf_source_new(mem, STR("a.yaml"), STR("")),
			   *b = conf_source_new(mem, STR("b.yaml"), STR(""));
	struct diags d = diags_into(mem);

	diags_add(&d, CONF_ERROR, "max", at(b, 1, 1), "7");
	diags_add(&d, CONF_ERROR, "min", at(a, 10, 1), "6");
	diags_add(&d, CONF_ERROR, "max", at(a, 10, 1), "5");
	diags_add(&d, CONF_ERROR, "max", at(a, 10, 1), "4");
	diags_add(&d, CONF_WARNING, "max", at(a, 9, 3), "3");
	diags_add(&d, CONF_ERROR, "max", at(a, 9, 2), "2");
	diags_add(&d, CONF_ERROR, "kind", (struct conf_place){0}, "1");
	diags_sort(&d);
	check_order(&d, "1 2 3 4 5 6 7 ");
}

TEST(exact_twins_are_dropped_and_the_counts_follow)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct conf_source *a = conf_source_new(mem, STR("a.yaml"), STR(""));
	struct diags d = diags_into(mem);

	for (int i = 0; i < 3; i++) {
		diags_add(&d, CONF_ERROR, "max", at(a, 1, 1), "same");
		diags_add(&d, CONF_WARNING, "deprecated", at(a, 1, 1), "same");
	}
	diags_add(&d, CONF_ERROR, "max", at(a, 1, 1), "same")->path = STR("Arena/other");
	diags_sort(&d);
	CHECK_INT(d.list.count, 3);
	CHECK_INT(d.errors, 2);
	CHECK_INT(d.warnings, 1);
}

TEST(an_empty_list_is_sorted_and_moved_without_harm)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct diags d = diags_into(mem), from = diags_into(mem);

	diags_sort(&d);
	diags_move(&d, &from);
	CHECK_INT(d.list.count, 0);
}

TEST(moved_findings_outlive_the_arena_they_were_made_in)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct arena *gone = arena_new("gone");
	struct diags d = diags_into(mem), from = diags_into(gone);
	struct conf_finding *f =
		diags_add(&from, CONF_ERROR, "max", (struct conf_place){0}, "message %d", 1);

	diags_hint(&from, f, "hint %d", 2);
	f->path = arena_str(gone, STR("Arena/a.hp"));
	diags_move(&d, &from);
	arena_free(gone);
	CHECK_STR(d.list.items[0].message, "message 1");
	CHECK_STR(d.list.items[0].hint, "hint 2");
	CHECK_STR(d.list.items[0].path, "Arena/a.hp");
	CHECK_INT(d.errors, 1);
}
