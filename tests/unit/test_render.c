/* tests/unit/test_render.c */
#include "conf/render.h"
#include "test.h"

struct fixture {
	struct arena *mem;
	struct diags d;
	struct conf_source *src;
	struct conf_render how;
};

static struct fixture fixture_of(const char *text)
{
	struct fixture f = {.mem = arena_new("test")};

	f.d = diags_into(f.mem);
	f.src = conf_source_new(f.mem, STR("a.yaml"), str_of(text));
	return f;
}

static struct conf_finding *add(struct fixture *f, uint32_t line, uint32_t column, uint32_t end)
{
	struct conf_place at = {f->src, {line, column}, {line, end}};

	return diags_add(&f->d, CONF_ERROR, "max", at, "is wrong");
}

static void check_text(struct fixture *f, const char *wanted)
{
	CLEANUP(buf_free) struct buf out = {0};

	conf_render_text(&out, &f->d, &f->how);
	CHECK_STR(buf_str(&out), wanted);
	arena_free(f->mem);
}

TEST(a_finding_looks_as_compilers_show_theirs)
{
	struct fixture f = fixture_of("kind: Arena\nname: frozen-keep\nplayer_hp: 12000\n");
	struct conf_source *schema =
		conf_source_new(f.mem, STR("schemas/arena.yaml"), STR("\n\n\n\nplayer_hp: int\n"));
	struct conf_finding *finding = add(&f, 3, 12, 17);

	finding->message = STR("12000 is above the maximum 9999");
	finding->path = STR("Arena/frozen-keep.player_hp");
	finding->hint = STR("did you mean 1200?");
	finding->rule = (struct conf_place){schema, {5, 1}, {5, 2}};
	check_text(&f, "a.yaml:3:12: error: player_hp: 12000 is above the maximum 9999 [max]\n"
		       "  3 | player_hp: 12000\n"
		       "    |            ^^^^^\n"
		       "  rule at schemas/arena.yaml:5; did you mean 1200?\n");
}

TEST(only_what_is_there_is_shown)
{
	struct fixture f = fixture_of("x\n");

	diags_add(&f.d, CONF_WARNING, "ignored-file", (struct conf_place){0}, "nothing here");
	diags_add(&f.d, CONF_ERROR, "empty", (struct conf_place){.source = f.src}, "no document");
	add(&f, 1, 1, 2)->hint = STR("way out");
	check_text(&f, "warning: nothing here [ignored-file]\n"
		       "a.yaml: error: no document [empty]\n"
		       "a.yaml:1:1: error: is wrong [max]\n"
		       "  1 | x\n"
		       "    | ^\n"
		       "  way out\n");
}

TEST(a_whole_document_is_named_in_full_and_a_field_without_its_document)
{
	CHECK_STR(conf_render_field(STR("Arena/a")), "Arena/a");
	CHECK_STR(conf_render_field(STR("Arena/a.waves[0].boss")), "waves[0].boss");
	CHECK_STR(conf_render_field(STR("Arena/a[\"odd key\"]")), "[\"odd key\"]");
	CHECK_STR(conf_render_field(STR("")), "");
}

TEST(carets_stay_in_line_under_tabs_wide_and_combining_characters)
{
	struct fixture f = fixture_of("\ta: \t\"b\"\n漢字: 値 # x\ne\xcc\x81t: 1\n");

	add(&f, 1, 6, 9);
	add(&f, 2, 5, 6);
	add(&f, 3, 6, 7);
	check_text(&f, "a.yaml:1:6: error: is wrong [max]\n"
		       "  1 |         a:      \"b\"\n"
		       "    |                 ^^^\n"
		       "a.yaml:2:5: error: is wrong [max]\n"
		       "  2 | 漢字: 値 # x\n"
		       "    |       ^^\n"
		       "a.yaml:3:6: error: is wrong [max]\n"
		       "  3 | e\xcc\x81t: 1\n"
		       "    |     ^\n");
}

