/* tests/unit/test_yaml_memory.c: a reading that runs out of memory, also libyaml's. A program of its own: the
 * heap of earlier tests would lend the reading what the limit takes away. */
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "yaml_case.h"

struct dry_run {
	struct arena *mem, *scratch;
	struct str text;
	struct diags d;
};

static int count_documents(void *ctx, struct yaml_doc *doc)
{
	return doc->root == NULL;
}

static int read_dry(void *ctx)
{
	struct dry_run *run = ctx;
	struct conf_source *src = conf_source_new(run->scratch, STR("a"), run->text);

	return conf_yaml_read(run->scratch, src, &yaml_caps_default,
			      (struct yaml_sink){count_documents, NULL}, &run->d)
		       ? 0
		       : 1;
}

/* Exit code of a child that reads under a limit of memory: 0 read, 12 out of memory. */
static int read_with(struct str text, size_t more_kib)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		struct dry_run run = {arena_new("test"), arena_new("test trees"), text, {0}};
		FILE *f = fopen("/proc/self/statm", "r");
		size_t pages = 0;
		int rc;

		if (f == NULL || fscanf(f, "%zu", &pages) != 1)
			_exit(99);
		fclose(f);
		setrlimit(RLIMIT_AS,
			  &(struct rlimit){pages * 4096 + more_kib * 1024, RLIM_INFINITY});
		run.d = diags_into(run.mem);
		rc = arena_try(read_dry, &run);
		arena_free(run.scratch);
		arena_free(run.mem);
		_exit(rc < 0 ? -rc : rc);
	}
	CHECK(child > 0);
	CHECK(waitpid(child, &status, 0) == child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

TEST(out_of_memory_anywhere_ends_the_reading_and_nothing_else)
{
	CLEANUP(buf_free) struct buf text = {0};
	int dry = 0, full = 0;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	skip(); /* a sanitizer's own memory is beyond any limit */
#endif
	buf_add(&text, STR("k: \""));
	for (int i = 0; i < 5000; i++)
		buf_add(&text, STR("long text \\t "));
	buf_add(&text, STR("\"\nl:\n"));
	for (int i = 0; i < 20000; i++)
		buf_add(&text, STR("  - {a: 1, b: [x, \"y\\n\"]}\n"));
	for (size_t kib = 0; kib <= 16384; kib += kib < 1024 ? 64 : 1024) {
		int code = read_with(buf_str(&text), kib);

		CHECK(code == 0 || code == 12);
		dry += code == 12;
		full += code == 0;
	}
	CHECK(dry > 10 && full > 0);
}
