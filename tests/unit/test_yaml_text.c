/* tests/unit/test_yaml_text.c: bytes, encodings, line ends, control characters (pitfalls Y1, Y3, Y4, Y18). */
#include "yaml_case.h"

static const char FAULTY[] =
	"kind: A\nname: x\na: 1\nwaves:\n  - b: 1\n    b: 2\nt: |\n  one\n\n  two\n"
	"q: \"x\n  y\"\na: \"z\\0\"\n---\n# none\n---\nc: [1\n";

static struct str with_line_ends(struct arena *mem, const char *before, const char *line_end)
{
	CLEANUP(buf_free) struct buf text = {0};

	buf_add(&text, str_of(before));
	for (const char *p = FAULTY; *p != '\0'; p++)
		buf_add(&text, *p == '\n' ? str_of(line_end) : (struct str){p, 1});
	return arena_str(mem, buf_str(&text));
}

TEST(byte_order_mark_crlf_and_lone_cr_give_the_findings_and_the_tree_of_the_plain_twin)
{
	static const char *const before[] = {"", "\xef\xbb\xbf"}, *const ends[] = {"\n", "\r\n",
										   "\r"};
	struct yaml_case plain = yaml_case_new();
	struct str wanted;

	yaml_case_read(&plain, str_of(FAULTY));
	wanted = yaml_case_findings(&plain);
	CHECK_INT(plain.d.errors, 5);
	for (size_t b = 0; b < ARRAY_LEN(before); b++)
		for (size_t e = 0; e < ARRAY_LEN(ends); e++) {
			struct yaml_case twin = yaml_case_new();

			yaml_case_read(&twin, with_line_ends(twin.mem, before[b], ends[e]));
			CHECK_STR(yaml_case_findings(&twin), wanted.p);
			CHECK_STR(buf_str(&twin.tree), plain.tree.p);
			yaml_case_free(&twin);
		}
	yaml_case_free(&plain);
}

TEST(a_text_read_in_place_and_one_read_through_the_buffer_are_the_same)
{
	struct yaml_case place = yaml_case_new(), buffer = yaml_case_new();
	struct str text = arena_printf(place.mem, "%sé: 漢\n-", FAULTY);

	text.n--; /* "-" stands behind it, not NUL */
	yaml_case_read(&buffer, text);
	yaml_case_read(&place, arena_str(place.mem, text));
	CHECK_STR(yaml_case_findings(&buffer), yaml_case_findings(&place).p);
	CHECK_STR(buf_str(&buffer.tree), place.tree.p);
	yaml_case_free(&place);
	yaml_case_free(&buffer);
}

TEST(bytes_that_are_no_utf8_are_all_told_with_line_and_column)
{
	CHECK_YAML("a: caf\xe9\nb: 1\né: \xff\xfe z\n", "{a: !caf_, b: 1, é: !__ z}",
		   "1:7: error: byte 0xE9 is not UTF-8 [encoding]\n"
		   "3:4: error: byte 0xFF is not UTF-8 [encoding]");
	CHECK_FINDINGS("a: \xed\xa0\x80\n", "1:4: error: byte 0xED is not UTF-8 [encoding]");
	CHECK_FINDINGS("a: \xc0\x80\n", "1:4: error: byte 0xC0 is not UTF-8 [encoding]");
	CHECK_FINDINGS("a: \xf4\x90\x80\x80\n", "1:4: error: byte 0xF4 is not UTF-8 [encoding]");
	CHECK_FINDINGS("a: x\xe2\x82", "1:5: error: byte 0xE2 is not UTF-8 [encoding]");
}

TEST(a_file_in_utf16_is_told_once)
{
	CHECK_YAML("\xff\xfe"
		   "a\0:\0 \0"
		   "1\0\n\0",
		   "", "1:1: error: the file is in UTF-16 or UTF-32, not UTF-8 [encoding]");
	CHECK_YAML("\xfe\xff\0a\0:", "",
		   "1:1: error: the file is in UTF-16 or UTF-32, not UTF-8 [encoding]");
	CHECK_YAML("a\0:\0 \0"
		   "1\0",
		   "", "1:1: error: the file is in UTF-16 or UTF-32, not UTF-8 [encoding]");
}

TEST(control_characters_are_refused_with_line_and_column)
{
	CHECK_FINDINGS("a: x\0y\n", "1:5: error: NUL U+0000 is not allowed here [control-char]");
	CHECK_FINDINGS("a: 1\nb: \x1b[31m\n",
		       "2:4: error: control character U+001B is not allowed here [control-char]");
	CHECK_FINDINGS("a: \x7f\n", "1:4: error: DEL U+007F is not allowed here [control-char]");
	CHECK_FINDINGS("a: \xc2\x9b\n",
		       "1:4: error: control character U+009B is not allowed here [control-char]");
	CHECK_FINDINGS("# \x01 in a comment\na: 1\n",
		       "1:3: error: control character U+0001 is not allowed here [control-char]");
}

