/* schemas/confgen.c
 * Build-time generator: compiles the built-in kinds' schemas into both programs.
 *
 * confgen DIR SCHEMA...: writes DIR/builtin.c, the texts as conf_builtins[], and DIR/builtin.h.
 * Runs on the build machine only; any trouble is one line on stderr and exit status 1.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "conf/schema.h"

static NORETURN void die(const char *what, const char *path)
{
	fprintf(stderr, "confgen: %s: %s: %s\n", path, what, strerror(errno));
	exit(1);
}

static struct str read_text(struct arena *mem, const char *path)
{
	char *text;
	long size;
	FILE *in = fopen(path, "rb");

	if (in == NULL)
		die("cannot open", path);
	if (fseek(in, 0, SEEK_END) < 0 || (size = ftell(in)) < 0 || fseek(in, 0, SEEK_SET) < 0)
		die("cannot measure", path);
	text = arena_alloc(mem, (size_t)size + 1);
	if (fread(text, 1, (size_t)size, in) != (size_t)size)
		die("cannot read", path);
	text[size] = '\0';
	fclose(in);
	return (struct str){text, (size_t)size};
}

static void write_text(const char *dir, const char *name, const struct buf *text)
{
	char path[4096];
	FILE *out;

	if (text->failed ||
	    (size_t)snprintf(path, sizeof(path), "%s/%s", dir, name) >= sizeof(path)) {
		errno = ENOMEM;
		die("cannot write", name);
	}
	out = fopen(path, "wb");
	if (out == NULL || fwrite(text->p, 1, text->n, out) != text->n || fclose(out) != 0)
		die("cannot write", path);
}

static void add_c_string(struct buf *out, struct str text)
{
	buf_add(out, STR("\t\t\""));
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '\n')
			buf_add(out, i + 1 < text.n ? STR("\\n\"\n\t\t\"") : STR("\\n"));
		else if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c < 0x20 || c >= 0x7f || c == '?')
			buf_printf(out, "\\%03o", c); /* octal: never swallows what follows */
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, '"');
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void generate_source(struct arena *mem, struct buf *out, char **paths, int count)
{
	buf_printf(out, "/* Generated from schemas/ by confgen: do not edit. */\n"
			"#include \"schemas/builtin.h\"\n\n"
			"const struct conf_builtin conf_builtins[] = {\n");
	for (int i = 0; i < count; i++) {
		buf_printf(out, "\t{\"schemas/%s\",\n", base_name(paths[i]));
		add_c_string(out, read_text(mem, paths[i]));
		buf_printf(out, "},\n");
	}
	buf_printf(out, "};\nconst size_t conf_builtin_count = %d;\n", count);
}

int main(int argc, char **argv)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("confgen");
	CLEANUP(buf_free) struct buf source = {0}, header = {0};

	if (argc < 3) {
		fprintf(stderr, "usage: confgen DIR SCHEMA...\n");
		return 1;
	}
	generate_source(mem, &source, argv + 2, argc - 2);
	buf_printf(&header, "/* Generated from schemas/ by confgen: do not edit. */\n"
			    "#pragma once\n#include \"conf/schema.h\"\n");
	write_text(argv[1], "builtin.c", &source);
	write_text(argv[1], "builtin.h", &header);
	return 0;
}
