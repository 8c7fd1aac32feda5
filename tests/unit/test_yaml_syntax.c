/* tests/unit/test_yaml_syntax.c: what libyaml refuses, in words for the author (pitfalls Y5, Y14, Y18). */
#include "yaml_case.h"

/* The whole of what people see. */
static void check_shown(const char *text, const char *wanted)
{
	struct yaml_case c = yaml_case_new();
	CLEANUP(buf_free) struct buf out = {0};
	struct conf_render how = {0};

	yaml_case_read(&c, str_of(text));
	conf_render_text(&out, &c.d, &how);
	yaml_case_free(&c);
	CHECK_STR(buf_str(&out), wanted);
}

TEST(an_unclosed_quote_points_at_its_opening)
{
	check_shown("a: 1\nb: \"foo\nc: 1\n",
		    "a.yaml:2:4: error: this quote is never closed [yaml]\n"
		    "  2 | b: \"foo\n"
		    "    |    ^\n"
		    "  the text runs to the end of the file\n");
	CHECK_YAML("b: 'foo\n---\nc: 1\n", "{c: 1}",
		   "1:4: error: this quote is never closed [yaml]");
}

TEST(a_quote_that_ran_into_the_next_one_points_at_its_opening)
{
	check_shown("a: \"foo\nb: \"bar\"\n",
		    "a.yaml:1:4: error: this quote is not closed on its line [yaml]\n"
		    "  1 | a: \"foo\n"
		    "    |    ^\n"
		    "  2 | b: \"bar\"\n"
		    "    |    -\n"
		    "  the next quote, at line 2, column 4, ended it\n");
	CHECK_FINDINGS("- [\"a, b]\n- [\"c\", d]\n",
		       "1:4: error: this quote is not closed on its line [yaml]");
}

TEST(bad_indentation_shows_both_lines)
{
	check_shown("a:\n    b: 1\n  c: 2\n", "a.yaml:3:3: error: this line is indented by 2, line "
					      "1 by 0 and line 2 by 4: it belongs to "
					      "neither [yaml]\n"
					      "  1 | a:\n"
					      "    | -\n"
					      "  3 |   c: 2\n"
					      "    |   ^\n"
					      "  lines of one block begin in the same column\n");
	check_shown(
		"a: 1\n  b: 2\n",
		"a.yaml:2:3: error: this key cannot stand here: the line above already has a value "
		"[yaml]\n"
		"  1 | a: 1\n"
		"    | ----\n"
		"  2 |   b: 2\n"
		"    |   ^\n"
		"  begin the line in the column of the key above, or leave out the value above\n");
	CHECK_FINDINGS("a:\n  - 1\n - 2\n",
		       "3:2: error: this line is indented by 1, line 1 by 0 and line 2 by 2: "
		       "it belongs to neither [yaml]");
	CHECK_FINDINGS("- a\nb: 1\n", "2:1: error: a list item begins with \"- \" [yaml]");
}

TEST(indentation_by_tabs_says_tab)
{
	check_shown("a:\n\tb: 1\n", "a.yaml:2:1: error: a tab cannot indent [yaml]\n"
				    "  2 |         b: 1\n"
				    "    | ^^^^^^^^\n"
				    "  use spaces\n");
	CHECK_FINDINGS("a: b\n\tc: d\n", "2:1: error: a tab cannot indent [yaml]");
	CHECK_FINDINGS("a:\n  b: 1\n \tc: 2\n", "3:2: error: a tab cannot indent [yaml]");
	CHECK_FINDINGS("a: |\n\tx\n", "2:1: error: a tab cannot indent [yaml]");
	CHECK_FINDINGS("a:\n\t- b\n", "2:1: error: a tab cannot indent [yaml]");
	CHECK_FINDINGS("a:\n  b: 1\n  \tc: 2\n", "3:3: error: a tab cannot indent [yaml]");
}

