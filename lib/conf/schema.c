/* lib/conf/schema.c
 * Loads schemas: runs the stages of schema_build.h over all kinds and keeps the sound ones.
 */
#include "conf/schema_build.h"

#include <stdatomic.h>

const char *conf_reload_name(enum conf_reload reload)
{
	switch (reload) {
	case CONF_NEXT: return "next";
	case CONF_RESTART: return "restart";
	default: return "live";
	}
}

const struct conf_kind *conf_kind_find(const struct conf_schema *schema, struct str name)
{
	return map_get(&schema->kinds, name);
}

bool conf_kind_faulty(const struct conf_schema *schema, struct str name)
{
	return map_get(&schema->faulty, name) != NULL ||
	       (schema->nameless && map_get(&schema->kinds, name) == NULL);
}

const struct conf_field *conf_field_find(const struct conf_struct *s, struct str name)
{
	return map_get(&s->by_name, name);
}

bool conf_is_schema_path(struct str path)
{
	return str_starts(path, STR("schemas/"));
}

struct read_ctx {
	struct schema_build *b;
	const struct conf_source *src;
};

static int read_each(void *arg, struct yaml_doc *doc)
{
	struct read_ctx *ctx = arg;

	schema_read_doc(ctx->b, ctx->src, doc);
	return 0;
}

/* A schema that is no YAML may still tell its kind's name: then only that kind is faulty. */
static void note_faulty_text(struct schema_build *b, const struct conf_source *src)
{
	bool found = false;

	for (uint32_t line = 1; line <= src->line_count; line++) {
		struct str text = conf_source_line(src, line), name;

		if (!str_starts(text, STR("schema:")))
			continue;
		name = str_trim((struct str){text.p + 7, text.n - 7});
		if (!schema_name_ok(name))
			continue;
		found = true;
		if (map_get(&b->kind_by_name, name) == NULL)
			map_put(b->mem, &b->schema->faulty, arena_str(b->mem, name), b->schema,
				NULL);
	}
	if (!found)
		b->schema->nameless = true;
}

/* A key twice and the like: the reader told, and gave a tree all the same. */
static void fail_kinds_with_errors(struct schema_build *b, const struct conf_source *src,
				   size_t first)
{
	struct kind_draft **k;

	for (size_t i = first; i < b->d->list.count; i++) {
		const struct conf_finding *f = &b->d->list.items[i];

		VEC_EACH (&b->kinds, k)
			if ((*k)->source == src && f->severity == CONF_ERROR &&
			    f->at.source == src && f->at.start.line >= (*k)->first_line &&
			    f->at.start.line <= (*k)->last_line)
				(*k)->failed = true;
	}
}

static void read_source(struct schema_build *b, struct str path, struct str text,
			const struct yaml_caps *caps)
{
	struct conf_source *src = conf_source_new(b->mem, path, text);
	struct read_ctx ctx = {b, src};
	size_t first = b->d->list.count;

	src->builtin = b->builtin;
	if (conf_yaml_read(b->scratch, src, caps, (struct yaml_sink){read_each, &ctx}, b->d))
		return;
	fail_kinds_with_errors(b, src, first);
	note_faulty_text(b, src);
}

static void read_all(struct schema_build *b, const struct conf_source *const *sources, size_t count,
		     const struct yaml_caps *caps)
{
	b->builtin = true;
	for (size_t i = 0; i < conf_builtin_count; i++)
		read_source(b, str_of(conf_builtins[i].path), str_of(conf_builtins[i].text),
			    &yaml_caps_default);
	b->builtin = false;
	for (size_t i = 0; i < count; i++)
		read_source(b, arena_str(b->mem, sources[i]->path),
			    arena_str(b->mem, sources[i]->text), caps);
}

/* What stands for a type that could not be read. */
static const struct conf_type unreadable = {.base = CONF_OPAQUE, .text = {"", 0}};

