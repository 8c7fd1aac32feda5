/* Whole numbers of every width. The common case, plain decimal digits, is one short loop; all that
 * is refused goes through explain(), which says what the author probably meant. */
#include <inttypes.h>
#include <stdio.h>

#include "conf/types.h"

int64_t conf_int_min(const struct conf_type *t)
{
	return INT64_MIN >> (64 - t->bits);
}

uint64_t conf_int_max(const struct conf_type *t)
{
	uint64_t all = UINT64_MAX >> (64 - t->bits);

	return t->base == CONF_UINT ? all : all >> 1;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* Digits of one radix, underscores left out when `loose`. False: other characters. *over: above 64
 * bits. */
static bool read_digits(struct str s, unsigned radix, bool loose, uint64_t *out, bool *over)
{
	uint64_t n = 0;
	bool any = false;

	*over = false;
	for (size_t i = 0; i < s.n; i++) {
		int digit = digit_of(s.p[i]);

		if (loose && s.p[i] == '_')
			continue;
		if (digit >= (int)radix)
			return false;
		any = true;
		if (__builtin_mul_overflow(n, radix, &n) ||
		    __builtin_add_overflow(n, (uint64_t)digit, &n))
			*over = true;
	}
	*out = n;
	return any;
}

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	}
	return s.n > 0;
}

static struct str skip(struct str s, size_t n)
{
	return (struct str){s.p + n, s.n - n};
}

/* 1:30 and 1:02:03 as YAML 1.1 reads them. */
static bool sexagesimal(struct str s, uint64_t *out)
{
	struct str part;
	uint64_t n = 0;
	int parts = 0;

	while (str_cut(&s, ':', &part)) {
		if (!all_digits(part) || part.n > 4 || ++parts > 4)
			return false;
		n *= 60;
		for (size_t i = 0; i < part.n; i++)
			n += (uint64_t)(part.p[i] - '0') * (i + 1 == part.n   ? 1
							    : i + 2 == part.n ? 10
							    : i + 3 == part.n ? 100
									      : 1000);
	}
	*out = n;
	return parts > 1;
}

/* A separator of thousands at s.p[i]: three digits behind it, and no fourth. Between underscores anything goes. */
static bool separates(struct str s, size_t i)
{
	if (s.p[i] == '_')
		return true;
	if (s.p[i] != ',' && s.p[i] != '\'' && s.p[i] != ' ')
		return false;
	return i + 3 < s.n && all_digits((struct str){s.p + i + 1, 3}) &&
	       !(i + 4 < s.n && s.p[i + 4] >= '0' && s.p[i + 4] <= '9');
}

/* 1_000 or 1,000: digits with separators, 1000 after them. */
static bool separated(struct str s, char *digits, size_t room)
{
	size_t n = 0;
	bool any = false;

	for (size_t i = 0; i < s.n; i++) {
		if (i > 0 && i + 1 < s.n && separates(s, i)) {
			any = true;
			continue;
		}
		if (s.p[i] < '0' || s.p[i] > '9' || n + 1 >= room)
			return false;
		digits[n++] = s.p[i];
	}
	digits[n] = '\0';
	return any;
}

/* Digits with something behind them that is no part of a number. */
static void hint_rest(const struct conf_type *t, struct str body, const char *sign,
		      struct type_fail *why)
{
	struct str rest;
	size_t n = 0;

	while (n < body.n && body.p[n] >= '0' && body.p[n] <= '9')
		n++;
	rest = str_trim(skip(body, n));
	if (n > 0 && n <= 20 && (str_is(rest, ",") || str_is(rest, ";")))
		type_hint(why, "write %s" STR_FMT, sign, (int)n, body.p);
	else if (n > 0 && (str_starts(rest, STR("#")) || str_starts(rest, STR("//"))))
		type_hint(why, "a comment begins with # behind a space");
	else
		type_hint(why, "the type %s has no unit: write digits only", conf_type_name(t));
}

/* The refused text is no number of ours: what was meant? */
static bool explain(const struct conf_type *t, struct str text, struct type_fail *why)
{
	struct str body = text;
	const char *sign = "";
	uint64_t n;
	double f;
	char digits[32];
	bool over;

	type_refuse(why, "type", "%s is not a whole number", type_quote(text).text);
	if (body.n && (body.p[0] == '-' || body.p[0] == '+')) {
		sign = body.p[0] == '-' ? "-" : "";
		body = skip(body, 1);
	}
	if (body.n > 1 && body.p[0] == '0' && all_digits(body)) {
		struct str decimal = body;

		while (decimal.n > 1 && decimal.p[0] == '0')
			decimal = skip(decimal, 1);
		type_refuse(why, "type", "%s has a leading zero, which some read as octal",
			    type_quote(text).text);
		if (decimal.n > 20)
			type_hint(why, "leave out the leading zeros");
		else if (read_digits(decimal, 8, false, &n, &over) && !over && decimal.p[0] != '0')
			type_hint(why, "write %s" STR_FMT ", or 0o" STR_FMT " for octal %" PRIu64,
				  sign, STR_ARG(decimal), STR_ARG(decimal), n);
		else
			type_hint(why, "write %s" STR_FMT, sign, STR_ARG(decimal));
	} else if (separated(body, digits, sizeof(digits))) {
		type_hint(why, "write %s%s", sign, digits);
	} else if (sexagesimal(body, &n)) {
		type_hint(why, "write %s%" PRIu64 ", or make the field a duration", sign, n);
	} else if (body.n > 2 && body.p[0] == '0' && (body.p[1] | 0x20) == 'x' &&
		   read_digits(skip(body, 2), 16, true, &n, &over) && !over) {
		type_hint(why, *sign ? "write %s%" PRIu64 : "write %s0x%" PRIx64, sign, n);
	} else if (body.n > 2 && body.p[0] == '0' && (body.p[1] | 0x20) == 'o' &&
		   read_digits(skip(body, 2), 8, true, &n, &over) && !over) {
		type_hint(why, *sign ? "write %s%" PRIu64 : "write %s0o%" PRIo64, sign, n);
	} else if (body.n > 2 && body.p[0] == '0' && (body.p[1] | 0x20) == 'b' &&
		   read_digits(skip(body, 2), 2, true, &n, &over) && !over) {
		type_hint(why, "write %s%" PRIu64, sign, n);
	} else if (type_double_parse(text, &f) == 0) {
		if (f > -9e15 && f < 9e15 && f == (double)(int64_t)f)
			type_hint(why, "write %" PRId64, (int64_t)f);
		else
			type_hint(why, "leave out the fraction, or make the field a float");
	} else if (body.n > 1 && body.p[0] >= '0' && body.p[0] <= '9') {
		hint_rest(t, body, sign, why);
	}
	return false;
}

