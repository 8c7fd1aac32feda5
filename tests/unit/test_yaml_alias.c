/* tests/unit/test_yaml_alias.c: anchors, aliases, the merge key (pitfalls Y7, Y8). */
#include <time.h>

#include "yaml_case.h"

TEST(aliases_stand_for_scalars_and_subtrees)
{
	CHECK_YAML("a: &x 1\nb: &y [*x, {c: *x}]\nd: *y\n*x : e\n",
		   "{a: 1, b: [*1, {c: *1}], d: *[*1, {c: *1}], *1: e}", "");
}

TEST(an_alias_without_an_anchor_before_it_is_refused)
{
	CHECK_YAML("kind: A\nname: x\na: *later\nb: &later 1\n", "{kind: A, name: x, a: !, b: 1}",
		   "3:4: error: a: no anchor &later is defined before this alias [alias]");
}

TEST(anchors_hold_within_their_own_document)
{
	CHECK_YAML("a: &x 1\n---\nb: *x\nc: &x 2\nd: *x\n", "{a: 1}\n{b: !, c: 2, d: *2}",
		   "3:4: error: no anchor &x is defined before this alias [alias]");
}

TEST(a_cycle_is_refused)
{
	CHECK_YAML("a: &a [1, *a]\n", "{a: [1, !]}",
		   "1:11: error: the alias *a stands within its own anchor, of line 1: a cycle "
		   "[alias]");
	CHECK_YAML("a: &a\n  b: {c: *a}\n", "{a: {b: {c: !}}}",
		   "2:10: error: the alias *a stands within its own anchor, of line 1: a cycle "
		   "[alias]");
	CHECK_YAML("a: &a\n  <<: *a\n  b: 1\n", "{a: {b: 1}}",
		   "2:7: error: the alias *a stands within its own anchor, of line 1: a cycle "
		   "[alias]");
}

TEST(an_anchor_defined_twice_names_both_places)
{
	CHECK_YAML(
		"a: &x 1\nb: &x 2\nc: *x\n", "{a: 1, b: 2, c: *1}",
		"2:4: error: the anchor &x is defined twice, first at line 1, column 4 [anchor]");
}

TEST(a_merge_adds_what_is_not_written)
{
	CHECK_YAML("b: &b {x: 1, y: 2}\nd:\n  <<: *b\n  x: 9\n  z: 3\n",
		   "{b: {x: 1, y: 2}, d: {x: 9, z: 3, *^y: *^2}}", "");
	CHECK_YAML("b: &b {x: 1}\nd: {x: 9, <<: *b}\n", "{b: {x: 1}, d: {x: 9}}", "");
}

TEST(the_earlier_mapping_of_a_list_wins)
{
	CHECK_YAML("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nd: {<<: [*a, *b], w: 0}\n",
		   "{a: {x: 1, y: 2}, b: {y: 3, z: 4}, d: {w: 0, *^x: *^1, *^y: *^2, *^z: *^4}}",
		   "");
}

TEST(merges_may_lie_within_what_is_merged)
{
	CHECK_YAML("a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b}\n",
		   "{a: {x: 1}, b: {y: 2, *^x: *^1}, c: {*^y: *^2, *^x: *^1}}", "");
	CHECK_YAML("c: {<<: {<<: {x: 1}, y: 2}}\n", "{c: {*^y: *^2, *^x: *^1}}", "");
	CHECK_YAML("l: &l [{x: 1}, {y: 2}]\nc: {<<: *l}\n",
		   "{l: [{x: 1}, {y: 2}], c: {*^x: *^1, *^y: *^2}}", "");
}

TEST(duplicates_are_looked_for_before_the_merge)
{
	CHECK_FINDINGS(
		"b: &b {x: 1}\nd:\n  x: 1\n  <<: *b\n  x: 2\n",
		"5:3: error: duplicate key \"x\", first at line 3, column 3 [duplicate-key]");
}

TEST(a_second_merge_key_is_a_duplicate_and_quoted_it_is_a_word)
{
	CHECK_YAML("d:\n  <<: {x: 1}\n  <<: {y: 2}\n", "{d: {*^x: *^1}}",
		   "3:3: error: duplicate key \"<<\", first at line 2, column 3 [duplicate-key]");
	CHECK_YAML("d: {\"<<\": {x: 1}, <<: {y: 2}}\n", "{d: {\"<<\": {x: 1}, *^y: *^2}}", "");
}