TEST(a_missing_space_after_the_colon_is_called_that)
{
	check_shown("kind: A\nmax_hp:100\nname: x\n",
		    "a.yaml:2:1: error: missing space after the colon [missing-space]\n"
		    "  2 | max_hp:100\n"
		    "    | ^^^^^^^^^^\n"
		    "  write max_hp: 100\n");
	CHECK_FINDINGS("kind: A\nmax_hp:100",
		       "2:1: error: missing space after the colon [missing-space]");
	CHECK_YAML("max_hp:100\n", "(unusable)",
		   "1:1: error: missing space after the colon [missing-space]");
	CHECK_FINDINGS("max_hp:100\nhp:5\n",
		       "1:1: error: missing space after the colon [missing-space]");
	CHECK_FINDINGS("a:\n  b: 1\n  hp:é\n",
		       "3:3: error: missing space after the colon [missing-space]");
	CHECK_YAML("a: {hp:100, b: 1}\n", "{a: {hp: !, b: 1}}",
		   "1:5: error: missing space after the colon [missing-space]");
	CHECK_YAML("a: {x: 1, y}\nu: http://x\nt: 12:30\n",
		   "{a: {x: 1, y: }, u: http://x, t: 12:30}", "");
}

TEST(a_scalar_that_lacks_a_space_where_a_mapping_is_wanted_can_be_told)
{
	struct yaml_case c = yaml_case_new();

	yaml_case_read(&c,
		       STR("a:\n  hp:100\nb: hp:100\nc:\n  http://x\nd:\n  - x:1\ne:\n  'x:1'\n"));
	CHECK_INT(yaml_missing_space(c.src, yaml_get(c.last, STR("a"))), 2);
	CHECK_INT(yaml_missing_space(c.src, yaml_get(c.last, STR("b"))), 0);
	CHECK_INT(yaml_missing_space(c.src, yaml_get(c.last, STR("c"))), 0);
	CHECK_INT(yaml_missing_space(c.src, yaml_get(c.last, STR("d"))->first), 1);
	CHECK_INT(yaml_missing_space(c.src, yaml_get(c.last, STR("e"))), 0);
	yaml_case_free(&c);
}

TEST(text_behind_the_end_of_a_document_is_not_cut_off_in_silence)
{
	check_shown("a: 1\n...\n\nb: 2\n",
		    "a.yaml:4:1: error: text after the end of the document, \"...\" in line 2 "
		    "[trailing]\n"
		    "  4 | b: 2\n"
		    "    | ^^^^\n"
		    "  begin another document with \"---\"\n");
	CHECK_YAML("{a: 1} b\n", "{a: 1}", "1:8: error: text after the end of the document [yaml]");
	CHECK_YAML("a: 1\n... # c\nb: 2\n---\nc: 3\n", "{a: 1}\n{c: 3}",
		   "3:1: error: text after the end of the document, \"...\" in line 2 [trailing]");
}

TEST(brackets_that_are_not_closed_point_at_their_opening)
{
	CHECK_FINDINGS("a: [1, 2\n", "1:4: error: this \"[\" is never closed [yaml]");
	CHECK_FINDINGS("a: [1, 2\nb: c\n", "1:4: error: this \"[\" is never closed [yaml]");
	CHECK_FINDINGS("a: {x: 1\nb: c\n", "1:4: error: this \"{\" is never closed [yaml]");
	CHECK_FINDINGS("a: [1 [2]]\n", "1:7: error: \",\" or \"]\" is wanted before \"[\" [yaml]");
	CHECK_FINDINGS("a: {x: 1]\n", "1:9: error: \",\" or \"}\" is wanted before \"]\" [yaml]");
	CHECK_FINDINGS("a: ]\n", "1:4: error: \"]\" cannot stand here: a value is wanted [yaml]");
}

TEST(lines_that_are_no_pair_say_what_is_wanted)
{
	CHECK_FINDINGS("a: 1\nb\nc: 1\n",
		       "2:1: error: this line has no colon: a key is wanted [yaml]");
	CHECK_FINDINGS("a: b: c\n", "1:5: error: a second \": \" in one line [yaml]");
	CHECK_FINDINGS("a: - b\n", "1:4: error: a list item cannot begin here [yaml]");
	CHECK_FINDINGS("a: \"x\" y\n",
		       "1:8: error: \"y\" cannot stand here: a key is wanted [yaml]");
	CHECK_FINDINGS("a: [1]é\n", "1:7: error: \"é\" cannot stand here: a key is wanted [yaml]");
	CHECK_FINDINGS(": b\n", "1:1: error: \":\" cannot stand here: a key is wanted [yaml]");
	check_shown("a: 'it's'\n",
		    "a.yaml:1:8: error: \"s\" cannot stand here: a key is wanted [yaml]\n"
		    "  1 | a: 'it's'\n"
		    "    |        ^\n"
		    "  within single quotes, '' stands for a quote\n");
}