static bool refuse_quoted(struct str text, struct type_fail *why)
{
	struct str body = text;

	if (body.n && body.p[0] == '-')
		body = skip(body, 1);
	type_refuse(why, "type", "%s in quotes is text, not a whole number", type_quote(text).text);
	if (all_digits(body) && body.n <= 20)
		type_hint(why, "write " STR_FMT " without quotes", STR_ARG(text));
	return false;
}

static bool refuse_range(const struct conf_type *t, struct str text, struct type_fail *why)
{
	struct type_quote q = type_quote(text);
	const char *digits = q.text + 1;

	q.text[strlen(q.text) - 1] = '\0';
	if (t->base == CONF_UINT)
		return type_refuse(why, "range", "%s does not fit %s (0 to %" PRIu64 ")", digits,
				   conf_type_name(t), conf_int_max(t));
	return type_refuse(why, "range", "%s does not fit %s (%" PRId64 " to %" PRIu64 ")", digits,
			   conf_type_name(t), conf_int_min(t), conf_int_max(t));
}

static void store(const struct conf_type *t, uint64_t bits, void *value)
{
	switch (t->bits) {
	case 8: *(uint8_t *)value = (uint8_t)bits; break;
	case 16: *(uint16_t *)value = (uint16_t)bits; break;
	case 32: *(uint32_t *)value = (uint32_t)bits; break;
	default: *(uint64_t *)value = bits;
	}
}

static bool parse(const struct conf_type *t, struct str text, bool quoted, void *value,
		  struct type_fail *why)
{
	struct str digits = text;
	bool minus = false, over = false, fits;
	uint64_t n = 0;

	if (UNLIKELY(quoted))
		return refuse_quoted(text, why);
	if (digits.n && (digits.p[0] == '-' || digits.p[0] == '+')) {
		minus = digits.p[0] == '-';
		digits = skip(digits, 1);
	} else if (digits.n > 2 && digits.p[0] == '0' &&
		   (digits.p[1] == 'x' || digits.p[1] == 'o')) {
		if (!read_digits(skip(digits, 2), digits.p[1] == 'x' ? 16 : 8, false, &n, &over))
			return explain(t, text, why);
		goto read;
	}
	if (!read_digits(digits, 10, false, &n, &over) || (digits.p[0] == '0' && digits.n > 1))
		return explain(t, text, why);
read:
	if (minus)
		fits = n == 0 || (t->base == CONF_INT && n - 1 <= conf_int_max(t));
	else
		fits = n <= conf_int_max(t);
	if (UNLIKELY(over || !fits))
		return refuse_range(t, text, why);
	store(t, minus ? -n : n, value);
	return true;
}

static void text_int(struct buf *out, const struct conf_type *t, const void *value)
{
	int64_t n;

	switch (t->bits) {
	case 8: n = *(const int8_t *)value; break;
	case 16: n = *(const int16_t *)value; break;
	case 32: n = *(const int32_t *)value; break;
	default: n = *(const int64_t *)value;
	}
	buf_printf(out, "%" PRId64, n);
}

static void text_uint(struct buf *out, const struct conf_type *t, const void *value)
{
	uint64_t n;

	switch (t->bits) {
	case 8: n = *(const uint8_t *)value; break;
	case 16: n = *(const uint16_t *)value; break;
	case 32: n = *(const uint32_t *)value; break;
	default: n = *(const uint64_t *)value;
	}
	buf_printf(out, "%" PRIu64, n);
}

const struct conf_base_type conf_type_int = {
	.name = "int",
	.wanted = "a whole number",
	.summary = "A whole number of 64 bits; `int8`, `int16`, `int32` and `int64` are the "
		   "widths. Decimal, "
		   "`0x` or `0o`; no leading zeros, separators or exponents",
	.example = "120  -5  0x1f  0o755",
	.parse = parse,
	.text = text_int,
};
const struct conf_base_type conf_type_uint = {
	.name = "uint64",
	.wanted = "a whole number",
	.summary = "A whole number from 0; `uint8`, `uint16`, `uint32` and `uint64` are the "
		   "widths. Written "
		   "as `int`",
	.example = "0  255",
	.parse = parse,
	.text = text_uint,
};