TEST(a_place_of_several_lines_shows_the_first_and_an_empty_place_one_caret)
{
	struct fixture f = fixture_of("a: [1,\n  2]\nb:\n");

	add(&f, 1, 4, 4)->at.end = (struct conf_mark){2, 5};
	add(&f, 3, 3, 3);
	add(&f, 3, 40, 41);
	check_text(&f, "a.yaml:1:4: error: is wrong [max]\n"
		       "  1 | a: [1,\n"
		       "    |    ^^^\n"
		       "a.yaml:3:3: error: is wrong [max]\n"
		       "  3 | b:\n"
		       "    |   ^\n"
		       "a.yaml:3:40: error: is wrong [max]\n"
		       "  3 | b:\n"
		       "    |   ^\n");
}

TEST(a_second_line_is_shown_in_the_order_of_the_file_with_one_gutter)
{
	struct fixture f = fixture_of("1\n2\n3\n4\n5\n6\n7\n8\n9\n  ten\n");

	add(&f, 10, 3, 6)->also = (struct conf_place){f.src, {9, 1}, {9, 2}};
	check_text(&f, "a.yaml:10:3: error: is wrong [max]\n"
		       "   9 | 9\n"
		       "     | -\n"
		       "  10 |   ten\n"
		       "     |   ^^^\n");
}

TEST(control_characters_and_what_reorders_text_never_reach_the_terminal)
{
	struct fixture f = fixture_of("a: \x1b[31m\xff\xc2\x9bz\xe2\x80\xae#\n");
	struct conf_finding *finding = add(&f, 1, 10, 11);

	finding->message = STR("\x1b]0;title\a is wrong");
	finding->path = STR("Arena/x.\x1b");
	finding->hint = STR("\r\n");
	check_text(&f, "a.yaml:1:10: error: \\x1B: \\x1B]0;title\\x07 is wrong [max]\n"
		       "  1 | a: \\x1B[31m\\xFF\\x9Bz\\u202E#\n"
		       "    |                ^^^^\n"
		       "  \\x0D\\x0A\n");
}

TEST(a_secret_is_starred_out)
{
	struct fixture f = fixture_of("token: hunter2 # mine\n");

	add(&f, 1, 8, 15)->secret = true;
	check_text(&f, "a.yaml:1:8: error: is wrong [max]\n"
		       "  1 | token: ******* # mine\n"
		       "    |        ^^^^^^^\n");
}

TEST(a_long_line_is_cut_around_the_mark)
{
	struct arena *mem = arena_new("test");
	char *text = arena_cstr(mem, arena_printf(mem, "%01000d", 7));
	struct fixture f = fixture_of(text);
	CLEANUP(buf_free) struct buf out = {0};
	struct str line, rest, caret;

	add(&f, 1, 1000, 1001);
	add(&f, 1, 500, 510);
	add(&f, 1, 3, 4);
	conf_render_text(&out, &f.d, &f.how);
	rest = buf_str(&out);
	for (int i = 0; i < 3; i++) {
		CHECK(str_cut(&rest, '\n', &line) && str_cut(&rest, '\n', &line) &&
		      str_cut(&rest, '\n', &caret));
		CHECK(line.n <= 6 + 3 + 160 + 3);
		CHECK(caret.n <= line.n);
		CHECK_INT(str_ends(line, STR("...")), i > 0);
		CHECK_INT(str_starts(line, STR("  1 | ...")), i < 2);
		if (i == 0)
			CHECK(line.p[caret.n - 1] == '7' && caret.p[caret.n - 1] == '^');
	}
	arena_free(f.mem);
	arena_free(mem);
}

TEST(more_findings_than_wanted_are_counted)
{
	struct fixture f = fixture_of("x\n");

	f.how.max = 1;
	for (int i = 0; i < 3; i++)
		diags_add(&f.d, CONF_ERROR, "max", (struct conf_place){0}, "%d", i);
	check_text(&f, "error: 0 [max]\n2 more not shown (--max-findings 0 shows all 3)\n");
}

