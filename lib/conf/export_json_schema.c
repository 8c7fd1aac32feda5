/* How types and rules become JSON Schema:
 * - A rule writes its keywords into an object of its own; what two rules both want goes into allOf.
 * - Text fields take plain numbers and booleans too, as their text: where the rules let all such texts pass
 *   the types are widened, where some, the short ones that pass are listed.
 * - Null stands beside the type of a field with `?`. */
#include <stdio.h>

#include "conf/describe.h"
#include "conf/export.h"
#include "conf/rule.h"
#include "conf/types.h"
#include "conf/value.h"

#define NUMBER "(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)"
static const char duration_pattern[] = "^[+-]?(?=[0-9.])(?:" NUMBER "d)?(?:" NUMBER "h)?(?:" NUMBER
				       "m)?(?:" NUMBER "s)?(?:" NUMBER "ms)?(?:" NUMBER "us)?$";
static const char plus_duration_pattern[] =
	"^\\+?(?=[0-9.])(?:" NUMBER "d)?(?:" NUMBER "h)?(?:" NUMBER "m)?(?:" NUMBER "s)?(?:" NUMBER
	"ms)?(?:" NUMBER "us)?$";
static const char size_pattern[] = "^[0-9]+(?:B|KiB|MiB|GiB)$";
static const char percent_pattern[] = "^[+-]?" NUMBER "(?:[eE][+-]?[0-9]+)?%$";
static const char time_pattern[] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\."
				   "[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})$";

struct export
{
	const struct conf_schema *schema;
	const struct conf_kind *kind;
};

static json_t *type_json(const struct export *e, const struct conf_type *t,
			 const struct conf_rules *rules);

static void set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static json_t *text(struct str s)
{
	return json_stringn(s.p, s.n);
}

/* Moves the keywords of `part` into `into`; a keyword already there makes them neighbours in allOf. */
static void merge(json_t *into, json_t *part)
{
	const char *key;
	json_t *value, *apart = json_object(), *all;

	json_object_foreach(part, key, value)
		json_object_set(json_object_get(into, key) ? apart : into, key, value);
	if (json_object_size(apart)) {
		all = json_object_get(into, "allOf");
		if (!all)
			set(into, "allOf", all = json_array());
		json_array_append(all, apart);
	}
	json_decref(apart);
	json_decref(part);
}

/* Keywords of a rule, or of its alternatives; {} when JSON Schema cannot say it. */
static json_t *use_json(const struct conf_type *t, const struct rule_use *use)
{
	json_t *out = json_object(), *any;

	if (!use->or_else) {
		if (use->rule->json_schema)
			use->rule->json_schema(out, t, use->arg);
		return out;
	}
	any = json_array();
	for (; use; use = use->or_else) {
		json_t *one = json_object();

		if (use->rule->json_schema)
			use->rule->json_schema(one, t, use->arg);
		json_array_append_new(any, one);
		if (json_object_size(one) == 0) {
			json_decref(any);
			return out;
		}
	}
	set(out, "anyOf", any);
	return out;
}

static json_t *value_rules_json(const struct conf_type *t, const struct conf_rules *rules)
{
	json_t *out = json_object();

	for (uint32_t i = rules->presence; i < rules->count; i++)
		merge(out, use_json(t, &rules->uses[i]));
	return out;
}

static json_t *empty_json(const struct conf_type *t)
{
	if (t->base == CONF_LIST)
		return json_pack("{s:i}", "maxItems", 0);
	if (t->base == CONF_MAP)
		return json_pack("{s:i}", "maxProperties", 0);
	return json_pack("{s:s}", "const", "");
}

static void add_rules(json_t *schema, const struct conf_type *t, const struct conf_rules *rules)
{
	json_t *part;

	if (!rules)
		return;
	part = value_rules_json(t, rules);
	if (rules->omitempty && json_object_size(part) && (RULE_COUNTED & RULE_ON(t->base)))
		set(schema, "anyOf", json_pack("[o,o]", empty_json(t), part));
	else
		merge(schema, part);
}