TEST(what_only_libyaml_takes_for_a_line_end_is_refused_and_does_not_shift_lines)
{
	CHECK_FINDINGS(
		"a: x\xc2\x85y\xe2\x80\xa8\xe2\x80\xa9\nb: 1\nb: 2\n",
		"1:5: error: next line U+0085 is not allowed here [control-char]\n"
		"1:7: error: line separator U+2028 is not allowed here [control-char]\n"
		"1:8: error: paragraph separator U+2029 is not allowed here [control-char]\n"
		"3:1: error: duplicate key \"b\", first at line 2, column 1 [duplicate-key]");
}

TEST(a_byte_order_mark_within_the_file_is_refused)
{
	CHECK_YAML("a: 1\n\xef\xbb\xbf"
		   "b: 2\n",
		   "{a: 1}",
		   "2:1: error: byte-order mark U+FEFF is not allowed here [control-char]");
}

TEST(control_characters_that_come_as_escapes_are_refused_at_the_escape)
{
	struct yaml_case c = yaml_case_new();
	const struct yaml_node *n;

	yaml_case_read(&c, STR("a: \"x\\0y\"\n"));
	CHECK_STR(yaml_case_findings(&c),
		  "1:6: error: NUL U+0000 is not allowed here [control-char]");
	n = yaml_get(c.last, STR("a"));
	CHECK_INT(n->n, 3); /* by its length, not up to the NUL */
	CHECK(memcmp(n->text, "x\0y", 3) == 0 && (n->flags & YAML_BROKEN));
	yaml_case_free(&c);
}

TEST(every_escape_for_a_control_character_is_known)
{
	CHECK_FINDINGS(
		"a: \"\\a\\b\\e\\v\\f\"\nb: \"\\x1B \\u0007\\U0000007f\"\nc: \"é\n  \\x01\"\n",
		"1:5: error: control character U+0007 is not allowed here [control-char]\n"
		"1:7: error: control character U+0008 is not allowed here [control-char]\n"
		"1:9: error: control character U+001B is not allowed here [control-char]\n"
		"1:11: error: control character U+000B is not allowed here [control-char]\n"
		"1:13: error: control character U+000C is not allowed here [control-char]\n"
		"2:5: error: control character U+001B is not allowed here [control-char]\n"
		"2:10: error: control character U+0007 is not allowed here [control-char]\n"
		"2:16: error: DEL U+007F is not allowed here [control-char]\n"
		"4:3: error: control character U+0001 is not allowed here [control-char]");
}

TEST(tabs_and_line_ends_are_text_also_as_escapes)
{
	CHECK_FINDINGS("a: \"\\t\\n\\r\\N\\L\\P\\_\\ \\/\\\\\\\"\\x41\"\nb: 'x\ty'\nc: '\\0'\n",
		       "");
}

TEST(a_file_of_noise_is_told_with_a_bounded_number_of_findings)
{
	struct yaml_case c = yaml_case_new();
	CLEANUP(buf_free) struct buf text = {0};

	for (int i = 0; i < 100000; i++)
		buf_add(&text, STR("x\x01"));
	yaml_case_read(&c, buf_str(&text));
	CHECK_INT(c.d.errors, 101);
	yaml_case_free(&c);
}

TEST(an_empty_file_is_an_error_not_all_defaults)
{
	CHECK_YAML("", "", "1:1: error: the file holds no document [empty]");
	CHECK_YAML("\xef\xbb\xbf", "", "1:1: error: the file holds no document [empty]");
	CHECK_YAML("# only\n\n# comments\n", "", "1:1: error: the file holds no document [empty]");
	CHECK_YAML("# c\n...\na: 1\n", "",
		   "2:1: error: there is no document before this \"...\" [empty]");
}

TEST(an_empty_document_is_an_error_at_its_dashes)
{
	CHECK_YAML("---\n", "(unusable)", "1:1: error: this document is empty [empty]");
	CHECK_YAML("a: 1\n---\n# c\n---\nb: 1\n", "{a: 1}\n(unusable)\n{b: 1}",
		   "2:1: error: this document is empty [empty]");
	CHECK_YAML("a: 1\n---\n...\n", "{a: 1}\n(unusable)",
		   "2:1: error: this document is empty [empty]");
}

TEST(a_document_must_be_a_mapping)
{
	CHECK_YAML("- a\n- b\n", "(unusable)",
		   "1:1: error: a document is a mapping (key: value), not a list [type]");
	CHECK_YAML("--- just text\n---\na: 1\n", "(unusable)\n{a: 1}",
		   "1:5: error: a document is a mapping (key: value), not a single value [type]");
	CHECK_YAML("--- ~\n", "(unusable)",
		   "1:5: error: a document is a mapping (key: value), not a single value [type]");
}
