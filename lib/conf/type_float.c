/* Floats and percents. Reading: up to 19 digits and a small exponent are exact in one
 * multiplication or division (Clinger); the rest goes to strtod_l() in the C locale, cut to the
 * digits that can matter. */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "conf/types.h"

enum {
	DIGITS_MAX = 800, /* a double is decided by 768 digits and whether anything follows */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

struct scan {
	bool minus;
	struct str whole, fraction;
	int64_t exponent; /* as written, held within +-100000 */
};

/* [-+]? ( digits [. digits?] | . digits ) ( [eE] [-+]? digits )? and nothing behind it. */
static bool scan_float(struct str text, struct scan *out)
{
	struct type_decimal number;
	bool minus_exponent = false;

	*out = (struct scan){0};
	if (text.n && (text.p[0] == '-' || text.p[0] == '+')) {
		out->minus = text.p[0] == '-';
		text = (struct str){text.p + 1, text.n - 1};
	}
	if (!type_decimal_read(&text, &number))
		return false;
	out->whole = number.whole;
	out->fraction = number.fraction;
	if (text.n == 0)
		return true;
	if ((text.p[0] | 0x20) != 'e')
		return false;
	text = (struct str){text.p + 1, text.n - 1};
	if (text.n && (text.p[0] == '-' || text.p[0] == '+')) {
		minus_exponent = text.p[0] == '-';
		text = (struct str){text.p + 1, text.n - 1};
	}
	if (text.n == 0)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if (!is_digit(text.p[i]))
			return false;
		if (out->exponent < 100000)
			out->exponent = out->exponent * 10 + (text.p[i] - '0');
	}
	if (minus_exponent)
		out->exponent = -out->exponent;
	return true;
}

/* Collects the digits without leading zeros; *exponent becomes that of the last digit kept. A
 * dropped non-zero digit leaves a 1 behind, so that rounding stays exact. */
static size_t collect(const struct scan *s, char *digits, int64_t *exponent)
{
	size_t n = 0;
	bool more = false;

	*exponent = s->exponent;
	for (int part = 0; part < 2; part++) {
		struct str from = part ? s->fraction : s->whole;

		for (size_t i = 0; i < from.n; i++) {
			bool kept = n < DIGITS_MAX;

			if (kept && (n > 0 || from.p[i] != '0'))
				digits[n++] = from.p[i];
			else if (!kept && from.p[i] != '0')
				more = true;
			/* A kept digit of the fraction lowers, a dropped one of the whole part
			 * raises. */
			if (part && kept)
				(*exponent)--;
			else if (!part && !kept)
				(*exponent)++;
		}
	}
	if (more) {
		digits[n++] = '1';
		(*exponent)--;
	}
	return n;
}

static int slow_parse(const struct scan *s, double *out)
{
	char text[DIGITS_MAX + 32];
	int64_t exponent;
	size_t n = collect(s, text, &exponent);
	/* glibc keeps one C locale object: nothing is allocated here. */
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);

	if (n == 0)
		text[n++] = '0';
	snprintf(text + n, sizeof(text) - n, "e%lld", (long long)exponent);
	*out = strtod_l(text, NULL, c);
	freelocale(c);
	if (isinf(*out) || (*out == 0 && text[0] != '0'))
		return -ERANGE;
	return 0;
}

static int scan_value(const struct scan *s, double *out)
{
	static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
				      1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
				      1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	int64_t exponent = s->exponent - (int64_t)s->fraction.n;
	uint64_t n = 0;
	int failed = 0;

	if (s->whole.n + s->fraction.n <= 19) {
		for (size_t i = 0; i < s->whole.n; i++)
			n = n * 10 + (uint64_t)(s->whole.p[i] - '0');
		for (size_t i = 0; i < s->fraction.n; i++)
			n = n * 10 + (uint64_t)(s->fraction.p[i] - '0');
		if (n <= (1ull << 53) && exponent >= -22 && exponent <= 22) {
			*out = exponent < 0 ? (double)n / tens[-exponent]
					    : (double)n * tens[exponent];
			goto sign;
		}
	}
	failed = slow_parse(s, out);
sign:
	if (s->minus)
		*out = -*out;
	return failed;
}

