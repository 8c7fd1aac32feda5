/* lib/conf/schema_type.c
 * Type expressions:
 *
 *	type := base ['?']      base := NAME | 'list[' type ']' | 'map[string]' base | 'ref[' Kind ']'
 *
 * NAME is a built-in type, a struct of the kind, or the kind itself, for trees.
 * A `?` at the end thus belongs to the whole: map[string]int? is a map that may be null.
 */
#include "conf/schema_build.h"
#include "conf/suggest.h"

struct type_read {
	struct kind_draft *k;
	struct conf_place at;
	struct str rest;
	unsigned depth;
};

struct scalar_row {
	const char *name;
	enum conf_base base;
	uint8_t bits;
	uint8_t size, align;
};

#define ROW(name, base, bits, ctype)                                                               \
	{                                                                                          \
		name, base, bits, sizeof(ctype), _Alignof(ctype)                                   \
	}
static const struct scalar_row scalars[] = {
	ROW("bool", CONF_BOOL, 0, bool),
	ROW("int", CONF_INT, 64, int64_t),
	ROW("float", CONF_FLOAT, 0, double),
	ROW("string", CONF_STRING, 0, struct str),
	ROW("duration", CONF_DURATION, 0, struct dur),
	ROW("size", CONF_SIZE, 0, uint64_t),
	ROW("percent", CONF_PERCENT, 0, double),
	ROW("time", CONF_TIME, 0, struct conf_time),
	ROW("int8", CONF_INT, 8, int8_t),
	ROW("int16", CONF_INT, 16, int16_t),
	ROW("int32", CONF_INT, 32, int32_t),
	ROW("int64", CONF_INT, 64, int64_t),
	ROW("uint8", CONF_UINT, 8, uint8_t),
	ROW("uint16", CONF_UINT, 16, uint16_t),
	ROW("uint32", CONF_UINT, 32, uint32_t),
	ROW("uint64", CONF_UINT, 64, uint64_t),
};

bool schema_name_ok(struct str name)
{
	if (name.n == 0 || name.n > SCHEMA_MAX_NAME)
		return false;
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

		if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '-')))
			return false;
	}
	return true;
}

static const struct scalar_row *scalar_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(scalars); i++)
		if (str_is(name, scalars[i].name))
			return &scalars[i];
	return NULL;
}

bool schema_is_type_name(struct str name)
{
	return scalar_find(name) != NULL || str_is(name, "list") || str_is(name, "map") ||
	       str_is(name, "ref");
}

static void skip_space(struct type_read *r)
{
	while (r->rest.n > 0 && (*r->rest.p == ' ' || *r->rest.p == '\t' || *r->rest.p == '\n')) {
		r->rest.p++;
		r->rest.n--;
	}
}

static bool take(struct type_read *r, char c)
{
	skip_space(r);
	if (r->rest.n == 0 || *r->rest.p != c)
		return false;
	r->rest.p++;
	r->rest.n--;
	return true;
}

static struct str take_name(struct type_read *r)
{
	struct str name;

	skip_space(r);
	name = (struct str){r->rest.p, 0};
	while (name.n < r->rest.n && strchr("[]? \t\n", r->rest.p[name.n]) == NULL)
		name.n++;
	r->rest = (struct str){r->rest.p + name.n, r->rest.n - name.n};
	return name;
}

static struct conf_type *fail(struct type_read *r, const char *what)
{
	struct conf_finding *f =
		r->rest.n ? schema_error(r->k, "schema-type", r->at, "%s, at \"" STR_FMT "\"", what,
					 STR_ARG(r->rest))
			  : schema_error(r->k, "schema-type", r->at, "%s", what);

	schema_hint(r->k, f,
		    "types are int, list[int], map[string]int, ref[Kind], "
		    "int? and the like");
	return NULL;
}

/* What other languages call our types. */
static const struct {
	const char *theirs, *ours;
} foreign[] = {
	{"str", "string"},     {"text", "string"},       {"integer", "int"},  {"uint", "uint64"},
	{"long", "int"},       {"number", "float"},      {"double", "float"}, {"float32", "float"},
	{"float64", "float"},  {"boolean", "bool"},      {"bytes", "size"},   {"datetime", "time"},
	{"timestamp", "time"}, {"timespan", "duration"},
};

static struct conf_type *fail_unknown(struct type_read *r, struct str name)
{
	struct schema_build *b = r->k->build;
	struct suggest s = suggest_for(name);
	struct map_entry *it;
	struct conf_finding *f;

	f = schema_error(r->k, "schema-type", r->at, "unknown type " STR_FMT, STR_ARG(name));
	if (map_get(&b->kind_by_name, name) != NULL) {
		schema_hint(r->k, f, "a document of that kind is a ref[" STR_FMT "]",
			    STR_ARG(name));
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_LEN(foreign); i++)
		if (str_is(name, foreign[i].theirs))
			s.best = str_of(foreign[i].ours);
	for (size_t i = 0; i < ARRAY_LEN(scalars) && s.best.n == 0; i++)
		suggest_add(&s, str_of(scalars[i].name));
	if (schema_may_guess(r->k, r->k->struct_by_name.count))
		MAP_EACH (&r->k->struct_by_name, it)
			suggest_add(&s, it->key);
	if (s.best.n)
		schema_hint(r->k, f, "did you mean " STR_FMT "?", STR_ARG(s.best));
	else
		schema_hint(r->k, f,
			    "a struct of this name would stand under structs: of this schema");
	return NULL;
}

