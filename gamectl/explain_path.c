/* gamectl/explain_path.c: from a path to its place in the schema. */
#include "conf/path.h"
#include "conf/rule.h"
#include "conf/suggest.h"
#include "explain.h"

/* "Kind/name.path" or "Kind.path" taken apart. */
static void take_apart(struct str what, struct explain_target *out)
{
	size_t kind = 0, name;

	while (kind < what.n && what.p[kind] != '/' && what.p[kind] != '.')
		kind++;
	out->kind_name = (struct str){what.p, kind};
	name = kind;
	if (kind < what.n && what.p[kind] == '/') {
		name = kind + 1;
		while (name < what.n && what.p[name] != '.' && what.p[name] != '[')
			name++;
		out->name = (struct str){what.p + kind + 1, name - kind - 1};
	}
	if (name < what.n)
		name += what.p[name] == '.';
	out->path = (struct str){what.p + name, what.n - name};
}

static const struct conf_rules *element_rules(const struct conf_rules *rules)
{
	return rules ? rules->elements : NULL;
}

static void enter_element(struct explain_target *t)
{
	t->type = t->type->elem;
	t->rules = element_rules(t->rules);
}

/* The struct a key is looked up in; steps into lists and maps where the path leaves them out, as schema paths
 * do: Arena.waves.boss. */
static const struct conf_struct *struct_for(struct explain_target *t, struct str key)
{
	while (t->type && t->type->elem) {
		if (t->type->base == CONF_MAP) {
			const struct conf_type *elem = t->type->elem;
			bool is_key = t->name.n || elem->base != CONF_STRUCT ||
				      !conf_field_find(elem->fields, key);

			if (is_key)
				return NULL;
		}
		enter_element(t);
	}
	if (!t->type)
		return &t->kind->top;
	return t->type->base == CONF_STRUCT ? t->type->fields : NULL;
}

static int no_field(struct cmd_call *call, const struct explain_target *t,
		    const struct conf_struct *s, struct str key)
{
	struct suggest near = suggest_for(key);
	const char *hint;

	for (uint32_t i = 0; i < s->field_count; i++)
		suggest_add(&near, s->fields[i].name);
	hint = near.best.n
		       ? arena_printf(call->mem, "did you mean " STR_FMT "?", STR_ARG(near.best)).p
		       : arena_printf(call->mem, "gamectl explain " STR_FMT " lists the fields",
				      STR_ARG(t->kind_name))
				 .p;
	return cmd_error(call, EXIT_REFUSED, hint, STR_FMT " has no field \"" STR_FMT "\"",
			 STR_ARG(s->name), STR_ARG(key));
}

static int step_into(struct cmd_call *call, struct explain_target *t, const struct path_step *step)
{
	const struct conf_struct *s;
	const struct conf_field *f;

	if (step->is_index) {
		if (!t->type || t->type->base != CONF_LIST)
			return cmd_error(call, EXIT_REFUSED, NULL, "[%u]: this is no list",
					 step->index);
		enter_element(t);
		return EXIT_DONE;
	}
	s = struct_for(t, step->key);
	if (!s && t->type && t->type->base == CONF_MAP) {
		enter_element(t);
		return EXIT_DONE;
	}
	if (!s)
		return cmd_error(
			call, EXIT_REFUSED, NULL,
			STR_FMT " is of type " STR_FMT ": there is no \"" STR_FMT "\" inside",
			STR_ARG(t->field->name), STR_ARG(t->type->text), STR_ARG(step->key));
	f = conf_field_find(s, step->key);
	if (!f)
		return no_field(call, t, s, step->key);
	t->field = f;
	t->type = f->type;
	t->rules = f->rules;
	return EXIT_DONE;
}

int explain_resolve(struct cmd_call *call, struct origin *from, struct str what,
		    struct explain_target *t)
{
	const struct conf_type *inner;
	struct path_step step;
	struct str rest;
	int code = EXIT_DONE, r;

	*t = (struct explain_target){0};
	take_apart(what, t);
	t->kind = origin_kind(call, from, t->kind_name, &code);
	if (!t->kind)
		return code;
	rest = t->path;
	while ((r = path_next(&rest, call->mem, &step)) == 1) {
		code = step_into(call, t, &step);
		if (code != EXIT_DONE)
			return code;
	}
	if (r < 0)
		return cmd_error(call, EXIT_USAGE, "gamectl help things says how paths are written",
				 "\"" STR_FMT "\" is no path", STR_ARG(t->path));
	for (inner = t->type; inner && inner->elem;)
		inner = inner->elem;
	if (!inner)
		t->inside = &t->kind->top;
	else if (inner->base == CONF_STRUCT)
		t->inside = inner->fields;
	return EXIT_DONE;
}

static void one_level(const struct conf_rules *rules, const char *level,
		      void (*each)(void *ctx, const char *level, struct str written,
				   struct str summary),
		      void *ctx)
{
	for (uint32_t i = 0; i < rules->count; i++) {
		const struct rule_use *use = &rules->uses[i];
		CLEANUP(buf_free) struct buf written = {0};
		CLEANUP(buf_free) struct buf summary = {0};

		for (; use; use = use->or_else) {
			buf_printf(&written, "%s" STR_FMT, written.n ? "|" : "",
				   STR_ARG(use->written));
			buf_printf(&summary, "%s%s", summary.n ? ", or " : "", use->rule->summary);
		}
		each(ctx, level, buf_str(&written), buf_str(&summary));
	}
}

void explain_each_rule(const struct conf_rules *rules, const char *level,
		       void (*each)(void *ctx, const char *level, struct str written,
				    struct str summary),
		       void *ctx)
{
	if (!rules)
		return;
	if (rules->omitempty)
		each(ctx, level, STR("omitempty"), STR("an empty value is not checked"));
	if (rules->opaque)
		each(ctx, level, STR("-"), STR("nothing below is checked"));
	one_level(rules, level, each, ctx);
	explain_each_rule(rules->keys, "each key: ", each, ctx);
	explain_each_rule(rules->elements, "each item: ", each, ctx);
}
