/* lib/conf/width.c: what a terminal makes of text: columns, and bytes that must not reach it. */
#include "base/utf8.h"
#include "conf/render.h"

struct range {
	uint32_t first, last;
};

#include "conf/width_table.h"

static bool in_table(const struct range *table, size_t count, uint32_t cp)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (cp > table[mid].last)
			low = mid + 1;
		else
			high = mid;
	}
	return low < count && cp >= table[low].first;
}

static size_t code_point_width(uint32_t cp)
{
	if (cp < 0x300)
		return 1;
	if (in_table(no_column, ARRAY_LEN(no_column), cp))
		return 0;
	return in_table(two_columns, ARRAY_LEN(two_columns), cp) ? 2 : 1;
}

/* Controls, and what reorders or breaks the line around it. */
static bool is_unsafe(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp <= 0x9f) || (cp >= 0x2028 && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069) || cp == 0x200e || cp == 0x200f || cp == 0x61c ||
	       cp == 0xfeff;
}

size_t conf_render_unit(struct buf *out, const char *p, size_t len, uint32_t cp)
{
	size_t before = out ? out->n : 0;

	if (cp != UTF8_BAD && !is_unsafe(cp)) {
		if (out)
			buf_add(out, (struct str){p, len});
		return code_point_width(cp);
	}
	if (cp == UTF8_BAD)
		cp = (unsigned char)p[0];
	if (out)
		buf_printf(out, cp < 0x100 ? "\\x%02X" : "\\u%04X", cp);
	return out ? out->n - before : cp < 0x100 ? 4 : 6;
}

void conf_render_safe(struct buf *out, struct str text)
{
	const char *p = text.p, *end = text.p + text.n;
	uint32_t cp;

	while (p < end) {
		size_t len = utf8_next(p, end, &cp);

		conf_render_unit(out, p, len, cp);
		p += len;
	}
}

size_t conf_display_width(struct str text)
{
	const char *p = text.p, *end = text.p + text.n;
	size_t width = 0;
	uint32_t cp;

	while (p < end) {
		size_t len = utf8_next(p, end, &cp);

		width += conf_render_unit(NULL, p, len, cp);
		p += len;
	}
	return width;
}