TEST(a_rule_of_a_built_in_schema_says_so)
{
	struct fixture f = fixture_of("x\n");
	struct conf_source *schema = conf_source_new(f.mem, STR("server.yaml"), STR("a\n"));

	schema->builtin = true;
	add(&f, 1, 1, 2)->rule = (struct conf_place){schema, {1, 1}, {1, 2}};
	check_text(&f, "a.yaml:1:1: error: is wrong [max]\n"
		       "  1 | x\n"
		       "    | ^\n"
		       "  rule at builtin:server.yaml:1\n");
}

TEST(colour_wraps_the_same_text)
{
	struct fixture f = fixture_of("x\n");

	f.how.colour = true;
	add(&f, 1, 1, 2);
	check_text(&f, "\033[1ma.yaml:1:1: \033[1;31merror: \033[0mis wrong [max]\n"
		       "  1 | x\n"
		       "    | \033[1;32m^\033[0m\n");
}

static void check_json(struct fixture *f, size_t max, const char *wanted)
{
	json_t *got = conf_render_json(&f->d, max);
	char *text = json_dumps(got, JSON_COMPACT | JSON_ENSURE_ASCII);

	CHECK_TEXT(text, wanted);
	free(text);
	json_decref(got);
	arena_free(f->mem);
}

TEST(json_has_bytes_code_points_and_utf16_units)
{
	struct fixture f = fixture_of("k: 1\né😀: 12000\n");
	struct conf_finding *finding = add(&f, 2, 5, 10);

	finding->path = STR("Arena/a.hp");
	finding->hint = STR("less");
	finding->rule = (struct conf_place){f.src, {1, 1}, {1, 2}};
	check_json(&f, 0,
		   "{\"apiVersion\":\"gamesrv/"
		   "v1\",\"valid\":false,\"findings\":[{\"code\":\"max\",\"severity\":"
		   "\"error\",\"file\":\"a.yaml\",\"line\":2,\"column\":5,\"end_line\":2,\"end_"
		   "column\":10,"
		   "\"byte\":13,\"utf16_column\":6,\"path\":\"Arena/a.hp\",\"message\":\"is "
		   "wrong\",\"hint\":"
		   "\"less\",\"rule\":{\"file\":\"a.yaml\",\"line\":1}}],\"total\":1}");
}

TEST(json_says_null_where_there_is_nothing_and_counts_all)
{
	struct fixture f = fixture_of("x\n");

	diags_add(&f.d, CONF_WARNING, "ignored-file", (struct conf_place){0}, "bad \xff\x01");
	diags_add(&f.d, CONF_WARNING, "ignored-file", (struct conf_place){0}, "not shown");
	check_json(
		&f, 1,
		"{\"apiVersion\":\"gamesrv/"
		"v1\",\"valid\":true,\"findings\":[{\"code\":\"ignored-file\","
		"\"severity\":\"warning\",\"file\":null,\"line\":null,\"column\":null,\"end_line\":"
		"null,"
		"\"end_column\":null,\"byte\":null,\"utf16_column\":null,\"path\":null,\"message\":"
		"\"bad \\\\xFF\\\\x01\",\"hint\":null,\"rule\":null}],\"total\":2}");
}

TEST(display_width_is_what_a_terminal_gives)
{
	CHECK_INT(conf_display_width(STR("")), 0);
	CHECK_INT(conf_display_width(STR("abc")), 3);
	CHECK_INT(conf_display_width(STR("漢字")), 4);
	CHECK_INT(conf_display_width(STR("e\xcc\x81")), 1);
	CHECK_INT(conf_display_width(STR("😀")), 2);
	CHECK_INT(conf_display_width(STR("é")), 1);
	CHECK_INT(conf_display_width(STR("\xff\x01")), 8);
}
