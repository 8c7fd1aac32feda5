/* bench/yaml_read.c
 * What the tree costs on top of libyaml: conf_yaml_read() against a bare loop over libyaml's events on the same
 * bytes, in turns, medians of five.
 *
 * usage: yaml_read FILE    (bench/gen_rooms.py DIR 20000 1 makes one of 10 MB in DIR/rooms)
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <yaml.h>

#include "conf/yaml.h"

#define ROUNDS 5

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct str read_file(struct arena *mem, const char *path)
{
	FILE *f = fopen(path, "rb");
	struct str text = {"", 0};
	long size;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0) {
		perror(path);
		exit(1);
	}
	rewind(f);
	text = (struct str){arena_zalloc(mem, (size_t)size + 1), (size_t)size};
	if (fread((char *)text.p, 1, text.n, f) != text.n) {
		perror(path);
		exit(1);
	}
	fclose(f);
	return text;
}

static double bare_events(struct str text)
{
	double start = now_ms();
	bool done = false;
	yaml_parser_t parser;
	yaml_event_t event;

	yaml_parser_initialize(&parser);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.p, text.n);
	while (!done) {
		if (!yaml_parser_parse(&parser, &event)) {
			fprintf(stderr, "libyaml: %s\n", parser.problem);
			exit(1);
		}
		done = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return now_ms() - start;
}

static int keep(void *ctx, struct yaml_doc *doc)
{
	*(uint32_t *)ctx = doc->index + 1;
	return 0;
}

static double our_read(struct str text, size_t *tree_bytes)
{
	double start = now_ms();
	CLEANUP(arena_freep) struct arena *mem = arena_new("bench");
	struct diags d = diags_into(mem);
	uint32_t documents = 0;
	struct conf_source *src = conf_source_new(mem, STR("bench.yaml"), text);
	struct yaml_caps caps = yaml_caps_default;

	caps.file_bytes = UINT32_MAX;
	if (!conf_yaml_read(mem, src, &caps, (struct yaml_sink){keep, &documents}, &d)) {
		fprintf(stderr, "%zu findings, the first: " STR_FMT "\n", d.list.count,
			STR_ARG(d.list.items[0].message));
		exit(1);
	}
	*tree_bytes = arena_bytes(mem);
	arena_freep(&mem);
	return now_ms() - start;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *times)
{
	qsort(times, ROUNDS, sizeof(*times), by_size);
	return times[ROUNDS / 2];
}

int main(int argc, char **argv)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("file");
	double bare[ROUNDS], ours[ROUNDS];
	size_t tree_bytes = 0;
	struct rusage usage;
	struct str text;

	if (argc != 2) {
		fprintf(stderr, "usage: yaml_read FILE\n");
		return 2;
	}
	text = read_file(mem, argv[1]);
	for (int i = 0; i < ROUNDS; i++) {
		bare[i] = bare_events(text);
		ours[i] = our_read(text, &tree_bytes);
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("bytes %zu\nbare events %.1f ms\ntree with places %.1f ms\nratio %.3f\ntree %.1f MB "
	       "(%.2fx the text)\n"
	       "peak RSS %.1f MB\n",
	       text.n, median(bare), median(ours), median(ours) / median(bare),
	       (double)tree_bytes / 1e6, (double)tree_bytes / (double)text.n,
	       (double)usage.ru_maxrss / 1e3);
	return 0;
}
