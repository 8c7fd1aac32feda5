/* tests/unit/test_yaml_caps.c: what bounds the work that a text can ask for (pitfalls Y9, Y17). */
#include <time.h>

#include "yaml_case.h"

static struct str repeat(struct arena *mem, const char *head, const char *body, int times,
			 const char *tail)
{
	CLEANUP(buf_free) struct buf text = {0};

	buf_add(&text, str_of(head));
	for (int i = 0; i < times; i++)
		buf_add(&text, str_of(body));
	buf_add(&text, str_of(tail));
	return arena_str(mem, buf_str(&text));
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Reads and checks the findings; the time may not exceed `most_ms`. */
static void check(struct yaml_case *c, struct str text, const char *wanted, double most_ms)
{
	double start = now_ms();

	c->d = diags_into(c->mem);
	yaml_case_read(c, text);
	CHECK(now_ms() - start < most_ms);
	CHECK_STR(yaml_case_findings(c), wanted);
}

TEST(sixty_four_levels_pass_and_the_documents_mapping_is_the_first)
{
	struct yaml_case c = yaml_case_new();

	check(&c,
	      repeat(c.mem, "a: ", "[", 63, arena_cstr(c.mem, repeat(c.mem, "", "]", 63, "\n"))),
	      "", 1000);
	check(&c,
	      repeat(c.mem, "a: ", "[", 64, arena_cstr(c.mem, repeat(c.mem, "", "]", 64, "\n"))),
	      "1:67: error: nested deeper than the maximum of 64 levels [depth]", 1000);
	c.caps.depth = 2;
	check(&c, STR("a: {b: 1}\nc: [1]\n"), "", 1000);
	check(&c, STR("kind: A\nname: x\na: {b: [1]}\n---\nc: 1\n"),
	      "3:8: error: a.b: nested deeper than the maximum of 2 levels [depth]", 1000);
	CHECK(c.last != NULL && yaml_get(c.last, STR("c")) != NULL);
	yaml_case_free(&c);
}

TEST(a_megabyte_of_brackets_or_dashes_is_refused_at_once)
{
	static const char *const bodies[] = {"[", "{a: ", "- ", "? ", "[{"};

	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		struct yaml_case c = yaml_case_new();

		c.src = conf_source_new(c.mem, STR("a"), repeat(c.mem, "", bodies[i], 500000, ""));
		double start = now_ms();
		CHECK(!conf_yaml_read(c.scratch, c.src, &c.caps,
				      (struct yaml_sink){yaml_case_each, &c}, &c.d));
		CHECK(now_ms() - start < 100);
		CHECK_TEXT(c.d.list.items[c.d.list.count - 1].code, "depth");
		yaml_case_free(&c);
	}
}

TEST(a_scalar_above_the_cap_is_refused_with_both_sizes)
{
	struct yaml_case c = yaml_case_new();

	check(&c, repeat(c.mem, "a: ", "x", 65536, "\n"), "", 1000);
	check(&c, repeat(c.mem, "kind: A\nname: x\na: ", "x", 65537, "\n"),
	      "3:4: error: a: a text of 65537 bytes is above the maximum 65536 [too-large]", 1000);
	c.caps.scalar_bytes = 3;
	check(&c, STR("a: abc\nb: |\n  é\n"), "", 1000);
	check(&c, STR("a: |\n  éé\n"),
	      "1:4: error: a text of 5 bytes is above the maximum 3 [too-large]", 1000);
	yaml_case_free(&c);
}

TEST(a_file_above_the_cap_is_not_read)
{
	struct yaml_case c = yaml_case_new();

	c.caps.file_bytes = 5;
	check(&c, STR("a: 1\n"), "", 1000);
	check(&c, STR("a: 12\n"),
	      "1:1: error: a file of 6 bytes is above the maximum 5 [too-large]", 1000);
	yaml_case_free(&c);
}

TEST(a_document_too_many_ends_the_reading)
{
	struct yaml_case c = yaml_case_new();

	c.caps.documents = 2;
	check(&c, STR("a: 1\n---\nb: 1\n"), "", 1000);
	check(&c, STR("a: 1\n---\nb: 1\n---\nc: 1\n---\nd: [\n"),
	      "4:1: error: more than the maximum of 2 documents [too-large]", 1000);
	yaml_case_free(&c);
}

TEST(a_file_of_directives_is_refused_before_libyaml_compares_each_with_all)
{
	struct yaml_case c = yaml_case_new();
	CLEANUP(buf_free) struct buf text = {0};

	for (int i = 0; i < 100000; i++)
		buf_printf(&text, "%%TAG !t%d! x\n", i);
	buf_add(&text, STR("---\na: 1\n"));
	check(&c, buf_str(&text), "65:1: error: more than 64 %TAG directives [yaml]", 1000);
	yaml_case_free(&c);
}

/* Texts that must cost time in proportion to their size: a megabyte of each in less than two seconds, also
 * under a sanitizer. */
TEST(hostile_texts_cost_time_in_proportion)
{
	static const struct {
		const char *head, *body, *tail;
	} texts[] = {
		{"", "---\n@\n", ""},    {"", "a: 1\n", ""},
		{"", "\xff\n", ""},      {"a: \"", "\\x01", "\"\n"},
		{"a: [", "&a x, ", "]"}, {"a: &a [1]\nb: [", "*a, ", "]\n"},
		{"a: [", "*a, ", "]\n"}, {"a: {", "<<: 1, ", "}"},
		{"a: {", "? [], ", "}"}, {"a: &a {b: 1}\nc: [", "{<<: *a}, ", "]\n"},
		{"a: [", "é, ", "]\n"},  {"a: [", "é: !x y, ", "]\n"},
		{"a: |\n", "  x\n", ""}, {"a: ", "x\n\n ", "\n"},
		{"", "#\n", ""},         {"a: [", "{hp:1}, ", "]\n"},
		{"", "\r", "a: 1"},      {"a: '", "''", "'\n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct yaml_case c = yaml_case_new();
		int times = (int)((1u << 20) / strlen(texts[i].body));
		struct str text = repeat(c.mem, texts[i].head, texts[i].body, times, texts[i].tail);
		CLEANUP(buf_free) struct buf shown = {0};
		struct conf_render how = {0};
		double start = now_ms();

		yaml_case_read(&c, text);
		conf_render_text(&shown, &c.d, &how);
		CHECK(c.d.list.count <= 1001);
		if (now_ms() - start >= 2000)
			print_error("%s... took %.0f ms\n", texts[i].body, now_ms() - start);
		CHECK(now_ms() - start < 2000);
		yaml_case_free(&c);
	}
}
