/* gamectl/explain_json.c: explain for programs. */
#include "conf/describe.h"
#include "conf/rule.h"
#include "explain.h"

static json_t *text(struct str s)
{
	return s.n ? json_stringn(s.p, s.n) : json_null();
}

static json_t *place(struct conf_place at)
{
	if (!at.source)
		return json_null();
	return json_pack("{s:o,s:i}", "file", text(at.source->path), "line", (int)at.start.line);
}

static void add_rule(void *ctx, const char *level, struct str written, struct str summary)
{
	const char *at = "value";

	if (strncmp(level, "each item", 9) == 0)
		at = "item";
	else if (strncmp(level, "each key", 8) == 0)
		at = "key";
	(void)json_array_append_new(ctx, json_pack("{s:s,s:o,s:o}", "level", at, "written",
						   text(written), "summary", text(summary)));
}

static json_t *field_json(const struct conf_field *f, const struct conf_rules *rules,
			  const struct conf_type *type)
{
	CLEANUP(buf_free) struct buf range = {0};
	json_t *list = json_array();

	conf_range_text(&range, type, rules);
	explain_each_rule(rules, "", add_rule, list);
	return json_pack(
		"{s:o,s:o,s:b,s:b,s:b,s:o,s:o,s:o,s:o,s:s,s:b,s:o,s:o,s:o,s:o,s:o,s:o}", "field",
		text(f->name), "type", text(type->text), "nullable", type->nullable, "required",
		f->required, "explicit", f->explicit_, "default",
		f->has_default ? json_stringn(f->default_text.p, f->default_text.n) : json_null(),
		"range", text(buf_str(&range)), "unit", text(f->unit), "example", text(f->example),
		"reload", conf_reload_name(f->reload), "secret", f->secret, "doc", text(f->doc),
		"deprecated", text(f->deprecated), "was", text(f->was), "since", text(f->since),
		"rules", list, "source", place(f->at));
}

static json_t *fields_json(const struct conf_struct *s)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < s->field_count; i++)
		(void)json_array_append_new(
			list, field_json(&s->fields[i], s->fields[i].rules, s->fields[i].type));
	return list;
}

static json_t *values_json(const struct explain_values *v)
{
	json_t *list = json_array();
	struct explain_value *it;

	VEC_EACH (&v->list, it)
		(void)json_array_append_new(
			list, json_pack("{s:o,s:o,s:s,s:o,s:o}", "field", text(it->field), "value",
					text(it->value), "state", it->state, "file", text(it->file),
					"line", it->line ? json_integer(it->line) : json_null()));
	return list;
}

json_t *explain_json(const struct explain_target *t, const struct explain_values *v)
{
	json_t *reply =
		json_pack("{s:o,s:o,s:o,s:b}", "kind", text(t->kind_name), "name", text(t->name),
			  "path", text(t->path), "builtin", t->kind->builtin);

	if (!reply)
		return NULL;
	if (t->field)
		(void)json_object_update_new(reply, field_json(t->field, t->rules, t->type));
	else
		(void)json_object_update_new(reply,
					     json_pack("{s:o,s:o}", "doc", text(t->kind->top.doc),
						       "source", place(t->kind->top.at)));
	if (t->inside)
		(void)json_object_set_new(reply, "fields", fields_json(t->inside));
	if (t->name.n) {
		(void)json_object_set_new(reply, "from", json_string(v->where));
		(void)json_object_set(reply, "document", v->document ? v->document : json_null());
		(void)json_object_set_new(reply, "values", values_json(v));
	}
	return reply;
}

json_t *explain_kinds_json(const struct origin *from)
{
	json_t *list = json_array();
	const struct map_entry *it;

	MAP_EACH (&from->schema->kinds, it) {
		const struct conf_kind *kind = it->value;

		(void)json_array_append_new(list, json_pack("{s:o,s:b,s:o,s:o}", "kind",
							    text(it->key), "builtin", kind->builtin,
							    "doc", text(kind->top.doc), "source",
							    place(kind->top.at)));
	}
	return json_pack("{s:o}", "kinds", list);
}