int type_double_parse(struct str text, double *out)
{
	struct scan s;

	return scan_float(text, &s) ? scan_value(&s, out) : -EINVAL;
}

void type_double_text(struct buf *out, double f)
{
	char text[40];
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0), before = uselocale(c);
	char digits[20], *mark;
	int n = 0, exponent;

	for (int precision = 14; precision <= 16; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, f);
		if (strtod_l(text, NULL, c) == f)
			break;
	}
	uselocale(before);
	freelocale(c);
	if (f == 0) { /* -0 equals 0 */
		buf_addc(out, '0');
		return;
	}
	mark = strchr(text, 'e');
	exponent = (int)strtol(mark + 1, NULL, 10);
	for (const char *p = text; p < mark; p++) {
		if (is_digit(*p))
			digits[n++] = *p;
	}
	while (n > 1 && digits[n - 1] == '0')
		n--;
	if (f < 0)
		buf_addc(out, '-');
	if (exponent >= -6 && exponent < 0) {
		buf_add(out, STR("0."));
		buf_fill(out, '0', (size_t)(-exponent - 1));
		buf_add(out, (struct str){digits, (size_t)n});
	} else if (exponent >= 0 && exponent < 17) {
		int whole = exponent + 1;

		buf_add(out, (struct str){digits, (size_t)(n < whole ? n : whole)});
		if (n < whole)
			buf_fill(out, '0', (size_t)(whole - n));
		if (n > whole) {
			buf_addc(out, '.');
			buf_add(out, (struct str){digits + whole, (size_t)(n - whole)});
		}
	} else {
		buf_addc(out, digits[0]);
		if (n > 1) {
			buf_addc(out, '.');
			buf_add(out, (struct str){digits + 1, (size_t)(n - 1)});
		}
		buf_printf(out, "e%d", exponent);
	}
}

static bool looks_like(struct str text, const char *word)
{
	while (text.n && (text.p[0] == '-' || text.p[0] == '+' || text.p[0] == '.'))
		text = (struct str){text.p + 1, text.n - 1};
	if (text.n != strlen(word))
		return false;
	for (size_t i = 0; i < text.n; i++) {
		if ((text.p[i] | 0x20) != word[i])
			return false;
	}
	return true;
}

static bool refuse_special(struct str text, struct type_fail *why)
{
	if (looks_like(text, "nan") || looks_like(text, "inf") || looks_like(text, "infinity"))
		return !type_refuse(why, "type",
				    "%s is refused: NaN and infinity are no values here",
				    type_quote(text).text);
	return false;
}

static bool refuse_range(struct str text, double f, const char *type, struct type_fail *why)
{
	return type_refuse(why, "range", "%s is too %s for the type %s", type_quote(text).text,
			   f == 0 ? "close to zero" : "large", type);
}

static bool explain_float(struct str text, struct type_fail *why)
{
	char plain[32];
	size_t n = 0, commas = 0, marks = 0;

	if (refuse_special(text, why))
		return false;
	type_refuse(why, "type", "%s is not a number", type_quote(text).text);
	for (size_t i = 0; i < text.n && n + 1 < sizeof(plain); i++) {
		commas += text.p[i] == ',';
		marks += text.p[i] == '_' || text.p[i] == ' ';
		if (text.p[i] != '_' && text.p[i] != ' ')
			plain[n++] = text.p[i] == ',' ? '.' : text.p[i];
	}
	plain[n] = '\0';
	if (text.n < sizeof(plain) && commas + marks > 0 && commas <= 1) {
		double f;

		if (type_double_parse((struct str){plain, n}, &f) == 0)
			type_hint(why, "write %s", plain);
	} else if (text.n > 1 && text.p[text.n - 1] == '%') {
		type_hint(why, "write a fraction (0.5 for 50%%), or make the field a percent");
	} else if (text.n && (is_digit(text.p[0]) || text.p[0] == '-')) {
		type_hint(why, "the type float has no unit: write the number only");
	}
	return false;
}

