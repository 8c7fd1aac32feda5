/* bench/yaml_events.c
 * The floor: libyaml's events on the same bytes, and nothing done with them.
 *
 * yaml_events DIR: reads every *.yaml of one directory into memory, then parses all of them, and prints
 * the bytes, the events and the milliseconds of the parsing alone.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <yaml.h>

#include "base/vec.h"

struct text {
	struct str path, bytes;
};

typedef VEC(struct text) texts;

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct str read_text(struct arena *mem, const char *path)
{
	FILE *in = fopen(path, "rb");
	long size = 0;
	char *p;

	if (in == NULL || fseek(in, 0, SEEK_END) < 0 || (size = ftell(in)) < 0 ||
	    fseek(in, 0, SEEK_SET) < 0) {
		perror(path);
		exit(1);
	}
	p = arena_alloc(mem, (size_t)size + 1);
	if (fread(p, 1, (size_t)size, in) != (size_t)size) {
		perror(path);
		exit(1);
	}
	fclose(in);
	return (struct str){p, (size_t)size};
}

static void read_all(struct arena *mem, const char *dir, texts *out)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	if (d == NULL) {
		perror(dir);
		exit(1);
	}
	while ((e = readdir(d)) != NULL) {
		struct str name = str_of(e->d_name), path;

		if (!str_ends(name, STR(".yaml")))
			continue;
		path = arena_printf(mem, "%s/%s", dir, e->d_name);
		vec_add(mem, out, ((struct text){path, read_text(mem, path.p)}));
	}
	closedir(d);
}

static size_t parse(const struct text *t)
{
	yaml_parser_t parser;
	yaml_event_t event;
	size_t events = 0;
	bool done = false;

	yaml_parser_initialize(&parser);
	yaml_parser_set_input_string(&parser, (const unsigned char *)t->bytes.p, t->bytes.n);
	while (!done) {
		if (!yaml_parser_parse(&parser, &event)) {
			fprintf(stderr, "%s: %s\n", t->path.p, parser.problem);
			exit(1);
		}
		events++;
		done = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return events;
}

int main(int argc, char **argv)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("texts");
	size_t bytes = 0, events = 0;
	struct text *t;
	texts all = {0};
	double start;

	if (argc != 2) {
		fprintf(stderr, "usage: yaml_events DIR\n");
		return 2;
	}
	read_all(mem, argv[1], &all);
	start = now_ms();
	VEC_EACH (&all, t) {
		bytes += t->bytes.n;
		events += parse(t);
	}
	printf("libyaml_events bytes=%zu events=%zu ms=%.1f\n", bytes, events, now_ms() - start);
	return 0;
}
