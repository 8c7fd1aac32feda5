/* tests/unit/conf_check.h
 * From the text of a schema and of a document to findings, as people see them: headline, then the hint behind
 * an arrow; one finding a line.
 */
#pragma once
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "conf/check.h"
#include "conf/render.h"
#include "test.h"

struct checked {
	struct arena *mem, *scratch;
	struct conf_schema *schema;
	const struct conf_source *source;
	struct conf_doc doc; /* the last one */
	bool usable;
	struct diags d;
	struct conf_check check;
};

static int check_each(void *ctx, struct yaml_doc *doc)
{
	struct checked *c = ctx;

	c->usable = conf_check_doc(&c->check, doc, &c->doc);
	return 0;
}

/* Either text may be NULL. */
static struct checked check_texts(const char *schema, const char *doc)
{
	struct checked c = {.mem = arena_new("test"), .scratch = arena_new("test scratch")};
	const struct conf_source *schemas[1];

	c.d = diags_into(c.mem);
	if (schema != NULL)
		schemas[0] = conf_source_new(c.mem, STR("schemas/s.yaml"), str_of(schema));
	c.schema = conf_schema_load(schemas, schema != NULL, &yaml_caps_default, &c.d);
	if (doc == NULL)
		return c;
	c.source = conf_source_new(c.mem, STR("d.yaml"), str_of(doc));
	c.check = (struct conf_check){.schema = c.schema,
				      .source = c.source,
				      .mem = c.mem,
				      .scratch = c.scratch,
				      .d = &c.d};
	conf_yaml_read(c.scratch, c.source, &yaml_caps_default, (struct yaml_sink){check_each, &c},
		       &c.d);
	return c;
}

static void checked_free(struct checked *c)
{
	conf_schema_unref(c->schema);
	arena_free(c->scratch);
	arena_free(c->mem);
}

__attribute__((unused)) static size_t findings_in(const struct checked *c)
{
	const struct conf_finding *it;
	size_t n = 0;

	VEC_EACH (&c->d.list, it)
		n += !it->at.source->builtin;
	return n;
}

/* schema.yaml:5:3: error: field: message [code] -> hint */
static void add_line(struct buf *out, const struct conf_finding *f)
{
	struct str field = conf_render_field(f->path);

	buf_printf(out, STR_FMT ":%u:%u: %s: ", STR_ARG(f->at.source->path), f->at.start.line,
		   f->at.start.column, f->severity == CONF_ERROR ? "error" : "warning");
	if (field.n)
		buf_printf(out, STR_FMT ": ", STR_ARG(field));
	buf_printf(out, STR_FMT " [%s]", STR_ARG(f->message), f->code);
	if (f->hint.n)
		buf_printf(out, " -> " STR_FMT, STR_ARG(f->hint));
	buf_addc(out, '\n');
}

__attribute__((unused)) static void check_findings(const char *schema, const char *doc,
						   const char *wanted, const char *file, int line)
{
	struct checked c = check_texts(schema, doc);
	CLEANUP(buf_free) struct buf out = {0};
	const struct conf_finding *it;

	diags_sort(&c.d);
	VEC_EACH (&c.d.list, it)
		if (!it->at.source->builtin) /* test_schema_builtin.c looks at those */
			add_line(&out, it);
	if (strcmp(out.p ? out.p : "", wanted) != 0) {
		(void)fprintf(stderr, "%s:%d\n--- found\n%s--- wanted\n%s", file, line,
			      out.p ? out.p : "", wanted);
		checked_free(&c);
		fail();
	}
	checked_free(&c);
}

/* Findings of a document of a schema; of a schema alone. */
#define CHECK_DOC(schema, doc, wanted) check_findings((schema), (doc), (wanted), __FILE__, __LINE__)
#define CHECK_SCHEMA(schema, wanted)   check_findings((schema), NULL, (wanted), __FILE__, __LINE__)
