/* lib/conf/tag.c
 * A field's spec in its two forms:
 *
 *	hp: int  `validate:"required,min=1" reload:"live"`
 *	hp: {type: int, validate: "required,min=1", reload: live}
 *
 * Quoting in the short form follows Go's struct tags: \" and \\ inside a value; a backslash before anything
 * else stands for itself, so that patterns stay readable.
 */
#include "conf/schema_build.h"
#include "conf/suggest.h"

const struct conf_tag conf_tags[TAG_COUNT] = {
	[TAG_VALIDATE] = {"validate", "rules", "Rules for the value, separated by commas.",
			  "hp: int  `validate:\"required,min=1,max=9999\"`"},
	[TAG_DEFAULT] = {"default", "a value of the type",
			 "Value of a field that is not written. Not for lists, maps and structs.",
			 "warmup: duration  `default:\"10s\"`"},
	[TAG_RELOAD] =
		{"reload", "live, next or restart",
		 "When a change takes effect: at once, in rooms that open from now on, or after a "
		 "restart of the daemon. `live` when not given.",
		 "seats: int32  `reload:\"next\"`"},
	[TAG_DOC] = {"doc", "text", "What the field means; instead of a comment block above it.",
		     "hp: int  `doc:\"hit points at spawn\"`"},
	[TAG_UNIT] = {"unit", "text", "Unit of a plain number, for people.",
		      "speed: float  `unit:\"m/s\"`"},
	[TAG_EXAMPLE] = {"example", "text", "A value as an author would write it, for the manual.",
			 "listen: list[string]  `example:\"[127.0.0.1:7350]\"`"},
	[TAG_SECRET] =
		{"secret", "true or false",
		 "The value is never shown: not in findings, differences, history or the API.",
		 "token: string  `secret:\"true\"`"},
	[TAG_DEPRECATED] = {"deprecated", "text, or true",
			    "Writing the field is a warning, which shows this text.",
			    "speed: int  `deprecated:\"use walk_speed\"`"},
	[TAG_WAS] =
		{"was", "an old name",
		 "The field's former name: still read, with a warning. Both at once is an error.",
		 "max_hp: int  `was:\"hp\"`"},
	[TAG_SINCE] = {"since", "text", "Version that brought the field, for the manual.",
		       "aura: string?  `since:\"1.4\"`"},
};

enum tag conf_tag_find(struct str name)
{
	enum tag tag = 0;

	while (tag < TAG_COUNT && !str_is(name, conf_tags[tag].name))
		tag++;
	return tag;
}

void conf_manual_tags(struct buf *out)
{
	buf_printf(out, "| Tag | Value | Meaning | Example |\n|---|---|---|---|\n");
	for (size_t i = 0; i < ARRAY_LEN(conf_tags); i++)
		buf_printf(out, "| `%s` | %s | %s | `` %s `` |\n", conf_tags[i].name,
			   conf_tags[i].value, conf_tags[i].summary, conf_tags[i].example);
}

struct spec_read {
	struct kind_draft *k;
	struct conf_place at;
	struct tag_spec *spec;
};

static bool fail_unknown(struct spec_read *r, struct str name)
{
	struct suggest s = suggest_for(name);
	struct conf_finding *f =
		schema_error(r->k, "schema-tag", r->at, "unknown tag " STR_FMT, STR_ARG(name));

	for (enum tag tag = 0; tag < TAG_COUNT; tag++)
		suggest_add(&s, str_of(conf_tags[tag].name));
	if (s.best.n)
		schema_hint(r->k, f, "did you mean " STR_FMT "?", STR_ARG(s.best));
	return false;
}

static bool set_tag(struct spec_read *r, struct str name, struct str text)
{
	enum tag tag = conf_tag_find(name);

	if (tag == TAG_COUNT)
		return fail_unknown(r, name);
	if (tag_has(r->spec, tag)) {
		schema_error(r->k, "schema-tag", r->at, "tag " STR_FMT " is written twice",
			     STR_ARG(name));
		return false;
	}
	r->spec->has |= 1u << tag;
	r->spec->text[tag] = text;
	return true;
}

/* rest->p stands behind the opening quote. False: no closing one. */
static bool read_quoted(struct spec_read *r, struct str *rest, struct str *out)
{
	char *to = arena_alloc_aligned(r->k->build->mem, rest->n + 1, 1);
	size_t i = 0, n = 0;

	for (; i < rest->n && rest->p[i] != '"'; i++) {
		if (rest->p[i] == '\\' && i + 1 < rest->n &&
		    (rest->p[i + 1] == '"' || rest->p[i + 1] == '\\'))
			i++;
		to[n++] = rest->p[i];
	}
	if (i == rest->n)
		return false;
	to[n] = '\0';
	*out = (struct str){to, n};
	*rest = (struct str){rest->p + i + 1, rest->n - i - 1};
	return true;
}

static struct str skip_space(struct str s)
{
	while (s.n > 0 && (*s.p == ' ' || *s.p == '\t' || *s.p == '\n')) {
		s.p++;
		s.n--;
	}
	return s;
}

static struct str trim(struct str s)
{
	s = skip_space(s);
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\n'))
		s.n--;
	return s;
}

/* In the short form YAML itself ends the text at " #". */
static bool fail_open(struct spec_read *r, const char *what)
{
	struct conf_finding *f =
		schema_error(r->k, "schema-tag", r->at, "%s is not closed in this field", what);

	schema_hint(r->k, f,
		    "\" #\" begins a comment in YAML; a text with it goes into the long form, "
		    "{type: ..., doc: \"...\"}");
	return false;
}

