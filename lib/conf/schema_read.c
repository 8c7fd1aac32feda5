/* lib/conf/schema_read.c
 * A schema document's tree into drafts:
 *
 *	schema: Arena
 *	# The kind's doc (or above `schema`).
 *	fields: {...}
 *	structs: {Wave: {...}}
 *
 * Names are registered first and types read later, so that kinds and structs may be used before they are
 * declared.
 */
#include "conf/schema_build.h"
#include "conf/suggest.h"

struct conf_finding *schema_error(struct kind_draft *k, const char *code, struct conf_place at,
				  const char *fmt, ...)
{
	struct conf_finding *f;
	va_list args;

	k->failed = true;
	if (k->build->listed > SCHEMA_MAX_LISTED)
		return &k->build->spare;
	if (k->build->listed++ == SCHEMA_MAX_LISTED) {
		diags_add(k->build->d, CONF_ERROR, code, at,
			  "more than %d errors in schemas: from here on they are not listed",
			  SCHEMA_MAX_LISTED);
		return &k->build->spare;
	}
	va_start(args, fmt);
	f = diags_vadd(k->build->d, CONF_ERROR, code, at, fmt, args);
	va_end(args);
	return f;
}

void schema_hint(struct kind_draft *k, struct conf_finding *f, const char *fmt, ...)
{
	struct str text;
	va_list args;

	if (f == &k->build->spare)
		return;
	va_start(args, fmt);
	text = arena_vprintf(k->build->scratch, fmt, args);
	va_end(args);
	diags_hint(k->build->d, f, STR_FMT, STR_ARG(text));
}

bool schema_may_guess(struct kind_draft *k, size_t candidates)
{
	return suggest_within(&k->build->guesses_left, candidates);
}

struct str schema_keep(struct kind_draft *k, struct str text)
{
	struct str source = k->source->text;

	if (text.n == 0)
		return (struct str){"", 0};
	if (text.p >= source.p && text.p < source.p + source.n)
		return text;
	return arena_str(k->build->mem, text);
}

/* The keys of a schema document. */
struct schema_keys {
	const struct yaml_node *schema, *fields, *structs, *doc; /* the keys themselves */
};

static const char *const known_keys[] = {"schema", "fields", "structs", "doc"};

static void fail_key(struct kind_draft *k, const struct yaml_node *key)
{
	struct suggest s = suggest_for(yaml_text(key));
	struct conf_finding *f = schema_error(k, "schema-key", yaml_place(k->source, key),
					      "unknown key in a schema");

	for (size_t i = 0; i < ARRAY_LEN(known_keys); i++)
		suggest_add(&s, str_of(known_keys[i]));
	if (s.best.n)
		schema_hint(k, f, "did you mean " STR_FMT "?", STR_ARG(s.best));
	else
		schema_hint(k, f,
			    "a schema has schema, fields, structs and doc; fields of the "
			    "kind stand under fields:");
}

static void sort_keys(struct kind_draft *k, const struct yaml_node *root, struct schema_keys *out)
{
	const struct yaml_node **slots[] = {&out->schema, &out->fields, &out->structs, &out->doc};
	const struct yaml_node *key;

	YAML_EACH_PAIR(root, key)
	{
		struct str name = yaml_text(key);
		size_t i = 0;

		while (i < ARRAY_LEN(slots) && !str_is(name, known_keys[i]))
			i++;
		if (i < ARRAY_LEN(slots))
			*slots[i] = key;
		else if (!str_starts(name, STR("x-")))
			fail_key(k, key);
	}
}

static struct str comment_above(struct kind_draft *k, const struct yaml_node *key)
{
	return conf_yaml_comment(k->build->mem, k->source, key->start.line);
}

static void read_tags(struct kind_draft *k, struct conf_field *field, const struct tag_spec *spec)
{
	static const char *const classes[] = {"live", "next", "restart"};
	struct str reload = spec->text[TAG_RELOAD], secret = spec->text[TAG_SECRET];
	struct conf_finding *f;

	if (tag_has(spec, TAG_DOC))
		field->doc = spec->text[TAG_DOC];
	field->validate = spec->text[TAG_VALIDATE];
	field->has_default = tag_has(spec, TAG_DEFAULT);
	field->default_text = spec->text[TAG_DEFAULT];
	field->unit = spec->text[TAG_UNIT];
	field->example = spec->text[TAG_EXAMPLE];
	field->since = spec->text[TAG_SINCE];
	field->was = spec->text[TAG_WAS];
	field->deprecated = spec->text[TAG_DEPRECATED];
	field->secret = str_is(secret, "true");
	if (tag_has(spec, TAG_DEPRECATED) && field->deprecated.n == 0)
		field->deprecated = STR("true");
	if (str_is(field->deprecated, "false"))
		field->deprecated = STR("");
	if (tag_has(spec, TAG_SECRET) && !field->secret && !str_is(secret, "false"))
		schema_error(k, "schema-tag", field->at,
			     "secret is true or false, not \"" STR_FMT "\"", STR_ARG(secret));
	if (!tag_has(spec, TAG_RELOAD))
		return;
	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		field->reload = (enum conf_reload)i;
		if (str_is(reload, classes[i]))
			return;
	}
	field->reload = CONF_LIVE;
	f = schema_error(k, "schema-tag", field->at, "reload is not \"" STR_FMT "\"",
			 STR_ARG(reload));
	schema_hint(k, f, "live: at once; next: in rooms that open from now on; restart");
}

