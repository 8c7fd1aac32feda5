/* Reading and comparing typed values; value_text.c and value_json.c write them. */
#include "conf/value.h"

const void *conf_map_find(const struct conf_type *map, const struct conf_map *m, struct str key)
{
	uint32_t low = 0, high = m->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = str_cmp(m->keys[middle], key);

		if (order == 0)
			return conf_map_item(map, m, middle);
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

int64_t conf_int(const struct conf_type *t, const void *value)
{
	if (t->base == CONF_BOOL)
		return *(const bool *)value;
	switch (t->bits) {
	case 8: return *(const int8_t *)value;
	case 16: return *(const int16_t *)value;
	case 32: return *(const int32_t *)value;
	default: return *(const int64_t *)value;
	}
}

uint64_t conf_uint(const struct conf_type *t, const void *value)
{
	if (t->base == CONF_SIZE)
		return *(const uint64_t *)value;
	switch (t->bits) {
	case 8: return *(const uint8_t *)value;
	case 16: return *(const uint16_t *)value;
	case 32: return *(const uint32_t *)value;
	default: return *(const uint64_t *)value;
	}
}

bool conf_type_same(const struct conf_type *a, const struct conf_type *b)
{
	for (; a->base == b->base; a = a->elem, b = b->elem) {
		switch (a->base) {
		case CONF_LIST:
		case CONF_MAP: continue;
		case CONF_INT:
		case CONF_UINT: return a->bits == b->bits;
		case CONF_REF: return str_eq(a->ref_kind, b->ref_kind);
		case CONF_STRUCT: return a->fields == b->fields;
		default: return true;
		}
	}
	return false;
}

static int order_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int order_i64(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_items(const struct conf_type *t, const void *a, const bool *a_nulls,
			 const void *b, const bool *b_nulls, uint32_t i)
{
	bool a_null = a_nulls && a_nulls[i], b_null = b_nulls && b_nulls[i];

	if (a_null || b_null)
		return (int)b_null - (int)a_null;
	return conf_value_compare(t, (const char *)a + (size_t)i * t->size,
				  (const char *)b + (size_t)i * t->size);
}

static int compare_lists(const struct conf_type *t, const struct conf_list *a,
			 const struct conf_list *b)
{
	int order = order_u64(a->count, b->count);

	for (uint32_t i = 0; order == 0 && i < a->count; i++)
		order = compare_items(t->elem, a->items, a->nulls, b->items, b->nulls, i);
	return order;
}

static int compare_maps(const struct conf_type *t, const struct conf_map *a,
			const struct conf_map *b)
{
	int order = order_u64(a->count, b->count);

	for (uint32_t i = 0; order == 0 && i < a->count; i++) {
		order = str_cmp(a->keys[i], b->keys[i]);
		if (order == 0)
			order = compare_items(t->elem, a->values, a->nulls, b->values, b->nulls, i);
	}
	return order;
}

/* What a state is worth in a comparison: a default that holds equals the same value written. */
static int presence(enum conf_state state)
{
	return state == CONF_DEFAULTED ? CONF_WRITTEN : (int)state;
}

static int compare_records(const struct conf_struct *s, const void *a, const void *b)
{
	int order = 0;

	if (!a || !b)
		return (a != NULL) - (b != NULL);
	for (uint32_t i = 0; order == 0 && i < s->field_count; i++) {
		const struct conf_field *f = &s->fields[i];
		int a_there = presence(conf_state(s, a, f)),
		    b_there = presence(conf_state(s, b, f));

		order = a_there - b_there;
		if (order == 0 && a_there == CONF_WRITTEN)
			order = conf_value_compare(f->type, conf_at(a, f), conf_at(b, f));
	}
	return order;
}

int conf_value_compare(const struct conf_type *t, const void *a, const void *b)
{
	double fa, fb;

	switch (t->base) {
	case CONF_BOOL:
	case CONF_INT: return order_i64(conf_int(t, a), conf_int(t, b));
	case CONF_UINT:
	case CONF_SIZE: return order_u64(conf_uint(t, a), conf_uint(t, b));
	case CONF_FLOAT:
	case CONF_PERCENT:
		fa = *(const double *)a;
		fb = *(const double *)b;
		return (fa > fb) - (fa < fb);
	case CONF_DURATION:
		return order_i64(((const struct dur *)a)->us, ((const struct dur *)b)->us);
	case CONF_TIME:
		return order_i64(((const struct conf_time *)a)->us,
				 ((const struct conf_time *)b)->us);
	case CONF_LIST: return compare_lists(t, a, b);
	case CONF_MAP: return compare_maps(t, a, b);
	case CONF_STRUCT: return compare_records(t->fields, conf_record(t, a), conf_record(t, b));
	default: return str_cmp(*(const struct str *)a, *(const struct str *)b);
	}
}

bool conf_value_equal(const struct conf_type *t, const void *a, const void *b)
{
	return conf_value_compare(t, a, b) == 0;
}
