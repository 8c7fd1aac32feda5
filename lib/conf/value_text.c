#include "conf/types.h"
#include "conf/value.h"

void conf_text_quote(struct buf *out, struct str text)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '"' || c == '\\')
			buf_addc(out, '\\');
		if (c == '\n')
			buf_add(out, STR("\\n"));
		else if (c == '\t')
			buf_add(out, STR("\\t"));
		else if (c == '\r')
			buf_add(out, STR("\\r"));
		else if (c < 0x20 || c == 0x7F)
			buf_printf(out, "\\u%04x", c);
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, '"');
}

/* Nothing in it that would mean something inside [ ] or { }. */
static bool bare_key(struct str key)
{
	for (size_t i = 0; i < key.n; i++) {
		char c = key.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '_' && c != '-')
			return false;
	}
	return key.n > 0;
}

static void add_key(struct buf *out, bool first, struct str key)
{
	if (!first)
		buf_add(out, STR(", "));
	if (bare_key(key))
		buf_add(out, key);
	else
		conf_text_quote(out, key);
	buf_add(out, STR(": "));
}

static void add_item(struct buf *out, const struct conf_type *t, const void *items,
		     const bool *nulls, uint32_t i)
{
	if (nulls && nulls[i])
		buf_add(out, STR("null"));
	else
		conf_value_text(out, t, (const char *)items + (size_t)i * t->size, true);
}

static void add_list(struct buf *out, const struct conf_type *t, const struct conf_list *list)
{
	buf_addc(out, '[');
	for (uint32_t i = 0; i < list->count; i++) {
		if (i)
			buf_add(out, STR(", "));
		add_item(out, t->elem, list->items, list->nulls, i);
	}
	buf_addc(out, ']');
}

static void add_map(struct buf *out, const struct conf_type *t, const struct conf_map *map)
{
	buf_addc(out, '{');
	for (uint32_t i = 0; i < map->count; i++) {
		add_key(out, i == 0, map->keys[i]);
		add_item(out, t->elem, map->values, map->nulls, i);
	}
	buf_addc(out, '}');
}

static void add_record(struct buf *out, const struct conf_struct *s, const void *record)
{
	bool first = true;

	buf_addc(out, '{');
	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct conf_field *f = &s->fields[i];
		enum conf_state state = conf_state(s, record, f);

		if (state == CONF_ABSENT)
			continue;
		add_key(out, first, f->name);
		first = false;
		if (state == CONF_NULL)
			buf_add(out, STR("null"));
		else if (f->secret)
			buf_add(out, STR("\"***\""));
		else
			conf_value_text(out, f->type, conf_at(record, f), true);
	}
	buf_addc(out, '}');
}

void conf_value_text(struct buf *out, const struct conf_type *t, const void *value, bool quote)
{
	const void *record;

	switch (t->base) {
	case CONF_LIST: add_list(out, t, value); break;
	case CONF_MAP: add_map(out, t, value); break;
	case CONF_STRUCT:
		record = conf_record(t, value);
		if (record)
			add_record(out, t->fields, record);
		else
			buf_add(out, STR("null"));
		break;
	case CONF_STRING:
	case CONF_REF:
		if (quote) {
			conf_text_quote(out, *(const struct str *)value);
			break;
		}
		/* fallthrough */
	default: conf_scalar_text(out, t, value);
	}
}