static void resolve_types(struct struct_draft *s)
{
	struct kind_draft *k = s->kind;

	for (uint32_t i = 0; i < s->s->field_count; i++) {
		struct field_draft *f = &s->drafts[i];

		if (f->spec.type.n > 0)
			f->type = schema_type(k, f->spec.type, f->field->at);
		f->field->type = f->type ? f->type : &unreadable;
		k->untyped |= f->type == NULL;
		if (f->type != NULL)
			f->level = schema_split(k, f);
	}
}

/* An old name stands for one field only. */
static void resolve_was(struct struct_draft *s)
{
	struct kind_draft *k = s->kind;

	for (uint32_t i = 0; i < s->s->field_count; i++) {
		struct conf_field *f = &s->fields[i];
		const struct conf_field *other;
		bool known;

		if (!tag_has(&s->drafts[i].spec, TAG_WAS))
			continue;
		if (!schema_name_ok(f->was) ||
		    (s->s == &k->kind->top && (str_is(f->was, "kind") || str_is(f->was, "name")))) {
			schema_error(k, "schema-tag", f->at, "was cannot be \"" STR_FMT "\"",
				     STR_ARG(f->was));
			continue;
		}
		other = conf_field_find(s->s, f->was);
		if (other != NULL) {
			schema_error(k, "schema-tag", f->at,
				     "was=" STR_FMT ": there is a field of that name",
				     STR_ARG(f->was));
			continue;
		}
		other = map_put(k->build->mem, &s->s->by_was, f->was, f, &known)->value;
		if (known)
			schema_error(k, "schema-tag", f->at,
				     "was=" STR_FMT ": that is the old name of " STR_FMT " too",
				     STR_ARG(f->was), STR_ARG(other->name));
	}
}

static void keep_structs(struct kind_draft *k)
{
	size_t count = k->structs.count - 1;
	const struct conf_struct **structs =
		ARENA_ARRAY(k->build->mem, const struct conf_struct *, count + 1);

	for (size_t i = 0; i < count; i++)
		structs[i] = k->structs.items[i + 1]->s;
	k->kind->structs = structs;
	k->kind->struct_count = (uint32_t)count;
}

static void build_kind(struct kind_draft *k)
{
	struct struct_draft **s;

	VEC_EACH (&k->structs, s) {
		resolve_types(*s);
		resolve_was(*s);
	}
	keep_structs(k);
	schema_layout(k);
	VEC_EACH (&k->structs, s)
		for (uint32_t i = 0; i < (*s)->s->field_count; i++)
			schema_compile(k, *s, &(*s)->drafts[i]);
	schema_defaults(k);
}

static void keep_kind(struct schema_build *b, struct kind_draft *k)
{
	if (k->failed) {
		map_put(b->mem, &b->schema->faulty, k->name, k->kind, NULL);
		return;
	}
	schema_kind_digest(k);
	schema_plan(k);
	map_put(b->mem, &b->schema->kinds, k->name, k->kind, NULL);
}

struct conf_schema *conf_schema_load(const struct conf_source *const *sources, size_t count,
				     const struct yaml_caps *caps, struct diags *d)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new("schema load");
	struct arena *mem = arena_new("schema");
	struct conf_schema *schema = ARENA_NEW(mem, struct conf_schema);
	struct schema_build b = {.schema = schema,
				 .mem = mem,
				 .scratch = scratch,
				 .d = d,
				 .guesses_left = SCHEMA_MAX_GUESSES};
	size_t errors = d->errors;
	struct kind_draft **k;

	schema->mem = mem;
	atomic_init(&schema->refs, 1);
	read_all(&b, sources, count, caps);
	VEC_EACH (&b.kinds, k)
		build_kind(*k);
	VEC_EACH (&b.kinds, k)
		keep_kind(&b, *k);
	schema->broken = d->errors != errors;
	schema_digest(schema);
	return schema;
}

struct conf_schema *conf_schema_ref(struct conf_schema *schema)
{
	atomic_fetch_add_explicit(&schema->refs, 1, memory_order_relaxed);
	return schema;
}

void conf_schema_unref(struct conf_schema *schema)
{
	if (schema != NULL &&
	    atomic_fetch_sub_explicit(&schema->refs, 1, memory_order_acq_rel) == 1)
		arena_free(schema->mem);
}