static bool field_name_fits(struct kind_draft *k, const struct yaml_node *key, bool top)
{
	struct str name = yaml_text(key);
	struct conf_place at = yaml_place(k->source, key);
	struct conf_finding *f;

	if (top && (str_is(name, "kind") || str_is(name, "name"))) {
		f = schema_error(k, "schema-key", at,
				 "a field cannot be called " STR_FMT
				 ": every document has that key",
				 STR_ARG(name));
		schema_hint(k, f, "call it title or type, or move it into a struct");
		return false;
	}
	if (schema_name_ok(name))
		return true;
	f = schema_error(k, "schema-key", at, "this cannot be the name of a field");
	schema_hint(k, f, "names are a letter or _, then letters, digits, _ and -, %d at most",
		    SCHEMA_MAX_NAME);
	return false;
}

static void read_field(struct struct_draft *s, const struct yaml_node *key, bool top)
{
	struct kind_draft *k = s->kind;
	struct conf_field *field = &s->fields[s->s->field_count];
	struct field_draft *draft = &s->drafts[s->s->field_count];

	if (!field_name_fits(k, key, top))
		return;
	*draft = (struct field_draft){.field = field};
	field->name = schema_keep(k, yaml_text(key));
	field->at = yaml_place(
		k->source, key->next->n > 0 || key->next->kind != YAML_SCALAR ? key->next : key);
	field->index = s->s->field_count++;
	field->doc = comment_above(k, key);
	if (schema_read_spec(k, key->next, field->at, &draft->spec))
		read_tags(k, field, &draft->spec);
	else
		draft->spec.type.n = 0;
	map_put(k->build->mem, &s->s->by_name, field->name, field, NULL);
}

static void read_struct(struct struct_draft *s, const struct yaml_node *key)
{
	struct kind_draft *k = s->kind;
	const struct yaml_node *map = key->next, *it;
	bool top = s->s == &k->kind->top;
	size_t room = map->n;
	struct conf_finding *f;

	if (map->kind != YAML_MAP) {
		f = schema_error(k, "schema-key",
				 yaml_place(k->source, yaml_is_null(map) ? key : map),
				 STR_FMT " must be a mapping of fields", STR_ARG(yaml_text(key)));
		schema_hint(k, f, "write {} when there are none");
		return;
	}
	if (room > SCHEMA_MAX_FIELDS) {
		schema_error(k, "too-large", yaml_place(k->source, key),
			     "%zu fields in one struct, above the maximum %d", room,
			     SCHEMA_MAX_FIELDS);
		return;
	}
	s->fields = ARENA_ARRAY(k->build->mem, struct conf_field, room + 1);
	s->drafts = ARENA_ARRAY(k->build->scratch, struct field_draft, room + 1);
	s->s->fields = s->fields;
	map_reserve(k->build->mem, &s->s->by_name, room);
	YAML_EACH_PAIR(map, it)
	if (!str_starts(yaml_text(it), STR("x-")))
		read_field(s, it, top);
}

static struct struct_draft *add_struct(struct kind_draft *k, struct conf_struct *s, struct str name,
				       const struct yaml_node *key)
{
	struct struct_draft *draft = ARENA_NEW(k->build->scratch, struct struct_draft);

	*draft = (struct struct_draft){.s = s, .kind = k};
	s->name = name;
	s->at = yaml_place(k->source, key);
	vec_add(k->build->scratch, &k->structs, draft);
	return draft;
}

/* False: this key names no struct. */
static bool struct_name_fits(struct kind_draft *k, const struct yaml_node *key)
{
	struct conf_place at = yaml_place(k->source, key);

	if (!schema_name_ok(yaml_text(key))) {
		schema_error(k, "schema-key", at, "this cannot be the name of a struct");
		return false;
	}
	if (schema_is_type_name(yaml_text(key))) {
		schema_error(k, "schema-duplicate", at, STR_FMT " is a built-in type",
			     STR_ARG(yaml_text(key)));
		return false;
	}
	return true;
}

static void read_structs(struct kind_draft *k, const struct yaml_node *key)
{
	const struct yaml_node *map = key->next, *it;

	if (map->kind != YAML_MAP) {
		schema_error(k, "schema-key", yaml_place(k->source, yaml_is_null(map) ? key : map),
			     "structs must be a mapping from names to fields");
		return;
	}
	if (map->n > SCHEMA_MAX_STRUCTS) {
		schema_error(k, "too-large", yaml_place(k->source, key),
			     "%u structs in one schema, above the maximum %d", map->n,
			     SCHEMA_MAX_STRUCTS);
		return;
	}
	YAML_EACH_PAIR(map, it)
	{
		struct struct_draft *s;

		if (str_starts(yaml_text(it), STR("x-")) || !struct_name_fits(k, it))
			continue;
		s = add_struct(k, ARENA_NEW(k->build->mem, struct conf_struct),
			       schema_keep(k, yaml_text(it)), it);
		s->s->doc = comment_above(k, it);
		map_put(k->build->scratch, &k->struct_by_name, s->s->name, s, NULL);
		read_struct(s, it);
	}
}

