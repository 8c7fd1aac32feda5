/* tests/unit/types.h
 * Reads a text as a type and gives back its canonical text, or the code, message and hint of the refusal.
 */
#pragma once
#include "conf/types.h"
#include "test.h"

static const struct conf_type type_of_bool = {.base = CONF_BOOL};
static const struct conf_type type_of_int = {.base = CONF_INT, .bits = 64};
static const struct conf_type type_of_int8 = {.base = CONF_INT, .bits = 8};
static const struct conf_type type_of_uint8 = {.base = CONF_UINT, .bits = 8};
static const struct conf_type type_of_uint64 = {.base = CONF_UINT, .bits = 64};
static const struct conf_type type_of_float = {.base = CONF_FLOAT};
static const struct conf_type type_of_string = {.base = CONF_STRING};
static const struct conf_type type_of_duration = {.base = CONF_DURATION};
static const struct conf_type type_of_any_duration = {.base = CONF_DURATION, .negative = true};
static const struct conf_type type_of_size = {.base = CONF_SIZE};
static const struct conf_type type_of_percent = {.base = CONF_PERCENT};
static const struct conf_type type_of_time = {.base = CONF_TIME};

static const char *type_read(const struct conf_type *t, struct str text, bool quoted)
{
	static char result[700];
	CLEANUP(buf_free) struct buf out = {0};
	union {
		uint64_t n;
		struct str s;
	} value = {0};
	struct type_fail why;

	if (conf_text_parse(t, text, quoted, &value, &why))
		conf_scalar_text(&out, t, &value);
	if (why.code)
		buf_printf(&out, "%s%s: %s", out.n ? " " : "", why.code, why.message);
	if (why.code && why.hint[0])
		buf_printf(&out, "; %s", why.hint);
	CHECK(out.n < sizeof(result));
	memcpy(result, buf_str(&out).p, out.n);
	result[out.n] = '\0';
	return result;
}

#define CHECK_TYPE(type, text, wanted)                                                             \
	CHECK_TEXT(type_read(&type_of_##type, STR(text), false), wanted)
#define CHECK_QUOTED(type, text, wanted)                                                           \
	CHECK_TEXT(type_read(&type_of_##type, STR(text), true), wanted)
