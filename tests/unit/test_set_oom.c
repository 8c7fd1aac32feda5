/* tests/unit/test_set_oom.c
 * Every allocation of arenas fails once: the answer is -ENOMEM, and nothing of the attempt is left over. The
 * build links test_*_oom programs so that malloc() comes here first (not that of other libraries).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/bundle.h"
#include "set_help.h"

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

static _Atomic long left = -1; /* allocations that still succeed; below 0: all do */

void *__wrap_malloc(size_t size)
{
	if (atomic_load(&left) >= 0 && atomic_fetch_sub(&left, 1) == 0)
		return NULL;
	return __real_malloc(size);
}

#define SCHEMA                                                                                     \
	"schema: Item\nfields:\n  n: int\n  tags: list[string]\n  old: int?  `deprecated:\"n\"`\n"

static struct conf_input inputs[12];

static void make_inputs(struct arena *mem, unsigned edition)
{
	for (unsigned i = 0; i < 11; i++) {
		CLEANUP(buf_free) struct buf text = {0};

		for (unsigned k = 0; k < 40; k++)
			buf_printf(
				&text,
				"%skind: Item\nname: i%u-%u\nn: %u\ntags: [\"\\x61\", b]\nold: 1\n",
				k ? "---\n" : "", i, k, edition);
		inputs[i] = (struct conf_input){
			.path = arena_printf(mem, "f%u.yaml", i + 10),
			.text = arena_str(mem, buf_str(&text)),
		};
	}
	inputs[11] = (struct conf_input){.path = STR("schemas/s.yaml"), .text = STR(SCHEMA)};
}

static void fail_each(const struct conf_set *base, unsigned threads)
{
	struct conf_load how = {.caps = yaml_caps_default, .threads = threads, .previous = base};
	long failed = 0;
	int rc = -1;

	for (long n = 0; rc != 0; n++) {
		struct arena *mem = arena_new("test");
		struct diags d = diags_into(mem);
		struct conf_set *set = NULL;

		atomic_store(&left, n);
		rc = conf_set_load(inputs, ARRAY_LEN(inputs), &how, &set, &d);
		atomic_store(&left, -1);
		if (rc != 0) {
			CHECK_INT(rc, -ENOMEM);
			CHECK(set == NULL);
			failed++;
		} else {
			CHECK_INT(d.errors, 0);
			CHECK_INT(set->doc_count, 440);
		}
		conf_set_unref(set);
		arena_free(mem);
	}
	CHECK(failed > 20);
}

TEST(a_load_that_runs_out_of_memory_anywhere_leaves_nothing)
{
	struct arena *mem = arena_new("test");
	struct loaded base;

	make_inputs(mem, 1);
	base = load_inputs(inputs, ARRAY_LEN(inputs), NULL, 1);
	CHECK_INT(base.d.errors, 0);
	make_inputs(mem, 2);
	fail_each(base.set, 1);
	fail_each(base.set, 3);
	CHECK_INT(base.set->doc_count, 440); /* and the one in force is as it was */
	unload(&base);
	arena_free(mem);
}

static int open_descriptors(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

TEST(a_bundle_that_runs_out_of_memory_anywhere_leaves_nothing_open)
{
	char root[] = "/tmp/gamesrv-oom-XXXXXX", path[64];
	int before = open_descriptors(), rc = -1;
	long failed = 0;

	CHECK(mkdtemp(root) != NULL);
	for (int i = 0; i < 20; i++) {
		FILE *out;

		snprintf(path, sizeof(path), "%s/d%d", root, i);
		CHECK_INT(mkdir(path, 0755), 0);
		snprintf(path, sizeof(path), "%s/d%d/a.yaml", root, i);
		out = fopen(path, "w");
		CHECK(out != NULL);
		fprintf(out, "%8000d\n", i);
		fclose(out);
	}
	for (long n = 0; rc != 0; n++) {
		struct arena *mem = arena_new("test");
		struct diags d = diags_into(mem);
		struct bundle b;

		arena_alloc(mem, 1); /* its first block: what is left to fail is the reader's */
		atomic_store(&left, n);
		rc = bundle_read(mem, root, &yaml_caps_default, &b, &d);
		atomic_store(&left, -1);
		CHECK(rc == 0 || rc == -ENOMEM);
		CHECK_INT(open_descriptors(), before);
		failed += rc != 0;
		arena_free(mem);
	}
	CHECK(failed > 5);
	for (int i = 0; i < 20; i++) {
		snprintf(path, sizeof(path), "%s/d%d/a.yaml", root, i);
		unlink(path);
		snprintf(path, sizeof(path), "%s/d%d", root, i);
		rmdir(path);
	}
	rmdir(root);
}
