/* lib/conf/value.h
 * Typed access to the record of a checked document, and values as text.
 *
 * Thread: any; records are immutable. Reading a field is one load at a known offset: look the handle
 * (struct conf_field) up once, keep it as long as the schema is referenced.
 */
#pragma once
#include <jansson.h>

#include "base/buf.h"
#include "conf/schema.h"

static inline enum conf_state conf_state(const struct conf_struct *s, const void *record,
					 const struct conf_field *f)
{
	return (enum conf_state)((const uint8_t *)record)[s->state_offset + f->index];
}
static inline const void *conf_at(const void *record, const struct conf_field *f)
{
	return (const char *)record + f->offset;
}
/* The record of a struct-typed value: follows the pointer when there is one; NULL = null or absent. */
static inline const void *conf_record(const struct conf_type *t, const void *value)
{
	return t->by_pointer ? *(const void *const *)value : value;
}
static inline const void *conf_item(const struct conf_type *list, const struct conf_list *l,
				    uint32_t i)
{
	return (const char *)l->items + (size_t)i * list->elem->size;
}
static inline const void *conf_map_item(const struct conf_type *map, const struct conf_map *m,
					uint32_t i)
{
	return (const char *)m->values + (size_t)i * map->elem->size;
}
/* Value under a key, or NULL. */
const void *conf_map_find(const struct conf_type *map, const struct conf_map *m, struct str key);

int64_t conf_int(const struct conf_type *t,
		 const void *value); /* CONF_INT of any width, CONF_BOOL */
uint64_t conf_uint(const struct conf_type *t,
		   const void *value); /* CONF_UINT of any width, CONF_SIZE */

/* Same type on both sides (conf_type_same). Defaulted and written are the same; absent and null differ. */
bool conf_value_equal(const struct conf_type *t, const void *a, const void *b);
/* A total order over values of one type, in which equal is conf_value_equal(). */
int conf_value_compare(const struct conf_type *t, const void *a, const void *b);
bool conf_type_same(const struct conf_type *a, const struct conf_type *b);

/* Canonical text: 90s -> 1m30s, 1024 -> 1KiB for sizes, shortest round-trip floats, strings quoted as in
 * JSON when `quote`; lists and maps in flow style; secrets inside as "***". One line. */
void conf_value_text(struct buf *out, const struct conf_type *t, const void *value, bool quote);
void conf_text_quote(struct buf *out, struct str text); /* as a JSON string */
/* JSON: numbers, booleans and strings as such; durations, sizes, percents and times as canonical text; absent
 * fields left out; secrets as "***". New reference. */
json_t *conf_value_json(const struct conf_type *t, const void *value);
json_t *conf_record_json(const struct conf_struct *s, const void *record);
