/* lib/conf/diff3.c
 * Three-way: changes of both sides to the same thing. A thing is also touched by a change to what it lies in,
 * as when one side edits a field of a document that the other removed.
 */
#include "conf/diff_parts.h"

struct side {
	struct conf_diff diff;
	struct map by_path; /* Kind/name.identity -> struct conf_change, the first of them */
};

struct merge {
	struct arena *mem;
	const struct conf_set *mine_set, *theirs_set;
	struct side mine, theirs;
	conf_clashes *out;
	struct map told; /* pairs of paths already reported */
};

static struct str full_path(struct arena *mem, const struct conf_change *c, struct str field)
{
	return arena_printf(mem, STR_FMT "/" STR_FMT "%s" STR_FMT, STR_ARG(c->kind),
			    STR_ARG(c->name), field.n ? "." : "", STR_ARG(field));
}

static void find_changes(struct arena *mem, const struct conf_set *base, const struct conf_set *set,
			 struct side *side)
{
	struct conf_change *c;

	conf_diff(mem, base, set, &side->diff);
	VEC_EACH (&side->diff.changes, c)
		map_put(mem, &side->by_path, full_path(mem, c, c->identity), c, NULL);
}

/* Cuts the last step off; false: nothing is around a document. */
static bool go_up(struct str *path)
{
	size_t n = path->n;
	bool quoted = n > 1 && path->p[n - 1] == ']' && path->p[n - 2] == '"';

	if (quoted) { /* ["odd key"]: its opening is not inside it, there '"' is escaped */
		n -= 2;
		while (n > 1 && !(path->p[n - 1] == '"' && path->p[n - 2] == '['))
			n--;
		path->n = n >= 2 ? n - 2 : 0;
		return path->n > 0;
	}
	while (n > 0 && path->p[n - 1] != '.' && path->p[n - 1] != '[' && path->p[n - 1] != '/')
		n--;
	if (n == 0 || path->p[n - 1] == '/')
		return false;
	path->n = n - 1;
	return true;
}

static bool both_added_the_same(const struct merge *m, const struct conf_change *c)
{
	const struct conf_doc *mine = conf_doc_find(m->mine_set, c->kind, c->name);
	const struct conf_doc *theirs = conf_doc_find(m->theirs_set, c->kind, c->name);
	struct conf_diff diff;

	if (mine == NULL || theirs == NULL)
		return mine == theirs;
	conf_diff_doc(m->mem, mine, theirs, &diff);
	return diff.changes.count == 0;
}

static bool agree(const struct merge *m, const struct conf_change *mine,
		  const struct conf_change *theirs)
{
	if (mine->op != theirs->op || !str_eq(mine->field, theirs->field))
		return false;
	if (mine->field.n == 0)
		return both_added_the_same(m, mine);
	/* Hidden texts cannot be compared; better one clash too many. */
	return str_eq(mine->after, theirs->after) && !str_is(mine->after, "***");
}

static void clash(struct merge *m, const struct conf_change *mine, const struct conf_change *theirs)
{
	const struct conf_change *inner = theirs->field.n > mine->field.n ? theirs : mine;
	struct str path = full_path(m->mem, inner, inner->field);
	bool told;

	if (agree(m, mine, theirs))
		return;
	map_put(m->mem, &m->told, path, NULL, &told);
	if (told)
		return;
	vec_add(m->mem, m->out,
		((struct conf_clash){
			.path = path,
			.base = inner->before,
			.mine = mine->after,
			.theirs = theirs->after,
		}));
}

static void find_clashes(struct merge *m)
{
	const struct conf_change *c, *other;
	struct str path;

	VEC_EACH (&m->mine.diff.changes, c) {
		path = full_path(m->mem, c, c->identity);
		do {
			other = map_get(&m->theirs.by_path, path);
			if (other != NULL)
				clash(m, c, other);
		} while (go_up(&path));
	}
	VEC_EACH (&m->theirs.diff.changes, c) {
		path = full_path(m->mem, c, c->identity);
		while (go_up(&path)) { /* equal paths were found above */
			other = map_get(&m->mine.by_path, path);
			if (other != NULL)
				clash(m, other, c);
		}
	}
}

void conf_diff3(struct arena *mem, const struct conf_set *base, const struct conf_set *mine,
		const struct conf_set *theirs, conf_clashes *out)
{
	struct merge m = {.mem = mem, .mine_set = mine, .theirs_set = theirs, .out = out};

	*out = (conf_clashes){0};
	find_changes(mem, base, mine, &m.mine);
	find_changes(mem, base, theirs, &m.theirs);
	find_clashes(&m);
}
