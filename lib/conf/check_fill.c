/* lib/conf/check_fill.c
 * A document's tree into its record, in one walk. The usual document has its keys in the schema's order, so the
 * field after the last one is tried before any lookup. What cannot be read leaves the blank value and is
 * marked, so that no rule complains about it again.
 */
#include "conf/check_walk.h"

#define JS_SAFE (1ll << 53)

static enum conf_state fill(struct check_walk *w, const struct conf_type *t, char *value,
			    const struct yaml_node *node, struct spot *at);

void *check_take(struct check_walk *w, uint64_t count, uint64_t size, struct spot *at,
		 const struct yaml_node *node)
{
	struct conf_check *c = w->c;

	c->bytes += count * size;
	if (c->bytes <= CONF_RECORD_BYTES)
		return arena_alloc_aligned(c->mem, count * size, 8);
	if (!c->too_large)
		check_report(w, at, CONF_ERROR, "too-large", node,
			     "the records of this file take more than %llu MiB",
			     CONF_RECORD_BYTES >> 20);
	c->too_large = true;
	return NULL;
}

static void add_use(struct check_walk *w, struct spot *at, const struct conf_type *t,
		    struct str name, const struct yaml_node *node)
{
	struct conf_use *use = vec_push(w->c->scratch, &w->uses);
	struct str path = at->field ? at->field->name : STR("");

	if (at->up != NULL) {
		CLEANUP(buf_free) struct buf text = {0};

		spot_path(&text, at);
		path = arena_take(w->c->mem, &text);
	}
	*use = (struct conf_use){.kind = t->ref_kind,
				 .name = name,
				 .path = path,
				 .at = yaml_place(w->c->source, node),
				 .rule = spot_field(at)->at};
}

/* Keeps what outlives the tree. */
static void keep_text(struct check_walk *w, struct str *text)
{
	struct str source = w->c->source->text;

	if (text->n == 0)
		*text = STR("");
	else if (UNLIKELY(text->p < source.p || text->p >= source.p + source.n))
		*text = arena_str(w->c->mem, *text);
}

static bool js_unsafe(const struct conf_type *t, const char *value)
{
	int64_t v;

	memcpy(&v, value, sizeof(v));
	return t->base == CONF_UINT ? (uint64_t)v > (uint64_t)JS_SAFE : v > JS_SAFE || v < -JS_SAFE;
}

static bool fail_scalar(struct check_walk *w, struct spot *at, const struct conf_type *t,
			const struct yaml_node *node)
{
	const struct type_fail *fail = &w->c->fail;
	struct conf_finding *f;

	if (spot_secret(at)) {
		check_report(w, at, CONF_ERROR, fail->code, node, "the secret is not %s",
			     conf_type_wanted(t));
		return false;
	}
	f = check_report(w, at, CONF_ERROR, fail->code, node, "%s", fail->message);
	if (fail->hint[0])
		check_hint(w, f, "%s", fail->hint);
	return false;
}

static bool fill_scalar(struct check_walk *w, const struct conf_type *t, char *value,
			const struct yaml_node *node, struct spot *at)
{
	struct type_fail *fail = &w->c->fail;

	if (UNLIKELY(!conf_scalar_parse(t, node, w->c->mem, value, fail)))
		return fail_scalar(w, at, t, node);
	if (UNLIKELY(fail->code != NULL) && !spot_secret(at)) {
		struct conf_finding *f =
			check_report(w, at, CONF_WARNING, fail->code, node, "%s", fail->message);
		if (fail->hint[0])
			check_hint(w, f, "%s", fail->hint);
	}
	if (t->base == CONF_STRING || t->base == CONF_REF) {
		keep_text(w, (struct str *)value);
		if (t->base == CONF_REF)
			add_use(w, at, t, *(struct str *)value, node);
	} else if (t->bits == 64) {
		w->doc->js_unsafe |= js_unsafe(t, value);
	}
	return true;
}

static struct spot spot_below(struct spot *at, const struct yaml_node *node)
{
	return (struct spot){
		.up = at, .node = node, .use = at->use.line ? at->use : node_use(node)};
}

/* What cannot be read keeps a harmless value, which no rule looks at. */
static void mark_bad(struct check_walk *w, const struct conf_type *t, char *value)
{
	if (t->base == CONF_STRUCT && !t->by_pointer)
		memcpy(value, t->fields->blank, t->fields->size);
	else
		memset(value, 0, t->size);
	vec_add(w->c->scratch, &w->bad, value);
}

/* The elements of a list or map while they are filled. */
struct elements {
	const struct conf_type *type;
	char *values;
	bool *nulls; /* NULL: none is null so far */
	uint32_t count;
};