TEST(values_that_need_quotes_say_so)
{
	check_shown("a: @x\n", "a.yaml:1:4: error: a plain value cannot begin with \"@\" [yaml]\n"
			       "  1 | a: @x\n"
			       "    |    ^\n"
			       "  put it in quotes\n");
	CHECK_FINDINGS("a: `x`\n", "1:4: error: a plain value cannot begin with \"`\" [yaml]");
	CHECK_FINDINGS("a: %x\n", "1:4: error: a plain value cannot begin with \"%\" [yaml]");
	CHECK_FINDINGS("a: * x\n",
		       "1:4: error: the name of an anchor or alias is missing or holds other "
		       "characters than A-Za-z0-9_- [yaml]");
	CHECK_FINDINGS(
		"a: |x\n  y\n",
		"1:5: error: only an indentation (1-9), + or - and a comment may follow | or > "
		"[yaml]");
}

TEST(escapes_that_are_none_are_told_at_the_backslash)
{
	CHECK_FINDINGS("a: \"C:\\dir\"\n", "1:7: error: \"\\d\" is no escape [yaml]");
	CHECK_FINDINGS("a: \"\\xZZ\"\n",
		       "1:7: error: an escape needs its hexadecimal digits: \\x41, \\u0041, "
		       "\\U00000041 [yaml]");
	CHECK_FINDINGS("a: \"\\ud83d\\ude00\"\n",
		       "1:7: error: this escape is no Unicode character [yaml]");
}

TEST(directives_and_versions_that_are_not_known_are_refused)
{
	CHECK_YAML("%YAML 1.3\n---\na: 1\n", "{a: 1}",
		   "1:1: error: this version of YAML is not known [yaml]");
	CHECK_FINDINGS("%FOO x\n---\na: 1\n",
		       "1:1: error: this line is no directive that YAML knows [yaml]");
	CHECK_FINDINGS("%TAG x\n---\na: 1\n",
		       "1:1: error: this line is no directive that YAML knows [yaml]");
}

TEST(unknown_tags_are_refused_where_they_stand)
{
	CHECK_YAML("kind: A\nname: x\na: !foo {b: 1}\nc: !!binary eA==\nd: !!str [1]\n",
		   "{kind: A, name: x, a: !{b: 1}, c: !eA==, d: ![1]}",
		   "3:4: error: a: the tag !foo does not fit here [tag]\n"
		   "4:4: error: c: the tag !!binary does not fit here [tag]\n"
		   "5:4: error: d: the tag !!str does not fit here [tag]");
	CHECK_FINDINGS("a: &x !e!foo b\n", "1:7: error: this tag is not known [tag]");
	CHECK_FINDINGS("!foo a: 1\nb: 1\n", "1:1: error: the tag !foo does not fit here [tag]");
	CHECK_YAML("--- !foo\na: 1\n", "(unusable)",
		   "1:5: error: the tag !foo does not fit here [tag]");
}

TEST(a_syntax_error_does_not_hide_the_other_documents)
{
	CHECK_YAML("a: 1\n---\nb: [\n---\nc: 1\nc: 2\n---\nd: @\n--- # e\ne: 1\n",
		   "{a: 1}\n{c: 1}\n{e: 1}",
		   "3:4: error: this \"[\" is never closed [yaml]\n"
		   "6:1: error: duplicate key \"c\", first at line 5, column 1 [duplicate-key]\n"
		   "8:4: error: a plain value cannot begin with \"@\" [yaml]");
	CHECK_YAML("--- @\n--- @\n---\na: é\nb: 'ü'\n", "{a: é, b: 'ü'}",
		   "1:5: error: a plain value cannot begin with \"@\" [yaml]\n"
		   "2:5: error: a plain value cannot begin with \"@\" [yaml]");
}

TEST(mistakes_before_a_syntax_error_are_told_too)
{
	CHECK_FINDINGS(
		"kind: A\nname: x\na: 1\na: 2\nb: [\n",
		"4:1: error: a: duplicate key \"a\", first at line 3, column 1 [duplicate-key]\n"
		"5:4: error: this \"[\" is never closed [yaml]");
}