static struct conf_type *new_type(struct type_read *r, enum conf_base base, uint32_t size,
				  uint32_t align)
{
	struct conf_type *t = ARENA_NEW(r->k->build->mem, struct conf_type);

	t->base = base;
	t->size = size;
	t->align = align;
	return t;
}

static struct conf_type *read_type(struct type_read *r);
static struct conf_type *read_base(struct type_read *r);

static struct conf_type *read_list(struct type_read *r)
{
	struct conf_type *elem = read_type(r), *t;

	if (elem == NULL)
		return NULL;
	if (!take(r, ']'))
		return fail(r, "missing ]");
	t = new_type(r, CONF_LIST, sizeof(struct conf_list), _Alignof(struct conf_list));
	t->elem = elem;
	return t;
}

static struct conf_type *read_map(struct type_read *r)
{
	struct str key = take_name(r);
	struct conf_type *elem, *t;

	if (!str_is(key, "string"))
		return fail(r, "the keys of a map are text, as in map[string]int");
	if (!take(r, ']'))
		return fail(r, "missing ]");
	elem = read_base(r);
	if (elem == NULL)
		return NULL;
	t = new_type(r, CONF_MAP, sizeof(struct conf_map), _Alignof(struct conf_map));
	t->elem = elem;
	return t;
}

static struct conf_type *read_ref(struct type_read *r)
{
	struct schema_build *b = r->k->build;
	struct str kind = take_name(r);
	struct conf_type *t;

	if (kind.n == 0)
		return fail(r, "ref[] needs the name of a kind");
	if (!take(r, ']'))
		return fail(r, "missing ]");
	if (map_get(&b->kind_by_name, kind) == NULL && !conf_kind_faulty(b->schema, kind)) {
		struct suggest s = suggest_for(kind);
		struct map_entry *it;
		struct conf_finding *f = schema_error(r->k, "schema-type", r->at,
						      "unknown kind " STR_FMT, STR_ARG(kind));

		if (schema_may_guess(r->k, b->kind_by_name.count))
			MAP_EACH (&b->kind_by_name, it)
				suggest_add(&s, it->key);
		if (s.best.n)
			schema_hint(r->k, f, "did you mean ref[" STR_FMT "]?", STR_ARG(s.best));
		else
			schema_hint(r->k, f,
				    "a kind is declared in schemas/, as in schema: " STR_FMT,
				    STR_ARG(kind));
		return NULL;
	}
	t = new_type(r, CONF_REF, sizeof(struct str), _Alignof(struct str));
	t->ref_kind = kind;
	return t;
}

static struct conf_type *read_base(struct type_read *r)
{
	struct str name = take_name(r);
	const struct scalar_row *row = scalar_find(name);
	const struct struct_draft *s;
	struct conf_type *t;

	if (name.n == 0)
		return fail(r, "missing type");
	if (take(r, '[')) {
		if (++r->depth > SCHEMA_MAX_TYPE_DEPTH) {
			schema_error(r->k, "too-large", r->at, "types are nested more than %d deep",
				     SCHEMA_MAX_TYPE_DEPTH);
			return NULL;
		}
		if (str_is(name, "list"))
			return read_list(r);
		if (str_is(name, "map"))
			return read_map(r);
		if (str_is(name, "ref"))
			return read_ref(r);
		r->rest = (struct str){r->rest.p - 1, r->rest.n + 1};
		return fail(r, "only list, map and ref take something in brackets");
	}
	if (row != NULL) {
		t = new_type(r, row->base, row->size, row->align);
		t->bits = row->bits;
		return t;
	}
	if (str_is(name, "list") || str_is(name, "map") || str_is(name, "ref"))
		return fail(r, "list, map and ref say of what, as in list[int]");
	s = map_get(&r->k->struct_by_name, name);
	if (s == NULL && str_eq(name, r->k->name))
		s = r->k->structs.items[0];
	if (s == NULL)
		return fail_unknown(r, name);
	t = new_type(r, CONF_STRUCT, 0, _Alignof(void *)); /* its size comes with the layout */
	t->fields = s->s;
	return t;
}

static struct conf_type *read_type(struct type_read *r)
{
	struct str whole;
	struct conf_type *t;

	skip_space(r);
	whole = r->rest;
	t = read_base(r);
	if (t == NULL)
		return NULL;
	if (take(r, '?')) {
		t->nullable = true;
		t->by_pointer = t->base == CONF_STRUCT;
	}
	t->text = (struct str){whole.p, (size_t)(r->rest.p - whole.p)};
	return t;
}

/* The element of a map has no text of its own from read_type(). */
static void name_elements(struct conf_type *t)
{
	if (t->base == CONF_MAP && t->elem->text.p == NULL) {
		struct conf_type *elem = (struct conf_type *)t->elem;
		ptrdiff_t close = str_find(t->text, ']');
		struct str text = {t->text.p + close + 1, t->text.n - (size_t)close - 1};

		elem->text = str_trim(text);
		if (t->nullable && str_ends(elem->text, STR("?")))
			elem->text.n--;
	}
	if (t->elem != NULL)
		name_elements((struct conf_type *)t->elem);
}

struct conf_type *schema_type(struct kind_draft *k, struct str text, struct conf_place at)
{
	struct type_read r = {.k = k, .at = at, .rest = text};
	struct conf_type *t = read_type(&r);

	if (t == NULL)
		return NULL;
	skip_space(&r);
	if (r.rest.n > 0) {
		schema_error(k, "schema-type", at, "text behind the type: " STR_FMT,
			     STR_ARG(r.rest));
		return NULL;
	}
	name_elements(t);
	return t;
}