static bool passes(const struct conf_type *t, const struct conf_rules *rules, const char *value)
{
	const struct str s = str_of(value);
	const struct rule_call call = {.type = t, .value = &s, .state = CONF_WRITTEN};

	return rule_values_pass(rules, &call);
}

/* Plain 5 and true are text in a text field: the types a string may have beside its own. */
static json_t *string_json(const struct conf_type *t, const struct conf_rules *rules)
{
	static const char *const long_ones[] = {"-1", "1.5", "12345678.125"};
	json_t *out, *few = json_array();
	size_t passing = 0, all = 12 + ARRAY_LEN(long_ones);
	char digit[2] = "0";

	for (int i = 0; i <= 9; i++) {
		digit[0] = (char)('0' + i);
		if (passes(t, rules, digit) && ++passing)
			json_array_append_new(few, json_integer(i));
	}
	if (passes(t, rules, "true") && ++passing)
		json_array_append_new(few, json_true());
	if (passes(t, rules, "false") && ++passing)
		json_array_append_new(few, json_false());
	for (size_t i = 0; i < ARRAY_LEN(long_ones); i++)
		passing += passes(t, rules, long_ones[i]);
	if (passing == all) {
		out = json_pack("{s:[s,s,s]}", "type", "string", "number", "boolean");
		add_rules(out, t, rules);
	} else {
		out = json_pack("{s:s}", "type", "string");
		add_rules(out, t, rules);
		if (json_array_size(few))
			out = json_pack("{s:[o,{s:O}]}", "anyOf", out, "enum", few);
	}
	json_decref(few);
	return out;
}

static json_t *integer_json(const struct conf_type *t, const struct conf_rules *rules)
{
	json_t *out = json_pack("{s:s}", "type", "integer");

	add_rules(out, t, rules);
	if (json_object_get(out, "enum") || json_object_get(out, "const"))
		return out;
	if (!json_object_get(out, "minimum") && !json_object_get(out, "exclusiveMinimum"))
		set(out, "minimum", json_integer(t->base == CONF_UINT ? 0 : conf_int_min(t)));
	if (!json_object_get(out, "maximum") && !json_object_get(out, "exclusiveMaximum"))
		set(out, "maximum",
		    conf_int_max(t) <= INT64_MAX ? json_integer((json_int_t)conf_int_max(t))
						 : json_real((double)conf_int_max(t)));
	return out;
}

static json_t *pattern_json(const char *pattern, const struct conf_type *t,
			    const struct conf_rules *rules)
{
	json_t *out = json_pack("{s:s,s:s}", "type", "string", "pattern", pattern);

	add_rules(out, t, rules);
	return out;
}

static json_t *list_json(const struct export *e, const struct conf_type *t,
			 const struct conf_rules *rules)
{
	json_t *out = json_pack("{s:s}", "type", "array");

	set(out, "items", type_json(e, t->elem, rules ? rules->elements : NULL));
	add_rules(out, t, rules);
	return out;
}

static json_t *map_json(const struct export *e, const struct conf_type *t,
			const struct conf_rules *rules)
{
	static const struct conf_type key = {.base = CONF_STRING};
	json_t *out = json_pack("{s:s}", "type", "object");

	set(out, "additionalProperties", type_json(e, t->elem, rules ? rules->elements : NULL));
	add_rules(out, t, rules);
	if (rules && rules->keys) {
		json_t *names = json_object();

		add_rules(names, &key, rules->keys);
		if (json_object_size(names))
			set(out, "propertyNames", json_incref(names));
		json_decref(names);
	}
	return out;
}

static json_t *struct_ref_json(const struct export *e, const struct conf_struct *s)
{
	if (s == &e->kind->top)
		return json_pack("{s:o}", "$ref", json_sprintf("#/$defs/%.*s", STR_ARG(s->name)));
	return json_pack(
		"{s:o}", "$ref",
		json_sprintf("#/$defs/%.*s.%.*s", STR_ARG(e->kind->top.name), STR_ARG(s->name)));
}

