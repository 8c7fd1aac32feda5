/* lib/conf/set_in_use.c: who still refers to documents that a change removes. */
#include <stdio.h>

#include "conf/set_parts.h"

struct users {
	const struct conf_doc *gone;
	struct str names; /* the first few */
	uint32_t count;
};

static void add_user(struct arena *mem, struct users *u, const struct conf_doc *doc,
		     const struct conf_use *use)
{
	enum { SHOWN = 5 };
	struct str path = set_field_path(mem, doc, use->path);

	if (u->count == 0)
		u->names = path;
	else if (u->count < SHOWN)
		u->names =
			arena_printf(mem, STR_FMT ", " STR_FMT, STR_ARG(u->names), STR_ARG(path));
	u->count++;
}

static void report_users(struct diags *d, const struct users *u)
{
	struct conf_finding *f;

	f = diags_add(d, CONF_ERROR, "in-use", (struct conf_place){0},
		      "is removed, but %u reference%s it: " STR_FMT "%s", u->count,
		      u->count == 1 ? " needs" : "s need", STR_ARG(u->names),
		      u->count > 5 ? " and others" : "");
	f->path = set_doc_path(d->mem, u->gone);
	diags_hint(d, f, "remove the references too, or keep it");
}

static int by_key(const struct conf_doc *a, const struct conf_doc *b)
{
	int c = a->kind == b->kind ? 0 : str_cmp(a->kind->top.name, b->kind->top.name);

	return c != 0 ? c : str_cmp(a->name, b->name);
}

typedef VEC(struct users) users_vec;

/* Both are in order, and most documents are the same on both sides. */
static void find_gone(struct arena *mem, const struct conf_set *base, const struct conf_set *next,
		      users_vec *gone)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < base->doc_count; i++) {
		int c = 1;

		while (at < next->doc_count && next->docs[at] != base->docs[i] &&
		       (c = by_key(next->docs[at], base->docs[i])) < 0)
			at++;
		if (at < next->doc_count && next->docs[at] == base->docs[i])
			c = 0;
		if (at == next->doc_count || c != 0)
			vec_add(mem, gone, ((struct users){.gone = base->docs[i]}));
	}
}

static struct users *find_users(const struct map *by_name, const struct conf_use *use)
{
	char key[512];
	int n = snprintf(key, sizeof(key), STR_FMT "/" STR_FMT, STR_ARG(use->kind),
			 STR_ARG(use->name));

	/* What is longer is no name of a document. */
	return n > 0 && (size_t)n < sizeof(key) ? map_get(by_name, (struct str){key, (size_t)n})
						: NULL;
}

void conf_set_in_use(const struct conf_set *base, const struct conf_set *next, struct diags *d)
{
	users_vec gone = {0};
	struct map by_name = {0};
	struct users *u;

	if (base != NULL)
		find_gone(d->mem, base, next, &gone);
	if (gone.count == 0)
		return;
	VEC_EACH (&gone, u)
		map_put(d->mem, &by_name, set_doc_path(d->mem, u->gone), u, NULL);
	for (uint32_t i = 0; i < next->doc_count; i++) {
		const struct conf_doc *doc = next->docs[i];

		for (uint32_t k = 0; k < doc->use_count; k++) {
			u = find_users(&by_name, &doc->uses[k]);
			if (u != NULL)
				add_user(d->mem, u, doc, &doc->uses[k]);
		}
	}
	VEC_EACH (&gone, u)
		if (u->count > 0)
			report_users(d, u);
}
