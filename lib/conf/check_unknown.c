/* lib/conf/check_unknown.c
 * What an unknown key was meant to be: a sibling mistyped, an old name mistyped, a key one level up, or a key of
 * a struct inside.
 */
#include "conf/check_walk.h"
#include "conf/suggest.h"

static const struct conf_struct *struct_inside(const struct conf_type *t)
{
	while (t->base == CONF_LIST || t->base == CONF_MAP)
		t = t->elem;
	return t->base == CONF_STRUCT ? t->fields : NULL;
}

/* The field of `s` whose struct has such a field. */
static const struct conf_field *field_below(const struct conf_struct *s, struct str name)
{
	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct conf_struct *inner = struct_inside(s->fields[i].type);

		if (inner != NULL && inner != s && conf_field_find(inner, name) != NULL)
			return &s->fields[i];
	}
	return NULL;
}

static const struct spot *struct_around(const struct spot *at)
{
	for (at = at->up; at != NULL; at = at->up)
		if (at->how == AT_FIELD)
			return at;
	return NULL;
}

static struct str closest(const struct conf_struct *s, struct str name)
{
	struct suggest best = suggest_for(name);
	const struct conf_field *renamed;
	struct map_entry *it;

	for (uint32_t i = 0; i < s->field_count; i++)
		suggest_add(&best, s->fields[i].name);
	MAP_EACH (&s->by_was, it)
		suggest_add(&best, it->key);
	renamed = best.best.n ? map_get(&s->by_was, best.best) : NULL;
	return renamed ? renamed->name : best.best;
}

/* A short list, for those who are far off. */
static void hint_fields(struct check_walk *w, struct conf_finding *f, const struct conf_struct *s)
{
	enum { SHOWN = 8 };
	struct str list = {"", 0};

	for (uint32_t i = 0; i < s->field_count && i < SHOWN; i++)
		list = arena_printf(w->c->scratch, STR_FMT "%s" STR_FMT, STR_ARG(list),
				    i ? ", " : "", STR_ARG(s->fields[i].name));
	if (s->field_count == 0)
		check_hint(w, f, STR_FMT " has no fields", STR_ARG(s->name));
	else
		check_hint(w, f, STR_FMT " has %s" STR_FMT "%s; private notes begin with x-",
			   STR_ARG(s->name), s->field_count == 1 ? "only " : "", STR_ARG(list),
			   s->field_count > SHOWN ? ", ..." : "");
}

void check_unknown_key(struct check_walk *w, struct spot *at, const struct yaml_node *key)
{
	struct str name = yaml_text(key), best;
	const struct spot *around = struct_around(at);
	const struct conf_field *below;
	struct conf_finding *f;

	at->field = NULL;
	at->key = name;
	f = check_report(w, at, CONF_ERROR, "unknown-key", key, "unknown key");
	if (!check_may_guess(w->c, at->s->field_count))
		return;
	best = closest(at->s, name);
	below = field_below(at->s, name);
	if (around != NULL && conf_field_find(around->s, name) != NULL)
		check_hint(w, f, STR_FMT " exists one level up, in " STR_FMT, STR_ARG(name),
			   STR_ARG(around->s->name));
	else if (below != NULL)
		check_hint(w, f, STR_FMT " exists one level down, in " STR_FMT, STR_ARG(name),
			   STR_ARG(below->name));
	else if (best.n)
		check_hint(w, f, "did you mean " STR_FMT "?", STR_ARG(best));
	else
		hint_fields(w, f, at->s);
}