static void read_doc(struct kind_draft *k, const struct schema_keys *keys)
{
	struct str doc = {0};

	if (keys->doc != NULL && keys->doc->next->kind == YAML_SCALAR)
		doc = schema_keep(k, yaml_text(keys->doc->next));
	else if (keys->doc != NULL)
		schema_error(k, "schema-key", yaml_place(k->source, keys->doc->next),
			     "doc must be text");
	if (doc.n == 0 && keys->fields != NULL)
		doc = comment_above(k, keys->fields);
	if (doc.n == 0)
		doc = comment_above(k, keys->schema);
	k->kind->top.doc = doc;
}

static void fail_nameless(struct kind_draft *k, const struct yaml_node *root)
{
	const struct yaml_node *first = root->first ? root->first : root;
	struct conf_finding *f =
		schema_error(k, "schema-key", yaml_place(k->source, first), "schema is missing");

	if (yaml_get(root, STR("kind")) != NULL) {
		schema_hint(k, f, "schemas/ holds kinds; a document of a kind belongs beside it");
		return;
	}
	schema_hint(k, f, "begin with the kind's name, as in schema: Arena");
	k->build->schema->nameless = true;
}

/* Two places of one name: the later one is told. */
static bool register_kind(struct kind_draft *k, const struct yaml_node *key)
{
	const struct yaml_node *value = key->next;
	bool nothing = value->kind == YAML_SCALAR && value->n == 0;
	struct conf_place at = yaml_place(k->source, nothing ? key : value);
	struct kind_draft *first;
	struct conf_finding *f;
	bool known;

	if (value->kind != YAML_SCALAR || yaml_is_null(value) ||
	    !schema_name_ok(yaml_text(value))) {
		schema_hint(k,
			    schema_error(k, "schema-key", at, "schema must be the name of a kind"),
			    "such as Arena: a letter, then letters, digits, _ and -, %d at most",
			    SCHEMA_MAX_NAME);
		k->build->schema->nameless = true;
		return false;
	}
	k->name = schema_keep(k, yaml_text(value));
	first = map_put(k->build->scratch, &k->build->kind_by_name, k->name, k, &known)->value;
	if (!known)
		return true;
	if (first->kind->builtin)
		f = schema_error(k, "schema-duplicate", at, STR_FMT " is a built-in kind",
				 STR_ARG(k->name));
	else
		f = schema_error(k, "schema-duplicate", at,
				 STR_FMT " is declared already, at " STR_FMT ":%u",
				 STR_ARG(k->name), STR_ARG(first->source->path),
				 first->kind->top.at.start.line);
	schema_hint(k, f, "every kind has one schema");
	return false;
}

static struct str document_text(const struct kind_draft *k, const struct yaml_node *root)
{
	size_t from = conf_source_byte(k->source, root->start);
	size_t to = conf_source_byte(k->source, root->end);

	return (struct str){k->source->text.p + from, to > from ? to - from : 0};
}

void schema_read_doc(struct schema_build *b, const struct conf_source *src, struct yaml_doc *doc)
{
	struct kind_draft *k = ARENA_NEW(b->scratch, struct kind_draft);
	struct schema_keys keys = {0};
	struct struct_draft *top;

	if (doc->root == NULL || doc->root->kind != YAML_MAP) {
		b->schema->nameless = true;
		return;
	}
	k->build = b;
	k->source = src;
	k->kind = ARENA_NEW(b->mem, struct conf_kind);
	k->kind->builtin = b->builtin;
	k->kind->source_text = document_text(k, doc->root);
	k->first_line = doc->root->start.line;
	k->last_line = doc->root->end.line;
	if (yaml_get(doc->root, STR("schema")) == NULL) {
		fail_nameless(k, doc->root);
		return;
	}
	sort_keys(k, doc->root, &keys);
	if (b->kinds.count == SCHEMA_MAX_KINDS) {
		schema_error(k, "too-large", yaml_place(src, keys.schema), "more than %d kinds",
			     SCHEMA_MAX_KINDS);
		return;
	}
	if (register_kind(k, keys.schema))
		vec_add(b->scratch, &b->kinds, k);
	top = add_struct(k, &k->kind->top, k->name, keys.schema->next);
	read_doc(k, &keys);
	if (keys.fields != NULL)
		read_struct(top, keys.fields);
	else
		schema_hint(k,
			    schema_error(k, "schema-key", yaml_place(src, keys.schema),
					 "fields is missing"),
			    "write fields: {} when there are none");
	if (keys.structs != NULL)
		read_structs(k, keys.structs);
}
