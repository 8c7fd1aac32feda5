/* tests/unit/test_set_split.c: a large file read in parts is the same as one read as a whole. */
#include <stdio.h>

#include "set_help.h"

#define SCHEMA                                                                                     \
	"schema: Item\n"                                                                           \
	"fields:\n"                                                                                \
	"  n: int  `validate:\"max=99999\"`\n"                                                     \
	"  text: string\n"                                                                         \
	"  needs: list[ref[Item]]\n"

static uint32_t seed;

static uint32_t dice(uint32_t sides)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 16) % sides;
}

/* Text that holds what looks like a border, in every way YAML has to write text. */
static void add_text(struct buf *out)
{
	static const char *const texts[] = {
		"text: |\n  literal\n  --- not a border\n\n  more\n",
		"text: >-\n  folded ---\n   --- \n",
		"text: 'quoted\n  --- still\n  quoted'\n",
		"text: \"double\\n---\\\n  --- \\x41\"\n",
		"text: plain\n  --- goes on\n",
		"text: --x\n",
		"text: \xc3\xa9\xe2\x82\xac # comment\n#---\n",
		"",
	};

	buf_add(out, str_of(texts[dice(ARRAY_LEN(texts))]));
}

static void add_item(struct buf *out, uint32_t i)
{
	static const char *const borders[] = {"---\n", "--- # comment\n", "---\t\n", "--- \n\n"};

	if (i > 0)
		buf_add(out, str_of(borders[dice(4)]));
	buf_printf(out, "kind: Item\nname: i%u\nn: %u\n", i, dice(9999));
	add_text(out);
	if (dice(4) == 0)
		buf_printf(out, "needs: [i%u,\n  i%u]\n", dice(i + 1), dice(i + 1));
	buf_fill(out, '#', 1300); /* large, but quick to read */
	buf_addc(out, '\n');
}

static struct buf make_text(uint32_t round)
{
	struct buf out = {0};
	uint32_t count = 450 + dice(100);

	seed = round * 7919 + 1;
	if (dice(3) == 0)
		buf_add(&out, STR("\xef\xbb\xbf"));
	for (uint32_t i = 0; i < count; i++)
		add_item(&out, i);
	return out;
}

static struct loaded load_text(struct str text, unsigned threads)
{
	struct conf_input inputs[] = {
		{.path = STR("items.yaml"), .text = text},
		{.path = STR("schemas/s.yaml"), .text = STR(SCHEMA)},
	};

	return load_inputs(inputs, 2, NULL, threads);
}

static bool same_place(const struct conf_place *a, const struct conf_place *b)
{
	return str_eq(a->source->path, b->source->path) && a->start.line == b->start.line &&
	       a->start.column == b->start.column && a->end.line == b->end.line &&
	       a->end.column == b->end.column;
}

static void check_same_doc(const struct conf_doc *a, const struct conf_doc *b)
{
	check_same_content(a, b);
	CHECK_INT(a->index, b->index);
	CHECK(a->at.source == a->name_at.source && a->at.source == a->kind_at.source);
	CHECK(same_place(&a->at, &b->at));
	CHECK(same_place(&a->name_at, &b->name_at));
	CHECK(same_place(&a->kind_at, &b->kind_at));
	CHECK_INT(a->use_count, b->use_count);
	for (uint32_t i = 0; i < a->use_count; i++) {
		CHECK(same_place(&a->uses[i].at, &b->uses[i].at));
		CHECK(same_place(&a->uses[i].rule, &b->uses[i].rule));
		CHECK(str_eq(a->uses[i].path, b->uses[i].path));
	}
}

/* Loads with one thread and with three; what people and programs can see is the same. */
static struct loaded check_same(struct str text)
{
	struct loaded whole = load_text(text, 1), parts = load_text(text, 3);

	CHECK_TEXT(text_of(&parts), text_of(&whole));
	CHECK_INT(parts.set->doc_count, whole.set->doc_count);
	CHECK(digest_eq(parts.set->digest, whole.set->digest));
	for (uint32_t i = 0; i < whole.set->doc_count; i++)
		check_same_doc(parts.set->docs[i], whole.set->docs[i]);
	unload(&whole);
	return parts;
}

TEST(a_sound_file_gives_the_same_documents_at_the_same_places)
{
	for (uint32_t round = 0; round < 4; round++) {
		CLEANUP(buf_free) struct buf text = make_text(round);
		struct loaded l;
		struct conf_place at;
		const struct conf_doc *doc;

		CHECK(text.n > 512 * 1024); /* or it would not be split at all */
		l = check_same(buf_str(&text));
		CHECK_INT(l.d.list.count, 0);
		doc = conf_doc_find(l.set, STR("Item"), STR("i400"));
		CHECK(conf_doc_locate(doc, STR("n"), l.mem, &at));
		CHECK(at.start.line > doc->name_at.start.line);
		CHECK_STR(conf_file_text(doc->file), text.p);
		unload(&l);
	}
}

static void check_with(uint32_t after_item, const char *more, const char *wanted)
{
	CLEANUP(buf_free) struct buf text = {0};
	struct loaded l;

	seed = 5;
	for (uint32_t i = 0; i < 450; i++) {
		add_item(&text, i);
		if (i == after_item)
			buf_add(&text, str_of(more));
	}
	l = check_same(buf_str(&text));
	if (wanted != NULL)
		check_says(&l, wanted);
	unload(&l);
}

TEST(findings_in_a_large_file_are_those_of_the_whole)
{
	check_with(200, "---\nkind: Item\nname: big\nn: 100000\n", "[max]");
	check_with(200, "---\nkind: Item\nname: i3\n", "[duplicate-document]");
	check_with(200, "---\nkind: Item\nname: a\nname: b\n", "[duplicate-key]");
	check_with(200, "---\n", "[empty]");
	check_with(449, "---\n", "[empty]");
	check_with(200, "---\nkind: Item\nname: open\ntext: \"never closed\n", NULL);
	check_with(200, "---\nkind: Item\nname: open\nneeds: [\n", NULL);
	check_with(200, "---\n{kind: Item, name: flow,\n--- \n n: 1}\n", NULL);
	check_with(200, "...\n", NULL);
	check_with(200, "...\n%YAML 1.2\n", NULL);
	check_with(200, "---\nkind: Item\nname: cr\ntext: a\rn: 5\n", NULL);
	check_with(200, "---\nkind: Item\nname: u\ntext: \xff\n", NULL);
	check_with(200, "---\nkind: Item\nname: al\ntext: *i0\n", NULL);
	check_with(200, "---\nkind: Itme\nname: al\n", "[kind]");
}

TEST(a_secret_is_hidden_in_a_large_file_too)
{
	CLEANUP(buf_free) struct buf text = {0};
	struct conf_input inputs[2];
	struct loaded l;

	for (uint32_t i = 0; i < 500; i++) {
		buf_printf(&text, "%s{kind: Key, name: k%u, token: hush, next: nobody}\n",
			   i ? "---\n" : "", i);
		buf_fill(&text, '#', 1200);
		buf_addc(&text, '\n');
	}
	inputs[0] = (struct conf_input){.path = STR("keys.yaml"), .text = buf_str(&text)};
	inputs[1] = (struct conf_input){
		.path = STR("schemas/s.yaml"),
		.text = STR("schema: Key\nfields:\n  token: string  `secret:\"true\"`\n"
			    "  next: ref[Key]\n"),
	};
	l = load_inputs(inputs, 2, NULL, 2);
	CHECK_INT(l.d.errors, 500);
	check_silent(&l, "hush");
	unload(&l);
}
