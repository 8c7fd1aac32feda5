/* "ops@" is not an e-mail address
 * Syntax only: local@domain, atoms or a quoted local part, a domain of at least two names whose last begins
 * and ends with a letter. Letters beyond ASCII are letters. */
#include "base/utf8.h"
#include "conf/rules/text.h"

static bool is_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xA0 && c <= 0xD7FF) ||
	       (c >= 0xF900 && c <= 0xFDCF) || (c >= 0xFDF0 && c <= 0xFFEF);
}

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_atom(uint32_t c)
{
	return is_letter(c) || is_digit(c) ||
	       (c < 0x80 && c && strchr("!#$%&'*+-/=?^_`{|}~", (int)c));
}

static bool local_atoms(struct str s)
{
	const char *p = s.p, *end = s.p + s.n;
	uint32_t c, before = '.';

	while (p < end) {
		p += utf8_next(p, end, &c);
		if (c == '.' ? before == '.' : !is_atom(c))
			return false;
		before = c;
	}
	return before != '.';
}

/* Between its quotes. */
static bool local_quoted(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '\\' && i + 1 < s.n)
			c = (unsigned char)s.p[++i];
		else if (c == '"' || c == '\\')
			return false;
		if (c < 0x20 && c != '\t')
			return false;
	}
	return true;
}

static bool domain(struct str s)
{
	const char *p = s.p, *end = s.p + s.n;
	uint32_t c = '.', before = '.';
	bool dotted = false, alnum_before_dot = false;

	while (p < end) {
		bool first = p == s.p;

		p += utf8_next(p, end, &c);
		if (c == '.' && before == '.')
			return false;
		if (!is_letter(c) && !is_digit(c) && (first || (c != '.' && c != '-' && c != '~')))
			return false;
		/* Where the last name may begin: behind a dot that a letter or digit precedes. */
		if (before == '.' && alnum_before_dot && is_letter(c))
			dotted = true;
		if (c == '.')
			alnum_before_dot = is_letter(before) || is_digit(before);
		before = c;
	}
	return dotted && is_letter(c);
}

static bool passes(const struct rule_call *call, const void *arg)
{
	struct str s = text_of(call);
	size_t at = s.n;
	struct str local;

	while (at > 0 && s.p[at - 1] != '@')
		at--;
	if (at < 2 || !domain((struct str){s.p + at, s.n - at}))
		return false;
	local = (struct str){s.p, at - 1};
	if (local.n >= 2 && local.p[0] == '"' && local.p[local.n - 1] == '"')
		return local_quoted((struct str){local.p + 1, local.n - 2});
	return local_atoms(local);
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "an e-mail address");
}

const struct conf_rule rule_email = {
	.name = "email",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "an e-mail address, by its form",
	.example = "contact: string `validate:\"email\"`",
	.passes = passes,
	.say = say,
};
