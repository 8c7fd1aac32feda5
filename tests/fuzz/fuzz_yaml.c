/* tests/fuzz/fuzz_yaml.c
 * Any bytes into the YAML reader. Beyond not crashing: places lie within the text, a plain scalar is what
 * stands between its marks, what is shown holds no control characters, reading in place and through libyaml's
 * buffer give the same, as do LF, CRLF, CR and a byte-order mark, and what we accept libyaml accepts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#include "conf/render.h"
#include "conf/yaml.h"
#include "fuzz.h"

#define MUST(condition)                                                                            \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: " #condition "\n", __FILE__, __LINE__);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* What one reading gave, as text: trees first, then findings. */
struct reading {
	const struct conf_source *src;
	struct arena *scratch;
	struct buf out;
	size_t scalars;
	bool shared; /* there were aliases or merges: scalars are not counted as libyaml does */
};

static bool mark_before(struct conf_mark a, struct conf_mark b)
{
	return a.line < b.line || (a.line == b.line && a.column <= b.column);
}

static void check_place(const struct conf_source *src, struct conf_mark start, struct conf_mark end)
{
	MUST(start.line >= 1 && start.line <= src->line_count && start.column >= 1);
	MUST(mark_before(start, end));
	MUST(conf_source_byte(src, start) <= src->text.n);
	MUST(conf_source_line(src, start.line).n + 1 >= start.column);
}

static void check_plain(const struct conf_source *src, const struct yaml_node *n)
{
	size_t from = conf_source_byte(src, n->start), to = conf_source_byte(src, n->end);

	if (n->style != YAML_PLAIN || n->start.line != n->end.line || (n->flags & YAML_BROKEN) ||
	    src->suspect)
		return;
	if (from < to && (src->text.p[from] == '"' || src->text.p[from] == '\'')) /* !!int "5" */
		return;
	MUST(str_eq(yaml_text(n), (struct str){src->text.p + from, to - from}));
}

static void walk(struct reading *r, const struct yaml_node *n, size_t budget)
{
	const struct yaml_node *child;
	uint32_t count = 0;

	check_place(r->src, n->start, n->end);
	buf_printf(&r->out, "%d %d %d %u:%u-%u:%u ", n->kind, n->style, n->flags, n->start.line,
		   n->start.column, n->end.line, n->end.column);
	r->shared |= (n->flags & YAML_ALIASED) != 0;
	if (n->kind == YAML_SCALAR) {
		check_plain(r->src, n);
		buf_add(&r->out, yaml_text(n));
		buf_addc(&r->out, '\n');
		r->scalars++;
		return;
	}
	YAML_EACH (n, child) {
		count++;
		if (r->out.n < budget)
			walk(r, child, budget);
	}
	MUST(count == (n->kind == YAML_MAP ? n->n * 2 : n->n));
}

static int each(void *ctx, struct yaml_doc *doc)
{
	struct reading *r = ctx;

	buf_printf(&r->out, "document %u\n", doc->index);
	if (doc->root != NULL) {
		MUST(doc->root->kind == YAML_MAP);
		walk(r, doc->root, 1u << 20);
	}
	arena_reset(r->scratch);
	return 0;
}

static void check_findings(const struct conf_source *src, struct diags *d, bool fine)
{
	CLEANUP(buf_free) struct buf text = {0};
	struct conf_render how = {0};
	const struct conf_finding *f;
	json_t *json;

	MUST(fine == (d->errors == 0));
	MUST(d->list.count == d->errors + d->warnings);
	VEC_EACH (&d->list, f)
		check_place(src, f->at.start, f->at.end);
	conf_render_text(&text, d, &how);
	for (size_t i = 0; i < text.n; i++)
		MUST(((unsigned char)text.p[i] >= 0x20 && text.p[i] != 0x7f) || text.p[i] == '\n');
	json = conf_render_json(d, 0);
	MUST(json != NULL);
	json_decref(json);
}

static struct buf read_text(struct str text, bool *fine, size_t *scalars)
{
	CLEANUP(arena_freep)
	struct arena *mem = arena_new("fuzz"), *scratch = arena_new("fuzz scratch");
	struct reading r = {.src = conf_source_new(mem, STR("a.yaml"), text), .scratch = scratch};
	struct diags d = diags_into(mem);
	const struct conf_finding *f;

	*fine = conf_yaml_read(scratch, r.src, &yaml_caps_default, (struct yaml_sink){each, &r},
			       &d);
	check_findings(r.src, &d, *fine);
	diags_sort(&d);
	VEC_EACH (&d.list, f)
		buf_printf(&r.out, "%u:%u-%u:%u %s " STR_FMT " " STR_FMT " " STR_FMT "\n",
			   f->at.start.line, f->at.start.column, f->at.end.line, f->at.end.column,
			   f->code, STR_ARG(f->path), STR_ARG(f->message), STR_ARG(f->hint));
	*scalars = r.shared ? SIZE_MAX : r.scalars;
	return r.out;
}

/* libyaml by itself, on the same bytes. */
static void check_against_events(struct str text, size_t scalars)
{
	yaml_parser_t parser;
	yaml_event_t event;
	bool done = false;
	size_t count = 0;

	MUST(yaml_parser_initialize(&parser));
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.p, text.n);
	while (!done) {
		MUST(yaml_parser_parse(&parser, &event));
		count += event.type == YAML_SCALAR_EVENT;
		done = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	MUST(scalars == SIZE_MAX || scalars == count);
}

static void check_same(struct str text, struct buf *wanted)
{
	CLEANUP(buf_free) struct buf got = {0};
	size_t scalars;
	bool fine;

	got = read_text(text, &fine, &scalars);
	if (str_eq(buf_str(&got), buf_str(wanted)))
		return;
	fprintf(stderr, "wanted:\n" STR_FMT "\ngot:\n" STR_FMT "\n", STR_ARG(buf_str(wanted)),
		STR_ARG(buf_str(&got)));
	abort();
}

/* The text with another line end, and a byte-order mark before it. */
static void check_twin(struct str text, const char *line_end, const char *before,
		       struct buf *wanted)
{
	CLEANUP(buf_free) struct buf twin = {0};

	buf_add(&twin, str_of(before));
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\n')
			buf_add(&twin, str_of(line_end));
		else
			buf_addc(&twin, text.p[i]);
	}
	if (twin.n > 0)
		check_same(buf_str(&twin), wanted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(buf_free) struct buf copy = {0};
	CLEANUP(buf_free) struct buf first = {0};
	struct str text;
	size_t scalars;
	bool fine;

	buf_add(&copy, (struct str){(const char *)data, size});
	buf_addc(&copy, '\0');
	text = (struct str){copy.p, size};
	first = read_text(text, &fine, &scalars);
	if (fine)
		check_against_events(text, scalars);
	copy.p[size] = '-'; /* not NUL: through libyaml's buffer */
	check_same(text, &first);
	copy.p[size] = '\0';
	if (size == 0 || memchr(data, '\r', size) != NULL ||
	    str_starts(text, STR("\xef\xbb\xbf")) || str_starts(text, STR("\xff")) ||
	    str_starts(text, STR("\xfe")) || memchr(data, '\0', size) != NULL)
		return 0;
	check_twin(text, "\r\n", "", &first);
	check_twin(text, "\r", "\xef\xbb\xbf", &first);
	return 0;
}
