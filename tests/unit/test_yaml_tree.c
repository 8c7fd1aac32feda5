/* tests/unit/test_yaml_tree.c: what good YAML becomes, and where its parts stand. */
#include "yaml_case.h"

TEST(scalars_keep_their_text_and_how_they_were_quoted)
{
	CHECK_YAML("a: no\nb: '1'\nc: \"x\"\nd: |\n  y\ne: >-\n  z\n  z\nf:\ng: ~\n",
		   "{a: no, b: '1', c: \"x\", d: |y\n, e: >z z, f: , g: ~}", "");
}

TEST(collections_of_both_styles_nest)
{
	CHECK_YAML("a:\n- 1\n- b: [2, {c: d}]\n  e: {}\nf: []\n",
		   "{a: [1, {b: [2, {c: d}], e: {}}], f: []}", "");
	CHECK_YAML("{a: [b: c, d], e: [ ]}\n", "{a: [{b: c}, d], e: []}", "");
}

TEST(a_file_may_hold_several_documents)
{
	CHECK_YAML("a: 1\n---\nb: 2\n...\n---\nc: 3\n...\n", "{a: 1}\n{b: 2}\n{c: 3}", "");
	CHECK_YAML("%YAML 1.2\n---\na: 1\n", "{a: 1}", "");
}

TEST(escapes_and_folded_lines_are_resolved)
{
	CHECK_YAML("a: \"x\\ty\\u00e9\\U0001F600\"\nb: 'it''s'\nc: one\n  two\n\n  three\nd: \"x\n "
		   " y\\\n  z\"\n",
		   "{a: \"x\tyé😀\", b: 'it's', c: one two\nthree, d: \"x yz\"}", "");
	CHECK_YAML("a: \"\\N\\L\\P\"\n", "{a: \"\xc2\x85\xe2\x80\xa8\xe2\x80\xa9\"}", "");
}

TEST(known_tags_only_say_whether_the_text_counts_as_quoted)
{
	CHECK_YAML("a: !!str 5\nb: !!int \"5\"\nc: ! x\nd: !!map {e: 1}\nf: !!seq [1]\ng: !!null "
		   "''\n!!str h: 1\n",
		   "{a: \"5\", b: 5, c: \"x\", d: {e: 1}, f: [1], g: , \"h\": 1}", "");
	CHECK_YAML("%TAG !y! tag:yaml.org,2002:\n---\na: !y!str 5\nb: !<tag:yaml.org,2002:str> 6\n",
		   "{a: \"5\", b: \"6\"}", "");
}

/* Finds "a.b[0]"-like steps: a key, or a number in a list. */
static const struct yaml_node *step_to(const struct yaml_node *n, struct str step)
{
	uint32_t index = 0;
	const struct yaml_node *item;

	if (n->kind == YAML_MAP)
		return yaml_get(n, step);
	for (size_t i = 0; i < step.n; i++)
		index = index * 10 + (uint32_t)(step.p[i] - '0');
	item = n->first;
	while (item != NULL && index-- > 0)
		item = item->next;
	return item;
}

static void check_place(const char *text, const char *path, const char *wanted)
{
	struct yaml_case c = yaml_case_new();
	struct str rest = str_of(path), step;
	const struct yaml_node *n;
	CLEANUP(buf_free) struct buf got = {0};

	yaml_case_read(&c, str_of(text));
	n = c.last;
	while (rest.n > 0 && str_cut(&rest, '.', &step)) {
		n = step_to(n, step);
		CHECK(n != NULL);
	}
	buf_printf(&got, "%u:%u-%u:%u", n->start.line, n->start.column, n->end.line, n->end.column);
	if (n->flags & YAML_ALIASED) {
		const struct yaml_use *use = (const struct yaml_use *)n;

		buf_printf(&got, " used at %u:%u", use->use.line, use->use.column);
	}
	yaml_case_free(&c);
	CHECK_STR(buf_str(&got), wanted);
}

TEST(places_lie_on_the_text_itself)
{
	check_place("a: hello\n", "a", "1:4-1:9");
	check_place("a: 'x'  # c\n", "a", "1:4-1:7");
	check_place("a:\n  - b\n  - \"c\"\n", "a.1", "3:5-3:8");
	check_place("a: one\n  two\n", "a", "1:4-2:6");
}

TEST(places_count_code_points)
{
	check_place("é: 漢 # ü\nß: 😀x\n", "ß", "2:4-2:6");
	check_place("[é]: 1\nk: [ä, ö, {ü: x}]\n", "k.2.ü", "2:15-2:16");
}

TEST(a_place_lies_behind_tag_and_anchor)
{
	check_place("a: &x !!str  v\n", "a", "1:14-1:15");
	check_place("a: !!str &x v\n", "a", "1:13-1:14");
	check_place("a: &x\n  # note\n  b: 1\n", "a", "3:3-3:7");
	check_place("a: &x [1]\n", "a", "1:7-1:10");
	check_place("a: &x\nb: 1\n", "a", "1:6-1:6");
	check_place("a: !<tag:yaml.org,2002:str> v\n", "a", "1:29-1:30");
	check_place("a: [&x b, &y , c]\n", "a.0", "1:8-1:9");
	check_place("a: [&x b, &y , c]\n", "a.1", "1:13-1:13");
}

