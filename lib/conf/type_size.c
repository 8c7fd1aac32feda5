#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

#include "conf/types.h"

static const struct {
	const char *name;
	unsigned shift;
} units[] = {{"GiB", 30}, {"MiB", 20}, {"KiB", 10}, {"B", 0}};

static bool refuse_form(struct str text, struct type_fail *why)
{
	type_refuse(why, "type", "%s is not a size", type_quote(text).text);
	type_hint(why, "write a whole number and a unit: B, KiB, MiB or GiB");
	return false;
}

static void hint_tib(struct str number, struct type_fail *why)
{
	uint64_t n = 0;
	size_t i = 0;

	while (i < number.n && i < 6 && number.p[i] >= '0' && number.p[i] <= '9')
		n = n * 10 + (uint64_t)(number.p[i++] - '0');
	if (i == number.n)
		type_hint(why, "the largest unit is GiB: write %" PRIu64 "GiB", n * 1024);
	else
		type_hint(why, "the largest unit is GiB");
}

/* KB, kb, K, mb, gib, TiB ...: which unit of ours comes nearest? */
static bool refuse_unit(struct str text, struct str number, struct str unit, struct type_fail *why)
{
	static const char *const prefixes = "bkmgt";
	static const char *const exact[] = {"B", "KiB", "MiB", "GiB"};
	struct str trimmed = str_trim(unit);
	const char *prefix = trimmed.n ? strchr(prefixes, trimmed.p[0] | 0x20) : NULL;
	size_t at = prefix && *prefix ? (size_t)(prefix - prefixes) : 99;

	if (trimmed.n == 0) {
		type_refuse(why, "type", "%s has no unit", type_quote(text).text);
		type_hint(why, "write " STR_FMT "B, " STR_FMT "KiB or " STR_FMT "MiB",
			  STR_ARG(number), STR_ARG(number), STR_ARG(number));
		return false;
	}
	refuse_form(text, why);
	if (trimmed.n != unit.n)
		type_refuse(why, "type", "%s has a space in it", type_quote(text).text);
	if (trimmed.n > 3)
		return false;
	if (at == 4)
		hint_tib(number, why);
	else if (at < ARRAY_LEN(exact))
		type_hint(why, "write " STR_FMT "%s%s", STR_ARG(number), exact[at],
			  at ? " (units count in 1024)" : "");
	return false;
}

/* 1.5MiB: whole in the next smaller unit? */
static bool refuse_fraction(struct str text, const struct type_decimal *number, struct str unit,
			    struct type_fail *why)
{
	type_refuse(why, "type", "%s is not whole", type_quote(text).text);
	type_hint(why, "sizes are whole numbers: use the next smaller unit");
	for (size_t i = 0; i + 1 < ARRAY_LEN(units); i++) {
		uint64_t n = 0, fraction = 0, scale = 1;

		if (!str_is(unit, units[i].name) || number->whole.n > 6 || number->fraction.n > 6)
			continue;
		for (size_t k = 0; k < number->whole.n; k++)
			n = n * 10 + (uint64_t)(number->whole.p[k] - '0');
		for (size_t k = 0; k < number->fraction.n; k++) {
			fraction = fraction * 10 + (uint64_t)(number->fraction.p[k] - '0');
			scale *= 10;
		}
		if (fraction * 1024 % scale == 0)
			type_hint(why, "write %" PRIu64 "%s", n * 1024 + fraction * 1024 / scale,
				  units[i + 1].name);
	}
	return false;
}

static bool parse(const struct conf_type *t, struct str text, bool quoted, void *value,
		  struct type_fail *why)
{
	struct str unit = text;
	struct type_decimal number;
	unsigned __int128 n = 0;
	size_t i = 0;

	if (text.n && text.p[0] == '-')
		return type_refuse(why, "type", "%s is not a size: sizes are not negative",
				   type_quote(text).text);
	if (!type_decimal_read(&unit, &number) || number.whole.n == 0)
		return refuse_form(text, why);
	while (i < ARRAY_LEN(units) && !str_is(unit, units[i].name))
		i++;
	if (i == ARRAY_LEN(units) && number.fraction.n == 0 && number.whole.n <= 20)
		return refuse_unit(text, number.whole, unit, why);
	if (i == ARRAY_LEN(units))
		return refuse_form(text, why);
	/* A dot without digits behind it is no whole number either. */
	if ((size_t)(unit.p - text.p) != number.whole.n)
		return refuse_fraction(text, &number, unit, why);
	for (size_t k = 0; k < number.whole.n && n <= UINT64_MAX; k++)
		n = n * 10 + (unsigned)(number.whole.p[k] - '0');
	if (n > UINT64_MAX >> units[i].shift)
		return type_refuse(why, "range", "%s is beyond what a size can hold (64 bits)",
				   type_quote(text).text);
	*(uint64_t *)value = (uint64_t)n << units[i].shift;
	return true;
}

static void text(struct buf *out, const struct conf_type *t, const void *value)
{
	uint64_t n = *(const uint64_t *)value;
	size_t i = 0;

	while (n == 0 ? units[i].shift : n % (1ull << units[i].shift))
		i++;
	buf_printf(out, "%" PRIu64 "%s", n >> units[i].shift, units[i].name);
}

const struct conf_base_type conf_type_size = {
	.name = "size",
	.wanted = "a size such as 64KiB",
	.summary = "A whole number with `B`, `KiB`, `MiB` or `GiB`; `KB` and `MB` are refused, as "
		   "they mean "
		   "two things. Quotes make no difference",
	.example = "512B  64KiB  2GiB",
	.parse = parse,
	.text = text,
};
