/* tests/unit/test_yaml_keys.c: keys twice, keys alike, keys that are no text (pitfalls Y6, Y14). */
#include "yaml_case.h"

TEST(a_key_written_twice_names_both_places_and_the_first_is_kept)
{
	CHECK_YAML(
		"kind: A\nname: x\nhp: 1\nb: 2\nhp: 3\n", "{kind: A, name: x, hp: 1, b: 2}",
		"5:1: error: hp: duplicate key \"hp\", first at line 3, column 1 [duplicate-key]");
}

TEST(quotes_do_not_make_another_key)
{
	CHECK_YAML("a: 1\n\"a\": 2\n'a': 3\n? a\n: 4\n", "{a: 1}",
		   "2:1: error: duplicate key \"a\", first at line 1, column 1 [duplicate-key]\n"
		   "3:1: error: duplicate key \"a\", first at line 1, column 1 [duplicate-key]\n"
		   "4:3: error: duplicate key \"a\", first at line 1, column 1 [duplicate-key]");
	CHECK_YAML("\"\\x61\": 1\na: 2\n", "{\"a\": 1}",
		   "2:1: error: duplicate key \"a\", first at line 1, column 1 [duplicate-key]");
}

TEST(every_mapping_has_its_own_keys_and_paths_name_the_mapping)
{
	CHECK_YAML("kind: A\nname: x\nw:\n- {a: 1, a: 2}\n- {a: 1}\nm: {\"o k\": {b: 1, b: 2}}\n",
		   "{kind: A, name: x, w: [{a: 1}, {a: 1}], m: {\"o k\": {b: 1}}}",
		   "4:10: error: w[0].a: duplicate key \"a\", first at line 4, column 4 "
		   "[duplicate-key]\n"
		   "6:19: error: m[\"o k\"].b: duplicate key \"b\", first at line 6, column 13 "
		   "[duplicate-key]");
}

TEST(mistakes_within_a_repeated_value_are_told_though_it_is_left_out)
{
	CHECK_YAML("a: 1\na: {b: 1, b: 2, c: *x}\nd: 1\n", "{a: 1, d: 1}",
		   "2:1: error: duplicate key \"a\", first at line 1, column 1 [duplicate-key]\n"
		   "2:11: error: duplicate key \"b\", first at line 2, column 5 [duplicate-key]\n"
		   "2:20: error: no anchor &x is defined before this alias [alias]");
}

TEST(keys_that_differ_in_case_or_in_the_encoding_of_accents_are_warned_about)
{
	CHECK_YAML(
		"hp: 1\nHP: 2\n", "{hp: 1, HP: 2}",
		"2:1: warning: the key \"HP\" looks like \"hp\" at line 1, column 1 [similar-key]");
	CHECK_FINDINGS("caf\xc3\xa9: 1\ncafe\xcc\x81: 2\nCAF\xc3\x89: 3\n",
		       "2:1: warning: the key \"cafe\xcc\x81\" looks like \"caf\xc3\xa9\" at line "
		       "1, column 1 "
		       "[similar-key]\n"
		       "3:1: warning: the key \"CAF\xc3\x89\" looks like \"caf\xc3\xa9\" at line "
		       "1, column 1 "
		       "[similar-key]");
	CHECK_FINDINGS("a_b: 1\na-b: 2\na@: 1\n\"a`\": 2\n\"[\": 1\n\"{\": 2\n", "");
}

TEST(a_key_is_text_also_when_it_looks_like_a_number)
{
	CHECK_YAML("1: a\ntrue: b\n1.5: c\n\"null\": d\n'~': e\n",
		   "{1: a, true: b, 1.5: c, \"null\": d, '~': e}", "");
}

TEST(null_lists_and_mappings_are_no_keys)
{
	CHECK_YAML("null: 1\n~: 2\n? [a]\n: 3\n? {b: c}\n: 4\n? \n: 5\nd: 6\n", "{d: 6}",
		   "1:1: error: a key must be text, not null [key]\n"
		   "2:1: error: a key must be text, not null [key]\n"
		   "3:3: error: a key must be text, not a list [key]\n"
		   "5:3: error: a key must be text, not a mapping [key]\n"
		   "7:2: error: a key must be text, not null [key]");
	CHECK_YAML("a: {[b]: c, d: e}\n", "{a: {d: e}}",
		   "1:5: error: a key must be text, not a list [key]");
}

/* `count` keys "k0"..., then the one at `again` once more. */
static void check_large(int count, int again)
{
	struct yaml_case c = yaml_case_new();
	CLEANUP(buf_free) struct buf text = {0};
	char wanted[256];

	for (int i = 0; i < count; i++)
		buf_printf(&text, "k%d: %d\n", i, i);
	buf_printf(&text, "k%d: x\nK%d: y\n", again, again);
	snprintf(wanted, sizeof(wanted),
		 "%d:1: error: duplicate key \"k%d\", first at line %d, column 1 [duplicate-key]\n"
		 "%d:1: warning: the key \"K%d\" looks like \"k%d\" at line %d, column 1 "
		 "[similar-key]",
		 count + 1, again, again + 1, count + 2, again, again, again + 1);
	yaml_case_read(&c, buf_str(&text));
	CHECK_STR(yaml_case_findings(&c), wanted);
	CHECK_INT(c.last->n, count + 1);
	yaml_case_free(&c);
}

TEST(mappings_of_any_size_find_their_duplicates)
{
	for (int count = 1; count < 80; count++)
		for (int again = 0; again < count; again += 7)
			check_large(count, again);
	check_large(50000, 0);
	check_large(50000, 49999);
}

TEST(a_file_of_nothing_but_duplicates_is_told_with_a_bounded_number_of_findings)
{
	struct yaml_case c = yaml_case_new();
	CLEANUP(buf_free) struct buf text = {0};
	const struct conf_finding *last;

	for (int i = 0; i < 5000; i++)
		buf_add(&text, STR("a: 1\n"));
	yaml_case_read(&c, buf_str(&text));
	CHECK_INT(c.d.errors, 1001);
	last = &c.d.list.items[c.d.list.count - 1];
	CHECK_STR(last->message, "3999 more findings of this file, from here on, are not listed");
	CHECK_INT(last->at.start.line, 1002);
	yaml_case_free(&c);
}
