/* tests/unit/rules.h
 * One value under one validate tag: the message, code and hint of each finding, one a line, or "".
 */
#pragma once
#include "conf_check.h"

static void add_message(struct buf *out, const struct conf_finding *f)
{
	if (out->n)
		buf_addc(out, '\n');
	buf_printf(out, STR_FMT " [%s]", STR_ARG(f->message), f->code);
	if (f->hint.n)
		buf_printf(out, "; " STR_FMT, STR_ARG(f->hint));
}

static void check_messages(struct str schema, const char *doc, const char *wanted, const char *file,
			   int line)
{
	CLEANUP(buf_free) struct buf out = {0};
	struct checked c = check_texts(schema.p, doc);
	const struct conf_finding *it;

	diags_sort(&c.d);
	VEC_EACH (&c.d.list, it)
		if (!it->at.source->builtin)
			add_message(&out, it);
	if (strcmp(buf_str(&out).p, wanted) != 0) {
		print_message("%s:%d\n--- found\n%s\n--- wanted\n%s\n", file, line, buf_str(&out).p,
			      wanted);
		checked_free(&c);
		fail();
	}
	checked_free(&c);
}

__attribute__((unused)) static void check_tag(const char *type, const char *tag, const char *value,
					      const char *wanted, const char *file, int line)
{
	CLEANUP(buf_free) struct buf schema = {0};
	CLEANUP(buf_free) struct buf doc = {0};

	buf_printf(&schema,
		   "schema: A\nfields:\n  v: %s `validate:\"%s\"`\nstructs:\n  S: {a: int, b: "
		   "string}\n",
		   type, tag);
	if (value)
		buf_printf(&doc, "kind: A\nname: x\nv: %s\n", value);
	check_messages(buf_str(&schema), value ? doc.p : NULL, wanted, file, line);
}

/* A value under a tag; a tag alone. */
#define CHECK_TAG(type, tag, value, wanted)                                                        \
	check_tag((type), (tag), (value), (wanted), __FILE__, __LINE__)
#define CHECK_TAG_ERROR(type, tag, wanted)                                                         \
	check_tag((type), (tag), NULL, (wanted), __FILE__, __LINE__)
/* Fields and a document's lines. */
#define CHECK_FIELDS(fields, lines, wanted)                                                        \
	check_messages(STR("schema: A\nfields:\n" fields), "kind: A\nname: x\n" lines, (wanted),   \
		       __FILE__, __LINE__)
#define CHECK_FIELDS_ERROR(fields, wanted)                                                         \
	check_messages(STR("schema: A\nfields:\n" fields), NULL, (wanted), __FILE__, __LINE__)
