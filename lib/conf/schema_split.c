/* lib/conf/schema_split.c
 * A validate tag into levels, items and parameters, before anything is looked up:
 *
 *	min=1,dive,keys,alphanum,endkeys,gt=0|eq=-1
 *	level of the map: min=1; of its keys: alphanum; of its elements: gt=0 or eq=-1
 *
 * Quotes protect space, comma, pipe and equals; '' inside them is a quote; 0x2C and 0x7C outside of them stand
 * for comma and pipe, as in Go's validator.
 */
#include "conf/schema_build.h"

struct split {
	struct kind_draft *k;
	struct conf_place at;
	struct str rest;
	bool more; /* an item follows, perhaps an empty one */
	bool failed;
};

static void split_error(struct split *sp, const char *code, const char *fmt, ...) PRINTF(3, 4);
static void split_error(struct split *sp, const char *code, const char *fmt, ...)
{
	va_list args;
	struct str text;

	va_start(args, fmt);
	text = arena_vprintf(sp->k->build->scratch, fmt, args);
	va_end(args);
	schema_error(sp->k, code, sp->at, STR_FMT, STR_ARG(text));
	sp->failed = true;
}

/* Cuts at the first `sep` outside of quotes. */
static bool cut(struct str *rest, char sep, struct str *head)
{
	bool quoted = false;

	for (size_t i = 0; i < rest->n; i++) {
		if (rest->p[i] == '\'')
			quoted = !quoted; /* '' flips twice */
		if (rest->p[i] == sep && !quoted) {
			*head = str_trim((struct str){rest->p, i});
			*rest = (struct str){rest->p + i + 1, rest->n - i - 1};
			return true;
		}
	}
	*head = str_trim(*rest);
	rest->n = 0;
	return false;
}

static bool next_item(struct split *sp, struct str *item)
{
	if (!sp->more)
		return false;
	sp->more = cut(&sp->rest, ',', item);
	return true;
}

/* A parameter with its quotes off; *text moves behind it. */
static struct str read_param(struct split *sp, struct str *text)
{
	char *to = arena_alloc_aligned(sp->k->build->mem, text->n + 1, 1);
	bool quoted = false;
	size_t n = 0, i = 0;

	for (; i < text->n && (quoted || text->p[i] != ' '); i++) {
		struct str here = {text->p + i, text->n - i};

		if (*here.p == '\'' && quoted && here.n > 1 && here.p[1] == '\'') {
			to[n++] = '\'';
			i++;
		} else if (*here.p == '\'') {
			quoted = !quoted;
		} else if (!quoted &&
			   (str_starts(here, STR("0x2C")) || str_starts(here, STR("0x7C")))) {
			to[n++] = here.p[2] == '2' ? ',' : '|';
			i += 3;
		} else {
			to[n++] = *here.p;
		}
	}
	if (quoted)
		split_error(sp, "schema-param", "a quote is not closed in " STR_FMT,
			    STR_ARG(*text));
	to[n] = '\0';
	*text = (struct str){text->p + i, text->n - i};
	return (struct str){to, n};
}

static void read_params(struct split *sp, struct rule_item *item)
{
	VEC(struct str) params = {0};
	struct str text = item->raw;

	while (text.n > 0) {
		if (*text.p == ' ') {
			text.p++;
			text.n--;
			continue;
		}
		vec_add(sp->k->build->mem, &params, read_param(sp, &text));
	}
	item->params = params.items;
	item->param_count = params.count;
}

static struct rule_item *read_alternative(struct split *sp, struct str text)
{
	struct rule_item *item = ARENA_NEW(sp->k->build->mem, struct rule_item);
	ptrdiff_t equals = str_find(text, '=');

	item->written = text;
	item->has_raw = equals >= 0;
	item->name = equals < 0 ? text : str_trim((struct str){text.p, (size_t)equals});
	if (equals >= 0)
		item->raw =
			str_trim((struct str){text.p + equals + 1, text.n - (size_t)equals - 1});
	if (item->name.n == 0)
		split_error(sp, "schema-rule", "an empty rule");
	read_params(sp, item);
	return item;
}

