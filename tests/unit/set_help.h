/* tests/unit/set_help.h: sets from texts in the test itself, and findings as people see them. */
#pragma once
#include "base/digest.h"
#include "conf/diff.h"
#include "conf/render.h"
#include "test.h"

struct loaded {
	struct arena *mem;
	struct conf_set *set;
	struct diags d;
	struct buf text; /* the findings */
	int rc;
};

static inline struct loaded load_inputs(const struct conf_input *inputs, size_t count,
					const struct conf_set *previous, unsigned threads)
{
	struct conf_load how = {
		.caps = yaml_caps_default,
		.threads = threads,
		.previous = previous,
	};
	static const struct conf_render plain;
	struct loaded l = {.mem = arena_new("test")};

	l.d = diags_into(l.mem);
	l.rc = conf_set_load(inputs, count, &how, &l.set, &l.d);
	conf_render_text(&l.text, &l.d, &plain);
	return l;
}

/* path, text, path, text, ..., NULL */
static inline struct loaded load_files(const struct conf_set *previous, const char *const *texts)
{
	struct conf_input inputs[64];
	size_t n = 0;

	for (; texts[2 * n] != NULL; n++)
		inputs[n] = (struct conf_input){
			.path = str_of(texts[2 * n]),
			.text = str_of(texts[2 * n + 1]),
		};
	return load_inputs(inputs, n, previous, 1);
}

#define LOAD(previous, ...) load_files((previous), (const char *const[]){__VA_ARGS__, NULL, NULL})

static inline void unload(struct loaded *l) /* all zero is fine */
{
	conf_set_unref(l->set);
	buf_free(&l->text);
	arena_free(l->mem);
}

static inline const char *text_of(const struct loaded *l)
{
	return l->text.p ? l->text.p : "";
}

static inline void check_clean(const struct loaded *l)
{
	CHECK_INT(l->rc, 0);
	CHECK_TEXT(text_of(l), "");
}

static inline void check_says(const struct loaded *l, const char *wanted)
{
	if (strstr(text_of(l), wanted) != NULL)
		return;
	print_error("want: %s\nin:\n%s\n", wanted, text_of(l));
	fail();
}

static inline void check_silent(const struct loaded *l, const char *unwanted)
{
	if (strstr(text_of(l), unwanted) == NULL)
		return;
	print_error("not wanted: %s\nin:\n%s\n", unwanted, text_of(l));
	fail();
}

static inline void check_same_content(const struct conf_doc *a, const struct conf_doc *b)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("test");
	struct conf_diff diff;

	CHECK(str_eq(a->kind->top.name, b->kind->top.name));
	CHECK(str_eq(a->name, b->name));
	conf_diff_doc(mem, a, b, &diff);
	CHECK_INT(diff.changes.count, 0);
}
