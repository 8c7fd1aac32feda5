/* tests/unit/yaml_case.h
 * YAML in, tree and findings out as text, for the tests of the reader.
 *
 * Thread: one. A tree is written as flow YAML: 'x' "x" |x >x for scalars as they were quoted, * before what came
 * through an alias, ^ through a merge, ! before what is broken. Findings are the first lines that people see,
 * without the file.
 */
#pragma once
#include "conf/render.h"
#include "conf/yaml.h"
#include "test.h"

struct yaml_case {
	struct arena *mem, *scratch;
	struct conf_source *src;
	struct yaml_caps caps;
	struct diags d;
	struct buf tree;
	bool fine;
	struct yaml_node *last; /* the newest root; its arena is not emptied */
};

static inline void yaml_case_node(struct buf *out, const struct yaml_node *n)
{
	static const char *const quotes[] = {"", "'", "\"", "|", ">"};
	const struct yaml_node *child;
	size_t i = 0;

	if (n->flags & YAML_ALIASED)
		buf_addc(out, '*');
	if (n->flags & YAML_MERGED)
		buf_addc(out, '^');
	if (n->flags & YAML_BROKEN)
		buf_addc(out, '!');
	if (n->kind == YAML_SCALAR) {
		buf_add(out, str_of(quotes[n->style]));
		buf_add(out, yaml_text(n));
		if (n->style == YAML_SINGLE || n->style == YAML_DOUBLE)
			buf_add(out, str_of(quotes[n->style]));
		return;
	}
	buf_addc(out, n->kind == YAML_SEQ ? '[' : '{');
	YAML_EACH (n, child) {
		if (i++ > 0)
			buf_add(out, n->kind == YAML_MAP && i % 2 == 0 ? STR(": ") : STR(", "));
		yaml_case_node(out, child);
	}
	buf_addc(out, n->kind == YAML_SEQ ? ']' : '}');
}

static inline int yaml_case_each(void *ctx, struct yaml_doc *doc)
{
	struct yaml_case *c = ctx;

	if (c->tree.n > 0)
		buf_addc(&c->tree, '\n');
	if (doc->root != NULL)
		yaml_case_node(&c->tree, doc->root);
	else
		buf_add(&c->tree, STR("(unusable)"));
	c->last = doc->root;
	return 0;
}

static inline void yaml_case_read(struct yaml_case *c, struct str text)
{
	c->src = conf_source_new(c->mem, STR("a.yaml"), text);
	c->fine = conf_yaml_read(c->scratch, c->src, &c->caps,
				 (struct yaml_sink){yaml_case_each, c}, &c->d);
	diags_sort(&c->d);
	CHECK(c->fine == (c->d.errors == 0));
}

static inline struct yaml_case yaml_case_new(void)
{
	struct yaml_case c = {.mem = arena_new("test"), .scratch = arena_new("test trees")};

	c.caps = yaml_caps_default;
	c.d = diags_into(c.mem);
	return c;
}

static inline void yaml_case_free(struct yaml_case *c)
{
	buf_free(&c->tree);
	arena_free(c->scratch);
	arena_free(c->mem);
}

/* "3:1: error: hp: is wrong [max]" a line each. */
static inline struct str yaml_case_findings(struct yaml_case *c)
{
	CLEANUP(buf_free) struct buf out = {0};
	struct conf_render how = {0};
	const struct conf_finding *f;

	VEC_EACH (&c->d.list, f) {
		CLEANUP(buf_free) struct buf one = {0};
		struct str line, rest;

		conf_render_finding(&one, f, &how);
		rest = buf_str(&one);
		str_cut(&rest, '\n', &line);
		if (out.n > 0)
			buf_addc(&out, '\n');
		buf_add(&out, (struct str){line.p + 7, line.n - 7});
	}
	return arena_str(c->mem, buf_str(&out));
}

static inline void yaml_case_check(const char *text, size_t n, const char *tree,
				   const char *findings, const char *file, int line)
{
	struct yaml_case c = yaml_case_new();

	yaml_case_read(&c, (struct str){text, n});
	if (tree != NULL)
		test_check_str(buf_str(&c.tree), tree, file, line);
	test_check_str(yaml_case_findings(&c), findings, file, line);
	yaml_case_free(&c);
}

/* Documents a line each; findings a line each, "" for none. */
#define CHECK_YAML(text, tree, findings)                                                           \
	yaml_case_check(text, sizeof(text) - 1, tree, findings, __FILE__, __LINE__)
#define CHECK_FINDINGS(text, findings)                                                             \
	yaml_case_check(text, sizeof(text) - 1, NULL, findings, __FILE__, __LINE__)