/* 0x10 is a number of the core schema too. */
static bool parse_whole(struct str text, double *out, struct type_fail *why)
{
	const struct conf_type whole = {.base = CONF_UINT, .bits = 64};
	uint64_t n;

	if (!conf_type_uint.parse(&whole, text, false, &n, why))
		return false;
	*out = (double)n;
	return true;
}

static bool parse_float(const struct conf_type *t, struct str text, bool quoted, void *value,
			struct type_fail *why)
{
	struct scan s;

	if (UNLIKELY(quoted)) {
		double f;

		type_refuse(why, "type", "%s in quotes is text, not a number",
			    type_quote(text).text);
		if (type_double_parse(text, &f) == 0 && text.n <= 40)
			type_hint(why, "write " STR_FMT " without quotes", STR_ARG(text));
		return false;
	}
	if (LIKELY(scan_float(text, &s))) {
		/* 010 means 8 to some readers: refused as in an int, and by the same words. */
		if (UNLIKELY(s.whole.n > 1 && s.whole.p[0] == '0' &&
			     s.whole.p + s.whole.n == text.p + text.n)) {
			const struct conf_type whole = {.base = CONF_INT, .bits = 64};
			int64_t unused;

			return conf_type_int.parse(&whole, text, false, &unused, why);
		}
		if (UNLIKELY(scan_value(&s, value) < 0))
			return refuse_range(text, *(double *)value, "float", why);
		return true;
	}
	if (text.n > 2 && text.p[0] == '0' && (text.p[1] == 'x' || text.p[1] == 'o')) {
		if (parse_whole(text, value, why))
			return true;
		if (strcmp(why->code, "range") == 0)
			return false;
	}
	return explain_float(text, why);
}

static bool parse_percent(const struct conf_type *t, struct str text, bool quoted, void *value,
			  struct type_fail *why)
{
	struct str number = {text.p, text.n - (text.n > 0)};
	struct scan s;
	double f;

	if (LIKELY(text.n > 0 && text.p[text.n - 1] == '%' && scan_float(number, &s))) {
		if (scan_value(&s, value) < 0)
			return refuse_range(text, *(double *)value, "percent", why);
		return true;
	}
	if (refuse_special(number, why) || refuse_special(text, why))
		return false;
	type_refuse(why, "type", "%s is not a percent", type_quote(text).text);
	if (type_double_parse(text, &f) == 0 && text.n <= 40) {
		type_refuse(why, "type", "%s has no unit", type_quote(text).text);
		if (f > 0 && f < 1) {
			CLEANUP(buf_free) struct buf hundredfold = {0};

			type_double_text(&hundredfold, f * 100);
			type_hint(why, "write " STR_FMT "%%, or " STR_FMT "%% if that is meant",
				  STR_ARG(buf_str(&hundredfold)), STR_ARG(text));
		} else {
			type_hint(why, "write " STR_FMT "%%", STR_ARG(text));
		}
	} else if (number.n && number.p[number.n - 1] == ' ' &&
		   type_double_parse((struct str){number.p, number.n - 1}, &f) == 0) {
		type_hint(why, "write " STR_FMT "%% without the space", (int)(number.n - 1),
			  number.p);
	} else if (text.n && text.p[text.n - 1] == '%') {
		type_hint(why, "write a plain number before the %%, such as 12.5%%");
	} else {
		type_hint(why, "write a number with %% behind it, such as 12.5%%");
	}
	return false;
}

static void text_float(struct buf *out, const struct conf_type *t, const void *value)
{
	type_double_text(out, *(const double *)value);
}

static void text_percent(struct buf *out, const struct conf_type *t, const void *value)
{
	type_double_text(out, *(const double *)value);
	buf_addc(out, '%');
}

const struct conf_base_type conf_type_float = {
	.name = "float",
	.wanted = "a number",
	.summary = "A number with 64-bit precision. NaN and infinity are refused, as is what is "
		   "too large "
		   "(`1e400`)",
	.example = "0.5  -3  1e6  .25",
	.parse = parse_float,
	.text = text_float,
};
const struct conf_base_type conf_type_percent = {
	.name = "percent",
	.wanted = "a percent such as 12.5%",
	.summary = "A number with `%` behind it; quotes make no difference",
	.example = "12.5%  100%",
	.parse = parse_percent,
	.text = text_percent,
};
