/* bench/read_field.c
 * What it costs a loop to read the configuration: through the reader's snapshot and a field handle (a game's
 * own kind), and through the generated struct (a built-in kind). Prints nanoseconds per read, median of 9.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"
#include "conf/publish.h"
#include "conf/value.h"
#include "schemas/builtin.h"

enum { ROUNDS = 9, READS = 20000000 };

static const char schema[] = "schema: Arena\n"
			     "fields:\n"
			     "  hp: int  `validate:\"min=1\"`\n";
static const char docs[] = "kind: Arena\nname: a\nhp: 7\n---\nkind: Server\nname: main\n";

struct fixture {
	struct conf_set *set;
	struct publication *pub;
	struct conf_reader reader;
};

static void set_up(struct fixture *f, struct arena *mem)
{
	struct conf_input inputs[] = {{.path = STR("a.yaml"), .text = STR(docs)},
				      {.path = STR("schemas/s.yaml"), .text = STR(schema)}};
	struct conf_load how = {.caps = yaml_caps_default};
	struct diags d = diags_into(mem);

	if (conf_set_load(inputs, 2, &how, &f->set, &d) < 0 || d.errors > 0)
		bench_die("the fixture does not load");
	f->pub = publication_new(f->set, 1);
	if (f->pub == NULL)
		bench_die("out of memory");
	conf_reader_join(f->pub, &f->reader);
}

/* As room logic does: the document and the handle were looked up when the room opened. */
static double through_handle(struct fixture *f)
{
	const struct conf_doc *doc = conf_doc_find(f->set, STR("Arena"), STR("a"));
	const struct conf_field *hp = conf_field_find(&doc->kind->top, STR("hp"));
	double start = bench_now_ns();
	int64_t sum = 0;

	for (uint32_t i = 0; i < READS; i++) {
		BENCH_OPAQUE(doc);
		BENCH_OPAQUE(hp);
		sum += conf_int(hp->type, conf_at(doc->record, hp));
	}
	if (sum != 7LL * READS)
		bench_die("wrong sum");
	return (bench_now_ns() - start) / READS;
}

static double through_struct(struct fixture *f)
{
	const struct conf_server *server = conf_server_of(f->reader.now->set);
	double start = bench_now_ns();
	int64_t sum = 0;

	for (uint32_t i = 0; i < READS; i++) {
		BENCH_OPAQUE(server);
		sum += server->admin.connections;
	}
	if (sum != 64LL * READS)
		bench_die("wrong sum");
	return (bench_now_ns() - start) / READS;
}

/* A turn of a loop: adopt, then find the newest values through the set. */
static double through_reader(struct fixture *f)
{
	double start = bench_now_ns();
	uint64_t sum = 0;

	for (uint32_t i = 0; i < READS; i++) {
		struct conf_reader *reader = &f->reader;

		BENCH_OPAQUE(reader);
		conf_reader_adopt(reader);
		sum += reader->now->revision;
	}
	if (sum != READS)
		bench_die("wrong sum");
	return (bench_now_ns() - start) / READS;
}

static void measure(struct fixture *f, const char *name, double (*run)(struct fixture *f))
{
	double ns[ROUNDS];

	for (int i = 0; i < ROUNDS; i++)
		ns[i] = run(f);
	printf("read_field %s ns=%.2f\n", name, bench_median(ns, ROUNDS));
}

int main(void)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("bench");
	struct fixture f;

	set_up(&f, mem);
	measure(&f, "handle", through_handle);
	measure(&f, "struct", through_struct);
	measure(&f, "adopt", through_reader);
	conf_reader_leave(&f.reader);
	publication_free(f.pub);
	conf_set_unref(f.set);
	return 0;
}
