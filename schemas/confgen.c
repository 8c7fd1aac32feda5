/* schemas/confgen.c
 * Build-time generator: compiles the built-in kinds' schemas into both programs.
 *
 * confgen DIR SCHEMA...: writes DIR/builtin.c, the texts as conf_builtins[], and DIR/builtin.h.
 * Runs on the build machine only; any trouble is one line on stderr and exit status 1.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "conf/export.h"
#include "conf/render.h"
#include "conf/set.h"

/* The library wants them; here they are what is being made. */
const struct conf_builtin conf_builtins[] = {{NULL, NULL}};
const size_t conf_builtin_count = 0;

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

/* RoomType -> room_type */
static struct str snake(struct arena *mem, struct str name)
{
	CLEANUP(buf_free) struct buf out = {0};

	for (size_t i = 0; i < name.n; i++) {
		bool upper = name.p[i] >= 'A' && name.p[i] <= 'Z';

		if (upper && i > 0)
			buf_addc(&out, '_');
		buf_addc(&out, upper ? (char)(name.p[i] | 0x20) : name.p[i]);
	}
	return arena_str(mem, buf_str(&out));
}

struct built {
	struct arena *mem;
	struct conf_schema *schema;
	const struct conf_source **sources;
	const struct conf_kind **kinds;
	size_t source_count, kind_count;
};

static void report(const struct diags *d)
{
	CLEANUP(buf_free) struct buf text = {0};

	conf_render_text(&text, d, &(struct conf_render){0});
	fputs(text.p ? text.p : "", stderr);
}

static void load(struct built *b, char **paths, int count)
{
	struct diags d = diags_into(b->mem);
	const struct map_entry *e;

	b->source_count = (size_t)count;
	b->sources = ARENA_ARRAY(b->mem, const struct conf_source *, count);
	for (int i = 0; i < count; i++)
		b->sources[i] = conf_source_new(
			b->mem, arena_printf(b->mem, "schemas/%s", base_name(paths[i])),
			read_text(b->mem, paths[i]));
	b->schema = conf_schema_load(b->sources, b->source_count, &yaml_caps_default, &d);
	if (d.list.count > 0) {
		report(&d);
		exit(1);
	}
	b->kinds = ARENA_ARRAY(b->mem, const struct conf_kind *, b->schema->kinds.count);
	MAP_EACH (&b->schema->kinds, e)
		b->kinds[b->kind_count++] = e->value;
}

static void add_finder(const struct built *b, struct buf *out, const struct conf_kind *kind,
		       bool body)
{
	struct str name = kind->top.name, c = snake(b->mem, name);
	bool single = conf_is_single(name);

	if (!body)
		buf_printf(out,
			   single ? "/* Of the " STR_FMT
				    " document, or the defaults where there is none. */\n"
				  : "/* Of the " STR_FMT
				    " document of this name; NULL: there is none. */\n",
			   STR_ARG(name));
	buf_printf(
		out,
		"const struct conf_" STR_FMT " *conf_" STR_FMT "_%s(const struct conf_set *set%s)",
		STR_ARG(c), STR_ARG(c), single ? "of" : "find", single ? "" : ", struct str name");
	if (!body) {
		buf_add(out, STR(";\n"));
		return;
	}
	buf_add(out, STR("\n{\n"));
	if (single)
		buf_printf(
			out,
			"\tuint32_t n;\n"
			"\tconst struct conf_doc *const *docs = conf_docs_of(set, STR(\"" STR_FMT
			"\"), &n);\n\n"
			"\treturn n ? docs[0]->record : conf_kind_find(set->schema, STR(\"" STR_FMT
			"\"))->top.blank;\n",
			STR_ARG(name), STR_ARG(name));
	else
		buf_printf(out,
			   "\tconst struct conf_doc *doc = conf_doc_find(set, STR(\"" STR_FMT
			   "\"), name);\n\n"
			   "\treturn doc ? doc->record : NULL;\n",
			   STR_ARG(name));
	buf_add(out, STR("}\n"));
}

static void generate_header(const struct built *b, struct buf *out)
{
	conf_export_c_header(out, b->kinds, b->kind_count);
	buf_add(out, STR("\n#include \"conf/set.h\"\n\n"));
	for (size_t i = 0; i < b->kind_count; i++)
		add_finder(b, out, b->kinds[i], false);
}

static void generate_source(const struct built *b, struct buf *out)
{
	buf_add(out, STR("/* Generated from schemas/ by confgen: do not edit. */\n"
			 "#include \"schemas/builtin.h\"\n\n"
			 "const struct conf_builtin conf_builtins[] = {\n"));
	for (size_t i = 0; i < b->source_count; i++) {
		buf_printf(out, "\t{\"" STR_FMT "\",\n", STR_ARG(b->sources[i]->path));
		add_c_string(out, b->sources[i]->text);
		buf_add(out, STR("},\n"));
	}
	buf_printf(out, "};\nconst size_t conf_builtin_count = %zu;\n\n", b->source_count);
	for (size_t i = 0; i < b->kind_count; i++)
		add_finder(b, out, b->kinds[i], true);
}

int main(int argc, char **argv)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("confgen");
	CLEANUP(buf_free) struct buf source = {0}, header = {0};
	struct built b = {.mem = mem};

	if (argc < 3) {
		fprintf(stderr, "usage: confgen DIR SCHEMA...\n");
		return 1;
	}
	load(&b, argv + 2, argc - 2);
	generate_header(&b, &header);
	generate_source(&b, &source);
	write_text(argv[1], "builtin.h", &header);
	write_text(argv[1], "builtin.c", &source);
	conf_schema_unref(b.schema);
	return 0;
}