/* An element that cannot be read counts as null, so that nothing is compared with it. */
static void fill_element(struct check_walk *w, struct elements *e, uint32_t i,
			 const struct yaml_node *node, struct spot *at)
{
	char *value = e->values + (size_t)i * e->type->size;
	enum conf_state state = fill(w, e->type, value, node, at);

	if (LIKELY(state == CONF_WRITTEN))
		return;
	if (state == CONF_INVALID)
		mark_bad(w, e->type, value);
	if (e->nulls == NULL)
		e->nulls = memset(arena_alloc_aligned(w->c->mem, e->count, 1), 0, e->count);
	e->nulls[i] = true;
}

static bool fill_list(struct check_walk *w, const struct conf_type *t, struct conf_list *list,
		      const struct yaml_node *node, struct spot *up)
{
	struct spot at = spot_below(up, node);
	struct elements e = {.type = t->elem, .count = node->n};
	const struct yaml_node *item;

	if (node->kind != YAML_SEQ) {
		check_wrong_shape(w, up, t, node);
		return false;
	}
	e.values = check_take(w, e.count, t->elem->size, up, node);
	if (e.values == NULL)
		return false;
	at.how = AT_ITEM;
	YAML_EACH (node, item) {
		fill_element(w, &e, at.index, item, &at);
		at.index++;
	}
	*list = (struct conf_list){.items = e.values, .nulls = e.nulls, .count = e.count};
	return true;
}

static bool fill_map(struct check_walk *w, const struct conf_type *t, struct conf_map *map,
		     const struct yaml_node *node, struct spot *up)
{
	struct spot at = spot_below(up, node);
	struct elements e = {.type = t->elem};
	const struct yaml_node **nodes;
	struct str *keys;

	if (node->kind != YAML_MAP) {
		check_wrong_shape(w, up, t, node);
		return false;
	}
	nodes = sorted_keys(w->c->scratch, node, &e.count);
	keys = check_take(w, e.count, sizeof(*keys), up, node);
	e.values = keys ? check_take(w, e.count, t->elem->size, up, node) : NULL;
	if (e.values == NULL)
		return false;
	at.how = AT_KEY;
	for (uint32_t i = 0; i < e.count; i++) {
		keys[i] = yaml_text(nodes[i]);
		keep_text(w, &keys[i]);
		at.index = i;
		at.key = keys[i];
		fill_element(w, &e, i, nodes[i]->next, &at);
	}
	*map = (struct conf_map){
		.keys = keys, .values = e.values, .nulls = e.nulls, .count = e.count};
	return true;
}

static void fill_fields(struct check_walk *w, const struct conf_struct *s, char *record,
			struct spot *at);

static bool fill_struct(struct check_walk *w, const struct conf_type *t, char *value,
			const struct yaml_node *node, struct spot *up)
{
	struct spot at = spot_below(up, node);

	if (node->kind != YAML_MAP) {
		check_wrong_shape(w, up, t, node);
		return false;
	}
	if (t->by_pointer) {
		char *record = check_take(w, 1, t->fields->size, up, node);

		if (record == NULL)
			return false;
		*(void **)value = record;
		value = record;
	}
	fill_fields(w, t->fields, value, &at);
	return true;
}

static bool is_null(const struct yaml_node *node)
{
	return node->style == YAML_PLAIN && node->n <= 4 && yaml_is_null(node);
}

static enum conf_state fill(struct check_walk *w, const struct conf_type *t, char *value,
			    const struct yaml_node *node, struct spot *at)
{
	bool ok;

	if (UNLIKELY(node->flags & YAML_BROKEN))
		return CONF_INVALID;
	if (UNLIKELY(is_null(node)) && t->base != CONF_OPAQUE) {
		if (t->nullable) {
			memset(value, 0, t->size);
			return CONF_NULL;
		}
		check_null(w, at, t, node);
		return CONF_INVALID;
	}
	switch (t->base) {
	case CONF_LIST: ok = fill_list(w, t, (struct conf_list *)value, node, at); break;
	case CONF_MAP: ok = fill_map(w, t, (struct conf_map *)value, node, at); break;
	case CONF_STRUCT: ok = fill_struct(w, t, value, node, at); break;
	default: ok = fill_scalar(w, t, value, node, at);
	}
	return ok ? CONF_WRITTEN : CONF_INVALID;
}

/* The field a key means when it is not the one expected; NULL: none, or an unknown key, reported. */
static const struct conf_field *find_field(struct check_walk *w, struct spot *at,
					   const struct yaml_node *key)
{
	struct str name = yaml_text(key);
	const struct conf_field *f = conf_field_find(at->s, name);

	if (f != NULL)
		return f;
	if (at->up == NULL && (str_is(name, "kind") || str_is(name, "name")))
		return NULL;
	if (str_starts(name, STR("x-")))
		return NULL;
	f = map_get(&at->s->by_was, name);
	if (f == NULL)
		check_unknown_key(w, at, key);
	return f;
}

