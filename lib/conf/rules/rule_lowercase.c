/* "Boss" is not lower-case
 * Letters of all scripts, as code points map one to one; the tables are those of the C.UTF-8 locale, which
 * belongs to the C library: no other locale of the machine matters. */
#include <locale.h>
#include <pthread.h>
#include <wctype.h>

#include "base/utf8.h"
#include "conf/rules/text.h"

static locale_t unicode; /* (locale_t)0: the C library has no such locale; then ASCII decides */

static void open_unicode(void)
{
	unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static bool passes(const struct rule_call *call, const void *arg)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct str s = text_of(call);
	const char *p = s.p, *end = s.p + s.n;
	uint32_t c;

	while (p < end) {
		p += utf8_next(p, end, &c);
		if (c >= 'A' && c <= 'Z')
			return false;
		if (c < 0x80 || c == UTF8_BAD)
			continue;
		pthread_once(&once, open_unicode);
		if (unicode != (locale_t)0 && towlower_l((wint_t)c, unicode) != (wint_t)c)
			return false;
	}
	return s.n > 0;
}

static void say(struct buf *out, const struct rule_call *call, const void *arg)
{
	text_say(out, call, "lower-case");
}

static void json_schema(json_t *schema, const struct conf_type *type, const void *arg)
{
	text_json_pattern(schema, "^[^\\p{Changes_When_Lowercased}]+$");
}

const struct conf_rule rule_lowercase = {
	.name = "lowercase",
	.class = RULE_VALUE,
	.bases = RULE_TEXT,
	.params = "",
	.summary = "the text has no upper-case letter, and is not empty",
	.example = "slug: string `validate:\"lowercase\"`",
	.passes = passes,
	.say = say,
	.json_schema = json_schema,
};