static json_t *base_json(const struct export *e, const struct conf_type *t,
			 const struct conf_rules *rules)
{
	json_t *out;

	switch (t->base) {
	case CONF_BOOL:
	case CONF_FLOAT:
		out = json_pack("{s:s}", "type", t->base == CONF_BOOL ? "boolean" : "number");
		add_rules(out, t, rules);
		return out;
	case CONF_INT:
	case CONF_UINT: return integer_json(t, rules);
	case CONF_STRING:
	case CONF_REF: return string_json(t, rules);
	case CONF_DURATION:
		return pattern_json(t->negative ? duration_pattern : plus_duration_pattern, t,
				    rules);
	case CONF_SIZE: return pattern_json(size_pattern, t, rules);
	case CONF_PERCENT: return pattern_json(percent_pattern, t, rules);
	case CONF_TIME: return pattern_json(time_pattern, t, rules);
	case CONF_LIST: return list_json(e, t, rules);
	case CONF_MAP: return map_json(e, t, rules);
	case CONF_STRUCT: return struct_ref_json(e, t->fields);
	default: return json_object();
	}
}

/* The rule `required` on an element forbids the null that its type would allow. */
static bool forbids_null(const struct conf_rules *rules)
{
	for (uint32_t i = 0; rules && i < rules->presence; i++) {
		if (strcmp(rules->uses[i].rule->name, "required") == 0)
			return true;
	}
	return false;
}

static json_t *type_json(const struct export *e, const struct conf_type *t,
			 const struct conf_rules *rules)
{
	json_t *out = base_json(e, t, rules);

	if (t->nullable && t->base != CONF_OPAQUE && !forbids_null(rules))
		return json_pack("{s:[o,{s:s}]}", "anyOf", out, "type", "null");
	return out;
}

static void add_line(struct buf *out, const char *label, struct str value)
{
	if (value.n)
		buf_printf(out, "%s%s" STR_FMT, out->n ? "\n" : "", label, STR_ARG(value));
}

static void add_description(json_t *schema, const struct conf_field *f)
{
	CLEANUP(buf_free) struct buf out = {0};
	CLEANUP(buf_free) struct buf range = {0};

	add_line(&out, "", f->doc);
	if (out.n)
		buf_addc(&out, '\n');
	add_line(&out, "Type: ", f->type->text);
	conf_range_text(&range, f->type, f->rules);
	add_line(&out, "Range: ", buf_str(&range));
	add_line(&out, "Unit: ", f->unit);
	add_line(&out, "Rules: ", f->validate);
	if (f->has_default)
		add_line(&out, "Default: ", f->default_text);
	add_line(&out, "A change takes effect: ", str_of(conf_reload_name(f->reload)));
	add_line(&out, "Deprecated: ", f->deprecated);
	set(schema, "description", text(buf_str(&out)));
}

/* Scalars with a fixed form only; what the author wrote for people stays in the text. */
static json_t *example_json(const struct conf_field *f)
{
	union {
		uint64_t n;
		double f;
		struct str s;
	} value;
	struct type_fail why;

	if (f->example.n == 0 || !conf_base_types[f->type->base]->parse ||
	    !conf_text_parse(f->type, f->example, false, &value, &why))
		return NULL;
	return json_pack("[o]", conf_value_json(f->type, &value));
}

static json_t *field_json(const struct export *e, const struct conf_struct *s,
			  const struct conf_field *f)
{
	json_t *out = type_json(e, f->type, f->rules), *example = example_json(f);

	add_description(out, f);
	if (f->has_default && !f->secret)
		set(out, "default", conf_value_json(f->type, conf_at(s->blank, f)));
	if (example)
		set(out, "examples", example);
	if (f->deprecated.n) {
		set(out, "deprecated", json_true());
		set(out, "deprecationMessage", text(f->deprecated));
	}
	return out;
}

