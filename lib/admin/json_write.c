/* lib/admin/json_write.c */
#include "admin/json_write.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void write_real(struct buf *out, double value)
{
	char text[40];
	int n = 0;

	for (int digits = 15; digits <= 17; digits++) {
		n = snprintf(text, sizeof(text) - 2, "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	buf_add(out, (struct str){text, (size_t)n});
	/* Still a number with a fraction for whoever reads it. */
	if (strpbrk(text, ".e") == NULL)
		buf_add(out, STR(".0"));
}

static void write_text(struct buf *out, struct str s)
{
	static const char names[] = "btn\0fr"; /* 0x08 to 0x0d */
	size_t from = 0;

	buf_addc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= ' ' && c != '"' && c != '\\' && c != 0x7f)
			continue;
		buf_add(out, (struct str){s.p + from, i - from});
		from = i + 1;
		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c >= 8 && c <= 13 && names[c - 8])
			buf_printf(out, "\\%c", names[c - 8]);
		else
			buf_printf(out, "\\u%04x", c);
	}
	buf_add(out, (struct str){s.p + from, s.n - from});
	buf_addc(out, '"');
}

static void write_array(struct buf *out, const json_t *array)
{
	buf_addc(out, '[');
	for (size_t i = 0; i < json_array_size(array); i++) {
		if (i > 0)
			buf_addc(out, ',');
		json_write(out, json_array_get(array, i));
	}
	buf_addc(out, ']');
}

static void write_object(struct buf *out, const json_t *object)
{
	/* jansson's iterator takes a pointer to mutable but does not change it. */
	json_t *o = (json_t *)object;
	bool first = true;

	buf_addc(out, '{');
	for (void *it = json_object_iter(o); it != NULL; it = json_object_iter_next(o, it)) {
		if (!first)
			buf_addc(out, ',');
		first = false;
		write_text(out,
			   (struct str){json_object_iter_key(it), json_object_iter_key_len(it)});
		buf_addc(out, ':');
		json_write(out, json_object_iter_value(it));
	}
	buf_addc(out, '}');
}

void json_write(struct buf *out, const json_t *value)
{
	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_OBJECT: write_object(out, value); break;
	case JSON_ARRAY: write_array(out, value); break;
	case JSON_STRING:
		write_text(out, (struct str){json_string_value(value), json_string_length(value)});
		break;
	case JSON_INTEGER:
		buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		break;
	case JSON_REAL: write_real(out, json_real_value(value)); break;
	case JSON_TRUE: buf_add(out, STR("true")); break;
	case JSON_FALSE: buf_add(out, STR("false")); break;
	case JSON_NULL: buf_add(out, STR("null")); break;
	}
}
