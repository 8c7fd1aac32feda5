/* docs/config-language.md keeps its word: its tables are those of the code, its examples give the findings it shows.
 * With GAMESRV_WRITE_DOCS=1 in the environment the tables are written again.
 */
#include <stdio.h>

#include "conf/describe.h"
#include "conf/tag.h"
#include "conf_check.h"

static const char manual[] = "docs/config-language.md";

static struct str read_manual(struct arena *mem)
{
	FILE *f = fopen(manual, "rb");
	char *text = arena_alloc(mem, 1 << 20);
	size_t n;

	CHECK(f != NULL);
	n = fread(text, 1, (1 << 20) - 1, f);
	CHECK(fclose(f) == 0 && n > 0);
	text[n] = '\0';
	return (struct str){text, n};
}

static void write_manual(struct str text)
{
	FILE *f = fopen(manual, "wb");

	CHECK(f != NULL);
	CHECK(fwrite(text.p, 1, text.n, f) == text.n);
	CHECK(fclose(f) == 0);
}

/* Replaces what stands between "<!-- NAME: ... -->" and "<!-- end -->". */
static struct str with_table(struct arena *mem, struct str text, const char *name,
			     void (*make)(struct buf *out))
{
	CLEANUP(buf_free) struct buf out = {0};
	struct str mark = arena_printf(mem, "<!-- %s: ", name);
	const char *from = strstr(text.p, mark.p), *end;

	CHECK(from != NULL);
	from = strchr(from, '\n') + 1;
	end = strstr(from, "<!-- end -->");
	CHECK(end != NULL);
	buf_add(&out, (struct str){text.p, (size_t)(from - text.p)});
	make(&out);
	buf_add(&out, (struct str){end, text.n - (size_t)(end - text.p)});
	return arena_str(mem, buf_str(&out));
}

TEST(the_tables_of_the_manual_are_those_of_the_code)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("manual");
	struct str text = read_manual(mem), wanted;

	wanted = with_table(mem, text, "types", conf_manual_types);
	wanted = with_table(mem, wanted, "tags", conf_manual_tags);
	wanted = with_table(mem, wanted, "rules", conf_manual_rules);
	if (getenv("GAMESRV_WRITE_DOCS") != NULL)
		write_manual(wanted);
	else if (!str_eq(text, wanted))
		fail_msg("%s is behind the code: run this with GAMESRV_WRITE_DOCS=1", manual);
}

/* A fenced block, and the ```text block right behind it. */
struct block {
	struct str text, findings;
	const struct conf_source *source;
	bool schema, shows_findings;
};

static bool next_block(struct str *rest, const char *fence, struct str *out)
{
	const char *from = strstr(rest->p, fence), *end;

	if (from == NULL)
		return false;
	from += strlen(fence);
	end = strstr(from, "```\n");
	CHECK(end != NULL);
	*out = (struct str){from, (size_t)(end - from)};
	rest->n -= (size_t)(end + 4 - rest->p);
	rest->p = end + 4;
	return true;
}

/* The first line tells the file: "# arenas/frozen-keep.yaml". Blocks that begin with "fields:" are the inside of
 * some schema. */
static void name_block(struct arena *mem, struct block *b, size_t number)
{
	ptrdiff_t line = str_find(b->text, '\n');

	if (str_starts(b->text, STR("fields:"))) {
		b->schema = true;
		b->text =
			arena_printf(mem, STR_FMT "schema: Example%zu\n", STR_ARG(b->text), number);
		b->source = conf_source_new(mem, STR("schemas/example.yaml"), b->text);
		return;
	}
	CHECK(str_starts(b->text, STR("# ")) && line > 2);
	b->schema = str_starts(b->text, STR("# schemas/"));
	b->source =
		conf_source_new(mem, arena_str(mem, (struct str){b->text.p + 2, (size_t)line - 2}),
				arena_str(mem, b->text));
}

static size_t read_blocks(struct arena *mem, struct block *blocks, size_t room)
{
	struct str rest = read_manual(mem);
	size_t n = 0;

	while (n < room && next_block(&rest, "```yaml\n", &blocks[n].text)) {
		struct block *b = &blocks[n++];

		b->shows_findings = str_starts(rest, STR("```text\n"));
		if (b->shows_findings)
			CHECK(next_block(&rest, "```text\n", &b->findings));
		name_block(mem, b, n);
	}
	return n;
}

static int check_block(void *ctx, struct yaml_doc *yaml)
{
	struct conf_doc doc = {0};

	(void)conf_check_doc(ctx, yaml, &doc);
	return 0;
}

static void compare(const struct block *b, struct diags *d)
{
	CLEANUP(buf_free) struct buf out = {0};

	diags_sort(d);
	conf_render_text(&out, d, &(struct conf_render){0});
	if (str_eq(buf_str(&out), b->findings))
		return;
	(void)fprintf(stderr, "%s: " STR_FMT "\n--- found\n" STR_FMT "--- shown\n" STR_FMT "---\n",
		      manual, STR_ARG(b->source->path), STR_ARG(buf_str(&out)),
		      STR_ARG(b->findings));
	fail();
}

TEST(the_examples_of_the_manual_give_the_findings_it_shows)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("manual");
	CLEANUP(arena_freep) struct arena *scratch = arena_new("manual scratch");
	static struct block blocks[100];
	const struct conf_source *sources[ARRAY_LEN(blocks)];
	size_t count = read_blocks(mem, blocks, ARRAY_LEN(blocks)), schemas = 0;
	struct diags d = diags_into(mem);
	struct conf_schema *schema;

	CHECK(count > 10);
	for (size_t i = 0; i < count; i++)
		if (blocks[i].schema && !blocks[i].shows_findings)
			sources[schemas++] = blocks[i].source;
	schema = conf_schema_load(sources, schemas, &yaml_caps_default, &d);
	compare(&(struct block){.source = sources[0], .findings = STR("")}, &d);
	for (size_t i = 0; i < count; i++) {
		const struct block *b = &blocks[i];
		struct diags found = diags_into(mem);
		struct conf_check check = {.schema = schema,
					   .source = b->source,
					   .mem = mem,
					   .scratch = scratch,
					   .d = &found};

		if (b->schema && !b->shows_findings)
			continue;
		if (b->schema) {
			struct conf_schema *faulty =
				conf_schema_load(&b->source, 1, &yaml_caps_default, &found);

			compare(b, &found);
			conf_schema_unref(faulty);
			continue;
		}
		conf_yaml_read(scratch, b->source, &yaml_caps_default,
			       (struct yaml_sink){check_block, &check}, &found);
		compare(b, &found);
	}
	conf_schema_unref(schema);
}
