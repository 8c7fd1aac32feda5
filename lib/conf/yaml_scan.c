/* lib/conf/yaml_scan.c
 * Bytes that YAML text must not hold. conf_source_new() has already seen whether there are any; only then is
 * the text walked again. libyaml would stop at the first with nothing but an offset, so it reads a twin of the
 * text in which an underscore (or a letter of the same length) stands for each: all else that is wrong in the
 * file is still found, at its right place.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "conf/yaml_reader.h"

#define RUNS_MAX 100 /* places listed; a file with more is not text */

static const char *name_of(uint32_t cp)
{
	switch (cp) {
	case 0: return "NUL";
	case 0x7f: return "DEL";
	case 0x85: return "next line";
	case 0x2028: return "line separator";
	case 0x2029: return "paragraph separator";
	case 0xfeff: return "byte-order mark";
	default: return "control character";
	}
}

static void report_character(struct yaml_reader *r, uint32_t cp, struct conf_mark start,
			     struct conf_mark end)
{
	struct conf_finding *f = yaml_report(r, "control-char", start, end,
					     "%s U+%04X is not allowed here", name_of(cp), cp);

	if (cp == 0x85 || cp == 0x2028 || cp == 0x2029)
		yaml_hint(r, f, "in double quotes, \\%c stands for it",
			  cp == 0x85     ? 'N'
			  : cp == 0x2028 ? 'L'
					 : 'P');
	else
		yaml_hint(r, f, "remove it");
}

static void report_byte(struct yaml_reader *r, unsigned char byte, struct conf_mark start,
			struct conf_mark end)
{
	struct conf_finding *f =
		yaml_report(r, "encoding", start, end, "byte 0x%02X is not UTF-8", byte);

	yaml_hint(r, f, "save the file as UTF-8");
}

/* Takes the place of a forbidden code point of `len` bytes: a letter, so that it joins the word around it. */
static void put_letter(char *at, size_t len)
{
	memcpy(at, len == 1 ? "_" : len == 2 ? "\xc3\x97" : "\xe2\x97\x8c", len);
}

/* Reports each run of equal faults once. */
static bool walk_text(struct yaml_reader *r)
{
	const char *text = r->src->text.p, *end = text + r->src->text.n, *p = text + r->base_byte;
	struct conf_mark at = {1, 1}, run_at = {0};
	uint32_t runs = 0, run_cp = 0;
	const char *run = NULL; /* where the open run began */

	for (;;) {
		uint32_t cp = 0;
		size_t len = p < end ? utf8_next(p, end, &cp) : 0;
		bool bad = len > 0 && (cp == UTF8_BAD || conf_source_forbidden(cp));

		if (run != NULL && (!bad || cp != run_cp)) {
			if (runs++ == RUNS_MAX)
				return false;
			if (run_cp == UTF8_BAD)
				report_byte(r, (unsigned char)*run, run_at, at);
			else
				report_character(r, run_cp, run_at, at);
			run = NULL;
		}
		if (len == 0)
			return true;
		if (bad && run == NULL) {
			run = p;
			run_at = at;
			run_cp = cp;
		}
		if (bad)
			put_letter(r->twin + (p - text), len);
		if (*p == '\n' || (*p == '\r' && (p + 1 == end || p[1] != '\n')))
			at = (struct conf_mark){at.line + 1, 1};
		else
			at.column++;
		p += len;
	}
}

static bool is_utf16(struct str text)
{
	if (str_starts(text, STR("\xff\xfe")) || str_starts(text, STR("\xfe\xff")))
		return true;
	return text.n >= 4 && !text.p[0] == !text.p[2] && !text.p[1] == !text.p[3] &&
	       !text.p[0] != !text.p[1];
}

bool yaml_scan_text(struct yaml_reader *r)
{
	static const struct conf_mark start = {1, 1};
	struct str text = r->src->text;

	if (is_utf16(text)) {
		yaml_hint(r,
			  yaml_report(r, "encoding", start, start,
				      "the file is in UTF-16 or UTF-32, not UTF-8"),
			  "save the file as UTF-8");
		return false;
	}
	r->twin = malloc(text.n + 1);
	if (r->twin == NULL)
		arena_oom(r->scratch, text.n);
	memcpy(r->twin, text.p, text.n);
	r->twin[text.n] = '\0';
	r->text = r->twin;
	if (walk_text(r))
		return true;
	yaml_report(r, "encoding", start, start, "more than %d places of this file are not text",
		    RUNS_MAX);
	return false;
}

static uint32_t hex(struct str digits)
{
	uint32_t value = 0;

	for (size_t i = 0; i < digits.n; i++) {
		char c = digits.p[i];

		value = value << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return value;
}

/* The escape behind a backslash: its length, and the code point when it can be a forbidden one. */
static size_t escape(const char *p, const char *end, uint32_t *cp)
{
	size_t digits = *p == 'x' ? 2 : *p == 'u' ? 4 : *p == 'U' ? 8 : 0;

	if (digits > (size_t)(end - p - 1)) /* libyaml has read it: this does not happen */
		digits = 0;
	switch (*p) {
	case '0': *cp = 0; break;
	case 'a': *cp = 7; break;
	case 'b': *cp = 8; break;
	case 'e': *cp = 0x1b; break;
	case 'f': *cp = 0x0c; break;
	case 'v': *cp = 0x0b; break;
	default: *cp = digits ? hex((struct str){p + 1, digits}) : ' '; break;
	}
	return 1 + digits;
}

/* NEL, LS, PS and a byte-order mark may be written as escapes; nothing reads them as line ends then. */
static bool allowed_escaped(uint32_t cp)
{
	return !conf_source_forbidden(cp) || cp == 0x85 || cp == 0x2028 || cp == 0x2029 ||
	       cp == 0xfeff;
}

bool yaml_scan_escapes(struct yaml_reader *r, struct str text, struct conf_mark at)
{
	const char *p = text.p, *end = text.p + text.n;
	bool found = false;
	uint32_t cp;

	while (p < end) {
		struct conf_mark start = at;
		size_t len = utf8_next(p, end, &cp);

		at.column++;
		if (*p == '\n' || (*p == '\r' && (p + 1 == end || p[1] != '\n')))
			at = (struct conf_mark){at.line + 1, 1};
		if (*p == '\\' && p + 1 < end && p[1] != '\n' && p[1] != '\r') {
			size_t escaped = escape(p + 1, end, &cp);

			len += escaped;
			at.column += (uint32_t)escaped;
			if (!allowed_escaped(cp)) {
				report_character(r, cp, start, at);
				found = true;
			}
		}
		p += len;
	}
	return found;
}
