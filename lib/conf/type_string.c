#include "conf/types.h"

/* 1.10: a version to its author, the number 1.1 to other YAML readers. */
static bool version_like(struct str text)
{
	size_t dots = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '.')
			dots++;
		else if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	}
	return dots == 1 && text.p[0] != '.' && text.p[text.n - 1] == '0';
}

/* What YAML lets through inside double quotes: \0, \e and the like. */
static bool has_control(struct str text, unsigned char *which)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (LIKELY(c >= 0x20 && c != 0x7F) || c == '\n' || c == '\t' || c == '\r')
			continue;
		*which = c;
		return true;
	}
	return false;
}

/* Eight bytes at a time; line ends and tabs are rare enough to be looked at again. */
static bool perhaps_control(struct str text)
{
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
	uint64_t found = 0, eight;
	size_t i = 0;

	for (; i + 8 <= text.n; i += 8) {
		memcpy(&eight, text.p + i, 8);
		found |= (eight - ones * 0x20) & ~eight;
		eight ^= ones * 0x7F;
		found |= (eight - ones) & ~eight;
	}
	for (; i < text.n; i++)
		found |= (unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7F ? tops : 0;
	return (found & tops) != 0;
}

static bool parse(const struct conf_type *t, struct str text, bool quoted, void *value,
		  struct type_fail *why)
{
	unsigned char control;

	if (UNLIKELY(perhaps_control(text)) && has_control(text, &control))
		return type_refuse(why, "control-char",
				   "the text holds the control character \\x%02x", control);
	*(struct str *)value = text;
	if (UNLIKELY(!quoted && text.n && text.p[text.n - 1] == '0' && version_like(text))) {
		struct str number = text;

		while (number.p[number.n - 1] == '0')
			number.n--;
		number.n -= number.p[number.n - 1] == '.';
		type_refuse(why, "version-text",
			    STR_FMT
			    " is text here, but other YAML readers take it for the number " STR_FMT,
			    STR_ARG(text), STR_ARG(number));
		type_hint(why, "write \"" STR_FMT "\" in quotes", STR_ARG(text));
	}
	return true;
}

static bool parse_ref(const struct conf_type *t, struct str text, bool quoted, void *value,
		      struct type_fail *why)
{
	*(struct str *)value = text;
	return true;
}

static void text(struct buf *out, const struct conf_type *t, const void *value)
{
	buf_add(out, *(const struct str *)value);
}

const struct conf_base_type conf_type_string = {
	.name = "string",
	.wanted = "text",
	.summary = "Text, with or without quotes: `country: no` is the text \"no\"",
	.example = "normal  \"1.10\"  'a: b'",
	.parse = parse,
	.text = text,
};
const struct conf_base_type conf_type_ref = {
	.name = "ref",
	.wanted = "the name of a document",
	.summary = "`ref[Kind]`: the name of a document of that kind, which must exist",
	.example = "yeti",
	.parse = parse_ref,
	.text = text,
};