/* Either of its two names, but not both. */
static json_t *old_name_json(const struct conf_field *f, bool required)
{
	json_t *now = json_pack("{s:[o]}", "required", text(f->name)), *was;

	was = json_pack("{s:[o]}", "required", text(f->was));
	if (required)
		return json_pack("{s:[o,o]}", "oneOf", now, was);
	return json_pack("{s:{s:[o,o]}}", "not", "allOf", now, was);
}

static json_t *struct_json(const struct export *e, const struct conf_struct *s)
{
	bool top = s == &e->kind->top;
	json_t *out = json_pack("{s:s}", "type", "object"), *properties = json_object();
	json_t *required = top ? json_pack("[s,s]", "kind", "name") : json_array(),
	       *all = json_array();

	if (s->doc.n)
		set(out, "description", text(s->doc));
	if (top) {
		set(properties, "kind", json_pack("{s:o}", "const", text(s->name)));
		set(properties, "name",
		    json_pack("{s:[s,s,s],s:s}", "type", "string", "number", "boolean", "pattern",
			      "^[a-z0-9][a-z0-9-]{0,62}$"));
	}
	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct conf_field *f = &s->fields[i];
		bool must = (f->required && !f->has_default) || f->explicit_;

		json_object_setn_new(properties, f->name.p, f->name.n, field_json(e, s, f));
		if (f->was.n) {
			json_t *old = type_json(e, f->type, f->rules);

			set(old, "deprecated", json_true());
			set(old, "description",
			    json_sprintf("The old name of %.*s", STR_ARG(f->name)));
			json_object_setn_new(properties, f->was.p, f->was.n, old);
			json_array_append_new(all, old_name_json(f, must));
		} else if (must) {
			json_array_append_new(required, text(f->name));
		}
	}
	set(out, "properties", properties);
	set(out, "patternProperties", json_pack("{s:b}", "^x-", 1));
	set(out, "additionalProperties", json_false());
	if (json_array_size(required))
		set(out, "required", json_incref(required));
	if (json_array_size(all))
		set(out, "allOf", json_incref(all));
	json_decref(required);
	json_decref(all);
	return out;
}

static void add_kind(json_t *defs, const struct conf_schema *schema, const struct conf_kind *kind)
{
	const struct export e = {schema, kind};

	json_object_setn_new(defs, kind->top.name.p, kind->top.name.n, struct_json(&e, &kind->top));
	for (uint32_t i = 0; i < kind->struct_count; i++) {
		const struct conf_struct *s = kind->structs[i];
		CLEANUP(buf_free) struct buf name = {0};

		buf_printf(&name, STR_FMT "." STR_FMT, STR_ARG(kind->top.name), STR_ARG(s->name));
		json_object_setn_new(defs, buf_str(&name).p, name.n, struct_json(&e, s));
	}
}

json_t *conf_export_json_schema(const struct conf_schema *schema)
{
	json_t *kinds = json_array(), *branches = json_array(), *defs = json_object();
	const struct map_entry *it;

	MAP_EACH (&schema->kinds, it) {
		const struct conf_kind *kind = it->value;

		json_array_append_new(kinds, text(it->key));
		json_array_append_new(branches,
				      json_pack("{s:{s:{s:{s:o}},s:[s]},s:{s:o}}", "if",
						"properties", "kind", "const", text(it->key),
						"required", "kind", "then", "$ref",
						json_sprintf("#/$defs/%.*s", STR_ARG(it->key))));
		add_kind(defs, schema, kind);
	}
	return json_pack("{s:s,s:s,s:s,s:[s,s],s:{s:{s:s,s:o},s:{s:s}},s:o,s:o}", "$schema",
			 "https://json-schema.org/draft/2020-12/schema", "title",
			 "gamesrv configuration", "type", "object", "required", "kind", "name",
			 "properties", "kind", "description", "What this document describes",
			 "enum", kinds, "name", "description",
			 "How others refer to it: lower-case letters, digits and -", "allOf",
			 branches, "$defs", defs);
}
