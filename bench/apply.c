/* bench/apply.c
 * Applying an edit of one file against applying everything for the first time, as far as the library goes:
 * digests, load, cross checks, diff, removal check, publication. 10,000 documents in FILES files.
 *
 * apply [FILES=200]: prints both medians and their ratio.
 */
#include "bench.h"
#include "conf/diff.h"
#include "conf/publish.h"

enum { DOCS = 10000, ROUNDS = 9 };

static const char schema[] = "schema: Room\n"
			     "fields:\n"
			     "  id: int  `validate:\"required,min=0\"`\n"
			     "  title: string  `validate:\"required,max=100\"`\n"
			     "  type: string  `validate:\"oneof=lobby match\"`\n"
			     "  weight: float  `validate:\"min=0,max=1\"`\n"
			     "  tags: list[string]  `validate:\"max=8,dive,min=1\"`\n"
			     "  text: string\n"
			     "  next: ref[Room]?\n"
			     "  limits: Limits\n"
			     "structs:\n"
			     "  Limits:\n"
			     "    rate: int  `validate:\"min=1,max=1000\"`\n"
			     "    burst: int  `validate:\"min=1,max=1000\"`\n";

struct bundle_text {
	struct arena *mem;
	struct conf_input *inputs;
	size_t count;
};

static void add_room(struct buf *out, unsigned id, unsigned rate)
{
	buf_printf(out,
		   "%skind: Room\nname: room-%05u\nid: %u\ntitle: \"The room of number %u\"\n"
		   "type: match\nweight: 0.5\ntags: [alpha, bravo, charlie]\n"
		   "text: alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima "
		   "mike november oscar papa\n"
		   "next: room-%05u\nlimits:\n  rate: %u\n  burst: 900\n",
		   out->n ? "---\n" : "", id, id, id, (id + 1) % DOCS, rate);
}

static struct str file_text(struct arena *mem, unsigned from, unsigned to, unsigned rate)
{
	CLEANUP(buf_free) struct buf text = {0};

	for (unsigned id = from; id < to; id++)
		add_room(&text, id, rate);
	return arena_str(mem, buf_str(&text));
}

static struct bundle_text make_bundle(struct arena *mem, unsigned files)
{
	struct bundle_text b = {.mem = mem, .count = files + 1};

	b.inputs = ARENA_ARRAY(mem, struct conf_input, b.count);
	for (unsigned f = 0; f < files; f++)
		b.inputs[f] = (struct conf_input){
			.path = arena_printf(mem, "rooms/r%05u.yaml", f),
			.text = file_text(mem, DOCS * f / files, DOCS * (f + 1) / files, 5),
		};
	b.inputs[files] =
		(struct conf_input){.path = STR("schemas/room.yaml"), .text = STR(schema)};
	return b;
}

/* The stages of an apply; the set now in force is given back. */
static struct conf_set *apply(struct publication **pub, const struct conf_set *base,
			      const struct bundle_text *bundle, size_t *changes)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("apply");
	struct conf_load how = {.caps = yaml_caps_default, .previous = base};
	struct diags d = diags_into(mem);
	struct conf_diff diff;
	struct conf_set *set;

	if (conf_set_load(bundle->inputs, bundle->count, &how, &set, &d) < 0 || d.errors > 0)
		bench_die("the bundle does not load");
	conf_diff(mem, base, set, &diff);
	conf_set_in_use(base, set, &d);
	*changes = diff.changes.count;
	if (*pub == NULL) {
		*pub = publication_new(set, 1);
	} else {
		publish_commit(publish_prepare(*pub, set, 2));
		publish_settled(*pub);
	}
	return set;
}

int main(int argc, char **argv)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("bench");
	unsigned files = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 200;
	struct bundle_text bundle = make_bundle(mem, files ? files : 1);
	double first[ROUNDS], edit[ROUNDS], f, e;
	size_t changes;

	for (int i = 0; i < ROUNDS; i++) {
		struct publication *pub = NULL;
		double start = bench_now_ns();
		struct conf_set *one = apply(&pub, NULL, &bundle, &changes), *two;

		first[i] = (bench_now_ns() - start) / 1e6;
		if (changes != DOCS)
			bench_die("the first apply did not add every document");
		bundle.inputs[files / 2].text =
			file_text(mem, DOCS * (files / 2) / files, DOCS * (files / 2 + 1) / files,
				  6 + (unsigned)i);
		start = bench_now_ns();
		two = apply(&pub, one, &bundle, &changes);
		edit[i] = (bench_now_ns() - start) / 1e6;
		if (changes == 0 || changes > 2 * DOCS / files)
			bench_die("the edit did not change what it should");
		publication_free(pub);
		conf_set_unref(one);
		conf_set_unref(two);
	}
	f = bench_median(first, ROUNDS);
	e = bench_median(edit, ROUNDS);
	printf("apply documents=%d files=%u first_ms=%.2f edit_ms=%.2f ratio=%.1f%%\n", DOCS, files,
	       f, e, 100 * e / f);
	return 0;
}