TEST(a_block_scalar_is_its_header)
{
	check_place("a: |\n  x\n  y\nb: 1\n", "a", "1:4-1:5");
	check_place("a: &x !!str >2-  # c\n    x\n", "a", "1:13-1:16");
}

TEST(a_block_collection_ends_with_its_last_item)
{
	check_place("a:\n  b: 1\n  c: 22\n\n# end\n", "a", "2:3-3:8");
	check_place("a:\n- 1\n- - 2\n  - 3\n\nb: 1\n", "a", "2:1-4:6");
	check_place("a:\n  b:\n\nc: 1\n", "a", "2:3-2:5");
	check_place("a: {b: [1,\n  2]}\n", "a", "1:4-2:6");
	check_place("a:\n  b: &x 1\n  c: *x\n", "a", "2:3-3:8");
}

TEST(a_value_that_is_not_there_stands_behind_its_colon)
{
	check_place("a:\nb: 1\n", "a", "1:3-1:3");
	check_place("a: # c\nb: 1\n", "a", "1:3-1:3");
}

TEST(an_alias_shows_where_its_text_stands_and_where_it_is_used)
{
	check_place("a: &x hello\nb: *x\n", "b", "1:7-1:12 used at 2:4");
	check_place("a: &x {y: 1}\nb: *x\n", "b.y", "1:11-1:12");
	check_place("a: &x {y: 1}\nb:\n  <<: *x\n", "b.y", "1:11-1:12 used at 3:7");
	check_place("a: &x {y: 1}\nb:\n  <<: [{q: 1}, *x]\n", "b.y", "1:11-1:12 used at 3:16");
	check_place("b:\n  <<: {q: 1}\n", "b.q", "2:11-2:12 used at 2:7");
}

static bool in_source(const struct yaml_case *c, const struct yaml_node *n)
{
	return n->text >= c->src->text.p && n->text <= c->src->text.p + c->src->text.n;
}

TEST(text_that_stands_in_the_source_as_it_is_is_not_copied)
{
	struct yaml_case c = yaml_case_new();

	yaml_case_read(&c, STR("a: plain\nb: 'single'\nc: \"dou ble\"\nd: \"e\\tf\"\né: ü 漢\n"));
	CHECK(in_source(&c, yaml_get(c.last, STR("a"))));
	CHECK(in_source(&c, yaml_get(c.last, STR("b"))));
	CHECK(in_source(&c, yaml_get(c.last, STR("c"))));
	CHECK(!in_source(&c, yaml_get(c.last, STR("d"))));
	CHECK(in_source(&c, yaml_get(c.last, STR("é"))));
	yaml_case_free(&c);
}

TEST(null_is_nothing_tilde_and_the_word_when_plain)
{
	struct yaml_case c = yaml_case_new();
	static const char *const null[] = {"a", "b", "c"}, *const text[] = {"d", "e", "f", "g",
									    "h"};

	yaml_case_read(&c, STR("a:\nb: ~\nc: null\nd: ''\ne: 'null'\nf: Null\ng: \"~\"\nh: []\n"));
	for (size_t i = 0; i < ARRAY_LEN(null); i++)
		CHECK(yaml_is_null(yaml_get(c.last, str_of(null[i]))));
	for (size_t i = 0; i < ARRAY_LEN(text); i++)
		CHECK(!yaml_is_null(yaml_get(c.last, str_of(text[i]))));
	CHECK(yaml_get(c.last, STR("z")) == NULL);
	yaml_case_free(&c);
}

static int end_at_second(void *ctx, struct yaml_doc *doc)
{
	++*(int *)ctx;
	return doc->index == 1;
}

TEST(the_sink_ends_the_reading)
{
	struct yaml_case c = yaml_case_new();
	int seen = 0;

	c.src = conf_source_new(c.mem, STR("a"), STR("a: 1\n---\nb: 1\n---\nc: [\n"));
	CHECK(conf_yaml_read(c.scratch, c.src, &c.caps, (struct yaml_sink){end_at_second, &seen},
			     &c.d));
	CHECK_INT(seen, 2);
	yaml_case_free(&c);
}

static int empty_scratch(void *ctx, struct yaml_doc *doc)
{
	struct yaml_case *c = ctx;

	CHECK(doc->root != NULL);
	arena_reset(c->scratch);
	return 0;
}

TEST(a_sink_that_empties_the_scratch_arena_keeps_it_as_large_as_one_document)
{
	struct yaml_case c = yaml_case_new();
	CLEANUP(buf_free) struct buf text = {0};

	for (int i = 0; i < 5000; i++)
		buf_printf(&text, "kind: A\nname: n%d\na: &x [1, 2, 3]\nb: {<<: {c: *x}}\n---\n",
			   i);
	buf_add(&text, STR("kind: A\n"));
	c.src = conf_source_new(c.mem, STR("a"), buf_str(&text));
	CHECK(conf_yaml_read(c.scratch, c.src, &c.caps, (struct yaml_sink){empty_scratch, &c},
			     &c.d));
	CHECK(arena_bytes(c.scratch) < 20000);
	yaml_case_free(&c);
}
