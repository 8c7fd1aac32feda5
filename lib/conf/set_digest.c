/* lib/conf/set_digest.c: the digest of what a document means, field by field in the schema's order. */
#include "conf/set_parts.h"

static void add_byte(struct digest *d, unsigned char byte)
{
	digest_add(d, (struct str){(const char *)&byte, 1});
}

static void add_number(struct digest *d, uint64_t n)
{
	unsigned char bytes[8];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(n >> (8 * i));
	digest_add(d, (struct str){(const char *)bytes, sizeof(bytes)});
}

static void add_float(struct digest *d, double f)
{
	uint64_t bits;

	f = f == 0 ? 0 : f; /* -0 is no difference */
	memcpy(&bits, &f, sizeof(bits));
	add_number(d, bits);
}

static void add_record(struct digest *d, const struct conf_struct *s, const void *record);
static void add_value(struct digest *d, const struct conf_type *t, const void *value);

static void add_items(struct digest *d, const struct conf_type *elem, const void *items,
		      const bool *nulls, const struct str *keys, uint32_t count)
{
	add_number(d, count);
	for (uint32_t i = 0; i < count; i++) {
		if (keys != NULL)
			digest_add_part(d, keys[i]);
		add_byte(d, nulls != NULL && nulls[i]);
		if (nulls == NULL || !nulls[i])
			add_value(d, elem, (const char *)items + (size_t)i * elem->size);
	}
}

static void add_value(struct digest *d, const struct conf_type *t, const void *value)
{
	const struct conf_list *list = value;
	const struct conf_map *map = value;
	const void *record;

	switch (t->base) {
	case CONF_BOOL:
	case CONF_INT: add_number(d, (uint64_t)conf_int(t, value)); break;
	case CONF_UINT:
	case CONF_SIZE: add_number(d, conf_uint(t, value)); break;
	case CONF_FLOAT:
	case CONF_PERCENT: add_float(d, *(const double *)value); break;
	case CONF_DURATION: add_number(d, (uint64_t)((const struct dur *)value)->us); break;
	case CONF_TIME: add_number(d, (uint64_t)((const struct conf_time *)value)->us); break;
	case CONF_STRING:
	case CONF_REF:
	case CONF_OPAQUE: digest_add_part(d, *(const struct str *)value); break;
	case CONF_LIST: add_items(d, t->elem, list->items, list->nulls, NULL, list->count); break;
	case CONF_MAP: add_items(d, t->elem, map->values, map->nulls, map->keys, map->count); break;
	case CONF_STRUCT:
		record = conf_record(t, value);
		add_byte(d, record != NULL);
		if (record != NULL)
			add_record(d, t->fields, record);
		break;
	case CONF_BASE_COUNT: break;
	}
}

/* Defaulted and written are the same; absent and null are not. */
static void add_record(struct digest *d, const struct conf_struct *s, const void *record)
{
	for (uint32_t i = 0; i < s->field_count; i++) {
		const struct conf_field *f = &s->fields[i];
		enum conf_state state = conf_state(s, record, f);

		add_byte(d, state < CONF_DEFAULTED ? (unsigned char)state : CONF_WRITTEN);
		if (state >= CONF_DEFAULTED)
			add_value(d, f->type, conf_at(record, f));
	}
}

void conf_doc_digest(const struct conf_doc *doc, uint8_t out[DIGEST_SIZE])
{
	struct digest d;

	digest_init(&d);
	digest_add_part(&d, doc->kind->top.name);
	digest_add(&d, (struct str){(const char *)doc->kind->fingerprint, DIGEST_SIZE});
	digest_add_part(&d, doc->name);
	add_record(&d, &doc->kind->top, doc->record);
	digest_end(&d, out);
}