static void warn_deprecated(struct check_walk *w, struct spot *at, const struct yaml_node *key)
{
	const struct conf_field *f = at->field;
	struct conf_finding *found;

	/* With the new name beside it, both-names says it all. */
	if (!str_eq(f->name, yaml_text(key)) && yaml_get(at->node, f->name) == NULL) {
		found = check_report(w, at, CONF_WARNING, "deprecated", key,
				     STR_FMT " is the old name of " STR_FMT,
				     STR_ARG(yaml_text(key)), STR_ARG(f->name));
		check_hint(w, found, "write " STR_FMT, STR_ARG(f->name));
	}
	if (f->deprecated.n == 0)
		return;
	if (str_is(f->deprecated, "true"))
		check_report(w, at, CONF_WARNING, "deprecated", key, "this field is deprecated");
	else
		check_report(w, at, CONF_WARNING, "deprecated", key,
			     "this field is deprecated: " STR_FMT, STR_ARG(f->deprecated));
}

/* A key twice is the reader's finding; here one field came under both of its names. */
static void fail_both_names(struct check_walk *w, struct spot *at, const struct yaml_node *key)
{
	const struct yaml_node *other;
	struct conf_finding *f;

	spot_child(w, at, &other);
	if (other == NULL || str_eq(yaml_text(other), yaml_text(key)))
		return;
	f = check_report(w, at, CONF_ERROR, "both-names", key,
			 STR_FMT " and " STR_FMT " (line %u) are the same field",
			 STR_ARG(yaml_text(key)), STR_ARG(yaml_text(other)), other->start.line);
	check_hint(w, f, "keep " STR_FMT, STR_ARG(at->field->name));
}

/* Refs that a default made: they must lead somewhere like written ones. */
static void use_defaults(struct check_walk *w, const struct conf_struct *s, const char *record,
			 struct spot *at, const struct yaml_node *node)
{
	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct conf_field *f = &s->fields[i];
		uint8_t state = (uint8_t)record[s->state_offset + i];
		const char *value = record + f->offset;

		at->field = f;
		if (f->type->base == CONF_REF && state == CONF_DEFAULTED) {
			add_use(w, at, f->type, *(const struct str *)value, node);
		} else if (f->type->base == CONF_STRUCT && !f->type->by_pointer &&
			   f->type->fields->ref_defaults && state == CONF_ABSENT) {
			struct spot below = {.up = at, .s = f->type->fields};

			use_defaults(w, f->type->fields, value, &below, node);
		}
	}
}

/* A secret that begins with # is a comment to YAML, and no value: the rest of the line counts. */
static void add_secret(struct check_walk *w, const struct yaml_node *value)
{
	struct conf_place at = yaml_place(w->c->source, value);

	if (value->kind == YAML_SCALAR && value->n == 0)
		at.end = (struct conf_mark){at.start.line, UINT32_MAX};
	vec_add(w->c->scratch, &w->secrets, at);
}

static void fill_fields(struct check_walk *w, const struct conf_struct *s, char *record,
			struct spot *at)
{
	const struct conf_field *guess = s->fields, *end = s->fields + s->field_count;
	uint8_t *states = (uint8_t *)record + s->state_offset;
	const struct yaml_node *key;

	at->s = s;
	at->how = AT_FIELD;
	memcpy(record, s->blank, s->size);
	YAML_EACH_PAIR(at->node, key)
	{
		const struct conf_field *f = guess;

		if (f == end || key->n != f->name.n || memcmp(key->text, f->name.p, key->n) != 0)
			f = find_field(w, at, key);
		if (f == NULL)
			continue;
		guess = f + 1;
		at->field = f;
		if (UNLIKELY(states[f->index] != CONF_ABSENT &&
			     states[f->index] != CONF_DEFAULTED)) {
			fail_both_names(w, at, key);
			continue;
		}
		if (UNLIKELY(f->deprecated.n || f->was.n) &&
		    (f->deprecated.n || !str_eq(f->name, yaml_text(key))))
			warn_deprecated(w, at, key);
		states[f->index] = (uint8_t)fill(w, f->type, record + f->offset, key->next, at);
		if (UNLIKELY(f->secret) && !spot_secret(at->up))
			add_secret(w, key->next);
	}
	if (UNLIKELY(s->ref_defaults))
		use_defaults(w, s, record, at, at->node->first ? at->node->first : at->node);
}

void check_fill(struct check_walk *w, const struct conf_struct *s, char *record)
{
	struct spot at = {.node = w->root};

	fill_fields(w, s, record, &at);
}
