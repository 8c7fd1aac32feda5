#include "conf/types.h"
#include "conf/value.h"

static json_t *json_text(struct str s)
{
	/* Checked text is UTF-8; what is not (opaque subtrees of a broken file) must not vanish either. */
	json_t *text = json_stringn(s.p, s.n);

	return text ? text : json_stringn_nocheck(s.p, s.n);
}

static json_t *json_whole(uint64_t n)
{
	/* jansson's integers end at 2^63. */
	return n <= INT64_MAX ? json_integer((json_int_t)n) : json_real((double)n);
}

static json_t *json_canonical(const struct conf_type *t, const void *value)
{
	CLEANUP(buf_free) struct buf text = {0};

	conf_scalar_text(&text, t, value);
	return text.failed ? NULL : json_stringn(buf_str(&text).p, text.n);
}

static json_t *json_item(const struct conf_type *t, const void *items, const bool *nulls,
			 uint32_t i)
{
	if (nulls && nulls[i])
		return json_null();
	return conf_value_json(t, (const char *)items + (size_t)i * t->size);
}

static json_t *json_list(const struct conf_type *t, const struct conf_list *list)
{
	json_t *out = json_array();

	for (uint32_t i = 0; i < list->count; i++)
		json_array_append_new(out, json_item(t->elem, list->items, list->nulls, i));
	return out;
}

static json_t *json_map(const struct conf_type *t, const struct conf_map *map)
{
	json_t *out = json_object();

	for (uint32_t i = 0; i < map->count; i++)
		json_object_setn_new(out, map->keys[i].p, map->keys[i].n,
				     json_item(t->elem, map->values, map->nulls, i));
	return out;
}

json_t *conf_record_json(const struct conf_struct *s, const void *record)
{
	json_t *out = json_object();

	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct conf_field *f = &s->fields[i];
		enum conf_state state = conf_state(s, record, f);
		json_t *value;

		if (state == CONF_ABSENT)
			continue;
		if (state == CONF_NULL)
			value = json_null();
		else if (f->secret)
			value = json_string("***");
		else
			value = conf_value_json(f->type, conf_at(record, f));
		json_object_setn_new(out, f->name.p, f->name.n, value);
	}
	return out;
}

json_t *conf_value_json(const struct conf_type *t, const void *value)
{
	const struct str *s = value;
	const void *record;
	json_t *tree;

	switch (t->base) {
	case CONF_BOOL: return json_boolean(*(const bool *)value);
	case CONF_INT: return json_integer((json_int_t)conf_int(t, value));
	case CONF_UINT: return json_whole(conf_uint(t, value));
	case CONF_FLOAT: return json_real(*(const double *)value);
	case CONF_STRING:
	case CONF_REF: return json_text(*s);
	case CONF_LIST: return json_list(t, value);
	case CONF_MAP: return json_map(t, value);
	case CONF_STRUCT:
		record = conf_record(t, value);
		return record ? conf_record_json(t->fields, record) : json_null();
	case CONF_OPAQUE:
		tree = json_loadb(s->p, s->n, JSON_DECODE_ANY, NULL);
		return tree ? tree : json_text(*s);
	default: return json_canonical(t, value);
	}
}