static bool fail_form(struct spec_read *r, struct str rest)
{
	struct str shown = {rest.p, rest.n < 24 ? rest.n : 24};
	struct conf_finding *f =
		schema_error(r->k, "schema-tag", r->at,
			     "a tag has the form name:\"value\", found " STR_FMT, STR_ARG(shown));

	schema_hint(r->k, f, "as in `validate:\"min=1\" default:\"5\"`, with spaces between tags");
	return false;
}

static size_t name_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && ((s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= 'A' && s.p[n] <= 'Z') ||
			   (s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == '_' || s.p[n] == '-'))
		n++;
	return n;
}

/* `rest` stands behind the opening backtick. */
static bool read_tags(struct spec_read *r, struct str rest)
{
	bool ok = true;

	for (;;) {
		struct str name, text;

		rest = skip_space(rest);
		if (rest.n == 0)
			return fail_open(r, "the backtick");
		if (*rest.p == '`')
			break;
		name = (struct str){rest.p, name_length(rest)};
		if (name.n == 0 || rest.n < name.n + 2 || rest.p[name.n] != ':' ||
		    rest.p[name.n + 1] != '"')
			return fail_form(r, rest);
		rest = (struct str){rest.p + name.n + 2, rest.n - name.n - 2};
		if (!read_quoted(r, &rest, &text))
			return fail_open(r, "a quote");
		ok &= set_tag(r, name, text);
	}
	rest = skip_space((struct str){rest.p + 1, rest.n - 1});
	if (rest.n > 0) {
		schema_hint(r->k,
			    schema_error(r->k, "schema-tag", r->at,
					 "text behind the closing backtick: " STR_FMT,
					 STR_ARG(rest)),
			    "all tags stand between one pair of backticks");
		return false;
	}
	return ok;
}

static bool read_short(struct spec_read *r, struct str text)
{
	ptrdiff_t tick = str_find(text, '`');

	if (tick < 0 && str_find(text, '"') >= 0) {
		struct conf_finding *f =
			schema_error(r->k, "schema-tag", r->at, "tags stand between two backticks");

		schema_hint(r->k, f, "as in int `validate:\"min=1\"`");
		return false;
	}
	r->spec->type = trim((struct str){text.p, tick < 0 ? text.n : (size_t)tick});
	if (r->spec->type.n == 0) {
		schema_error(r->k, "schema-type", r->at, "no type in front of the tags");
		return false;
	}
	return tick < 0 || read_tags(r, (struct str){text.p + tick + 1, text.n - (size_t)tick - 1});
}

static bool fail_untyped(struct spec_read *r, bool tags)
{
	struct conf_finding *f =
		schema_error(r->k, "schema-key", r->at, "the long form of a field needs type");

	schema_hint(r->k, f,
		    tags ? "as in {type: int, doc: \"...\"}"
			 : "the fields of a struct stand under structs:, and its name is the type");
	return false;
}

/* Whether it can be a long form at all, and not fields where a type belongs. */
static bool has_tags(const struct yaml_node *map)
{
	const struct yaml_node *key;

	YAML_EACH_PAIR(map, key)
	if (str_is(yaml_text(key), "type") || conf_tag_find(yaml_text(key)) != TAG_COUNT)
		return true;
	return false;
}

static bool read_long(struct spec_read *r, const struct yaml_node *map)
{
	const struct yaml_node *key;
	bool ok = true, typed = false;

	if (!has_tags(map))
		return fail_untyped(r, false);
	YAML_EACH_PAIR(map, key)
	{
		struct str name = yaml_text(key);
		const struct yaml_node *value = key->next;

		if (key->kind != YAML_SCALAR || str_starts(name, STR("x-")))
			continue;
		if (value->flags & YAML_BROKEN) { /* told by the reader */
			typed |= str_is(name, "type");
			r->k->failed = true;
			ok = false;
		} else if (value->kind != YAML_SCALAR) {
			struct conf_finding *f =
				schema_error(r->k, "schema-tag", yaml_place(r->k->source, value),
					     STR_FMT " is %s, expected text", STR_ARG(name),
					     conf_node_is(value));
			schema_hint(r->k, f, "put it into quotes");
			typed |= str_is(name, "type");
			ok = false;
		} else if (yaml_is_null(value)) {
			schema_error(r->k, "schema-tag", yaml_place(r->k->source, key),
				     STR_FMT " has no value", STR_ARG(name));
			typed |= str_is(name, "type");
			ok = false;
		} else if (str_is(name, "type")) {
			typed = true;
			r->spec->type = trim(schema_keep(r->k, yaml_text(value)));
		} else {
			ok &= set_tag(r, name, schema_keep(r->k, yaml_text(value)));
		}
	}
	return typed ? ok : fail_untyped(r, true);
}

bool schema_read_spec(struct kind_draft *k, const struct yaml_node *node, struct conf_place at,
		      struct tag_spec *out)
{
	struct spec_read r = {k, at, out};

	*out = (struct tag_spec){0};
	if (node->flags & YAML_BROKEN) { /* told by the reader */
		k->failed = true;
		return false;
	}
	if (node->kind == YAML_MAP)
		return read_long(&r, node);
	if (node->kind == YAML_SEQ || yaml_is_null(node)) {
		schema_hint(k, schema_error(k, "schema-type", r.at, "a field needs a type"),
			    "as in int, list[string] or {type: int}");
		return false;
	}
	return read_short(&r, schema_keep(k, yaml_text(node)));
}