TEST(only_mappings_can_be_merged)
{
	CHECK_FINDINGS("kind: A\nname: x\nd:\n  <<: 1\n",
		       "4:7: error: d: << merges mappings, not a single value [merge]");
	CHECK_FINDINGS("d: {<<: }\n", "1:5: error: << merges mappings, not null [merge]");
	CHECK_FINDINGS("d: {<<: [{x: 1}, 2, [{y: 3}]]}\n",
		       "1:18: error: << merges mappings, not a single value [merge]\n"
		       "1:21: error: << merges mappings, not a list within a list [merge]");
	CHECK_FINDINGS("a: &a 1\nd: {<<: *a}\n",
		       "2:9: error: << merges mappings, not a single value [merge]");
}

TEST(a_mapping_of_many_merged_keys_still_lets_the_written_ones_win)
{
	struct yaml_case c = yaml_case_new();
	CLEANUP(buf_free) struct buf text = {0};
	struct yaml_node *d;

	buf_add(&text, STR("a: &a\n"));
	for (int i = 0; i < 200; i++)
		buf_printf(&text, "  k%d: a\n", i);
	buf_add(&text, STR("d:\n  <<: *a\n"));
	for (int i = 0; i < 300; i += 3)
		buf_printf(&text, "  k%d: d\n", i);
	yaml_case_read(&c, buf_str(&text));
	CHECK_STR(yaml_case_findings(&c), "");
	d = yaml_get(c.last, STR("d"));
	CHECK_INT(d->n, 233);
	CHECK_STR(yaml_text(yaml_get(d, STR("k9"))), "d");
	CHECK_STR(yaml_text(yaml_get(d, STR("k10"))), "a");
	yaml_case_free(&c);
}

static double read_ms(struct yaml_case *c, struct str text)
{
	struct timespec start, end;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	c->src = conf_source_new(c->mem, STR("a"), text);
	c->fine = conf_yaml_read(c->scratch, c->src, &c->caps,
				 (struct yaml_sink){yaml_case_each, c}, &c->d);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	return (double)(end.tv_sec - start.tv_sec) * 1e3 +
	       (double)(end.tv_nsec - start.tv_nsec) / 1e6;
}

static void check_bomb(const char *first, const char *open, const char *separator,
		       const char *close)
{
	struct yaml_case c = yaml_case_new();
	CLEANUP(buf_free) struct buf text = {0};

	buf_add(&text, str_of(first));
	for (int level = 1; level < 10; level++) {
		buf_printf(&text, "l%d: &l%d %s", level, level, open);
		for (int i = 0; i < 10; i++)
			buf_printf(&text, "%s*l%d", i ? separator : "", level - 1);
		buf_printf(&text, "%s\n", close);
	}
	CHECK(read_ms(&c, buf_str(&text)) < 50);
	CHECK_STR(buf_str(&c.tree), "(unusable)");
	CHECK_INT(c.d.errors, 1);
	CHECK_TEXT(c.d.list.items[0].code, "too-large");
	yaml_case_free(&c);
}

TEST(a_bomb_of_nine_levels_is_refused_at_once)
{
	check_bomb("l0: &l0 [x,x,x,x,x,x,x,x,x,x]\n", "[", ", ", "]");
	check_bomb("l0: &l0 {a: x, b: x}\n", "{<<: [", ", ", "], k: [*l0]}");
}

TEST(aliases_may_expand_to_ten_times_what_is_written)
{
	struct yaml_case c = yaml_case_new();
	CLEANUP(buf_free) struct buf text = {0};

	buf_add(&text, STR("a: &a ["));
	for (int i = 0; i < 2000; i++)
		buf_add(&text, STR("1, "));
	buf_add(&text, STR("]\nb: [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"));
	yaml_case_read(&c, buf_str(&text));
	CHECK_STR(yaml_case_findings(&c), "");
	buf_add(&text, STR("c: [*a, *a, *a]\n"));
	yaml_case_read(&c, buf_str(&text));
	CHECK_STR(yaml_case_findings(&c), "2:5: error: the aliases of this document expand to "
					  "26019 nodes, more than 10 times the 2019 "
					  "written [too-large]");
	yaml_case_free(&c);
}

TEST(a_small_document_may_repeat_itself_often)
{
	struct yaml_case c = yaml_case_new();
	CLEANUP(buf_free) struct buf text = {0};

	buf_add(&text,
		STR("a: &a {b: 1, c: 2, d: 3, e: 4, f: 5, g: 6, h: 7, i: 8, j: 9, k: 10}\nl:\n"));
	for (int i = 0; i < 400; i++)
		buf_add(&text, STR("- *a\n"));
	yaml_case_read(&c, buf_str(&text));
	CHECK_STR(yaml_case_findings(&c), "");
	yaml_case_free(&c);
}