static struct rule_item *read_item(struct split *sp, struct str text)
{
	struct rule_item *first = NULL, **next = &first;
	struct str rest = text, one;
	bool more;

	do {
		more = cut(&rest, '|', &one);
		*next = read_alternative(sp, one);
		next = &(*next)->or_else;
	} while (more);
	return first;
}

static struct rule_level *new_level(struct split *sp, struct conf_type *type)
{
	struct rule_level *level = ARENA_NEW(sp->k->build->mem, struct rule_level);

	level->type = type;
	return level;
}

static struct rule_level *read_level(struct split *sp, struct rule_level *level);

static void read_dive(struct split *sp, struct rule_level *level)
{
	struct split ahead = *sp;
	struct str item;

	if (level->is_key || (level->type->base != CONF_LIST && level->type->base != CONF_MAP)) {
		split_error(sp, "schema-rule", "dive leads into a list or a map, not into " STR_FMT,
			    STR_ARG(level->type->text));
		return;
	}
	if (next_item(&ahead, &item) && str_is(item, "keys")) {
		struct conf_type *text = ARENA_NEW(sp->k->build->mem, struct conf_type);

		if (level->type->base != CONF_MAP) {
			split_error(sp, "schema-rule", "keys is for maps, not for " STR_FMT,
				    STR_ARG(level->type->text));
			return;
		}
		*text = (struct conf_type){.base = CONF_STRING,
					   .size = sizeof(struct str),
					   .align = _Alignof(struct str),
					   .text = STR("string")};
		*sp = ahead;
		level->keys = new_level(sp, text);
		level->keys->is_key = true;
		if (read_level(sp, level->keys) == NULL)
			return;
	}
	level->elements = read_level(sp, new_level(sp, (struct conf_type *)level->type->elem));
}

/* "-": whatever stands there is kept as JSON. */
static void make_opaque(struct split *sp, struct rule_level *level)
{
	if (level->is_key || level->items.count || level->omitempty || sp->more) {
		split_error(sp, "schema-rule", "- stands alone: nothing of the value is checked");
		return;
	}
	level->opaque = true;
	level->type->base = CONF_OPAQUE;
	level->type->elem = NULL;
	level->type->fields = NULL;
	level->type->by_pointer = false;
	level->type->size = sizeof(struct str);
	level->type->align = _Alignof(struct str);
}

static struct rule_level *read_level(struct split *sp, struct rule_level *level)
{
	struct str item;

	while (!sp->failed && next_item(sp, &item)) {
		if (str_is(item, "dive")) {
			read_dive(sp, level);
		} else if (str_is(item, "keys")) {
			split_error(sp, "schema-rule", "keys stands right behind dive");
		} else if (str_is(item, "endkeys")) {
			if (level->is_key)
				return level;
			split_error(sp, "schema-rule", "endkeys without keys");
		} else if (str_is(item, "-")) {
			make_opaque(sp, level);
		} else if (str_is(item, "omitempty")) {
			if (level->omitempty)
				split_error(sp, "schema-rule", "omitempty is written twice");
			level->omitempty = true;
		} else if (level->items.count == SCHEMA_MAX_RULES) {
			split_error(sp, "too-large", "more than %d rules at one level",
				    SCHEMA_MAX_RULES);
		} else {
			vec_add(sp->k->build->mem, &level->items, read_item(sp, item));
		}
	}
	if (level->is_key && !sp->failed)
		split_error(sp, "schema-rule", "keys without endkeys");
	return sp->failed ? NULL : level;
}

struct rule_level *schema_split(struct kind_draft *k, struct field_draft *f)
{
	struct split sp = {.k = k,
			   .at = f->field->at,
			   .rest = str_trim(f->spec.text[TAG_VALIDATE]),
			   .more = true};
	struct rule_level *level;

	if (sp.rest.n == 0)
		return NULL;
	level = new_level(&sp, f->type);
	level->is_field = true;
	return read_level(&sp, level);
}
