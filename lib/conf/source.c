/* lib/conf/source.c
 * The scan looks at eight bytes a time: one pass finds line ends, non-ASCII bytes and control characters, so
 * that reading a clean file costs next to nothing on top of libyaml.
 */
#include "conf/source.h"

#include "base/utf8.h"

#define EACH_BYTE(b) (0x0101010101010101u * (uint64_t)(b))
#define HIGH_BITS    EACH_BYTE(0x80)

static uint64_t load8(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

/* High bit of every byte of an all-ASCII word that is a control character or DEL. */
static uint64_t control_bytes(uint64_t w)
{
	return (~(w + EACH_BYTE(0x60)) | (w + EACH_BYTE(0x01))) & HIGH_BITS;
}

/* At most this many lines begin in the text: every CR and LF counted for itself. */
static size_t count_line_ends(struct str s)
{
	size_t n = 0, i = 0;

	for (; i + 8 <= s.n; i += 8) {
		uint64_t w = load8(s.p + i), c = control_bytes(w & ~HIGH_BITS) & ~w;

		if (c == 0)
			continue;
		for (size_t k = i; k < i + 8; k++)
			n += s.p[k] == '\n' || s.p[k] == '\r';
	}
	for (; i < s.n; i++)
		n += s.p[i] == '\n' || s.p[i] == '\r';
	return n;
}

bool conf_source_forbidden(uint32_t cp)
{
	if (cp < 0x20)
		return cp != '\t' && cp != '\n' && cp != '\r';
	return (cp >= 0x7f && cp <= 0x9f) || cp == 0x2028 || cp == 0x2029 || cp == 0xfeff ||
	       cp == 0xfffe || cp == 0xffff;
}

/* One byte that is no plain ASCII text. Gives the offset behind it. */
static size_t scan_special(struct conf_source *src, size_t at)
{
	const char *p = src->text.p, *end = p + src->text.n;
	uint32_t cp;
	size_t len = utf8_next(p + at, end, &cp);

	if (cp == '\n' || cp == '\r') {
		if (cp == '\r' && p + at + 1 < end && p[at + 1] == '\n')
			len = 2;
		src->lines[src->line_count++] = (uint32_t)(at + len);
		return at + len;
	}
	if ((unsigned char)p[at] >= 0x80)
		src->ascii = false;
	if (cp == UTF8_BAD || conf_source_forbidden(cp))
		src->suspect = true;
	return at + len;
}

static void scan(struct conf_source *src, size_t at)
{
	const char *p = src->text.p;
	size_t n = src->text.n;

	while (at + 8 <= n) {
		uint64_t w = load8(p + at);
		uint64_t special = (control_bytes(w & ~HIGH_BITS) | w) & HIGH_BITS;

		if (special == 0) {
			at += 8;
			continue;
		}
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		at += (size_t)__builtin_ctzll(special) / 8;
#else
		at += (size_t)__builtin_clzll(special) / 8;
#endif
		at = scan_special(src, at);
	}
	while (at < n)
		at = (unsigned char)p[at] - 0x20u < 0x5f ? at + 1 : scan_special(src, at);
}

struct conf_source *conf_source_new(struct arena *mem, struct str path, struct str text)
{
	struct conf_source *src = ARENA_NEW(mem, struct conf_source);
	size_t start = str_starts(text, STR("\xef\xbb\xbf")) ? 3 : 0;

	if (text.n >
	    UINT32_MAX - 16) /* offsets are 32 bits; the reader refuses such a file by its size */
		text.n = UINT32_MAX - 16;
	*src = (struct conf_source){.path = path, .text = text, .ascii = true};
	src->lines = arena_alloc_aligned(mem, (count_line_ends(text) + 1) * sizeof(*src->lines),
					 sizeof(*src->lines));
	src->lines[src->line_count++] = (uint32_t)start;
	scan(src, start);
	return src;
}

/* Where the line's text ends, before its line end. */
static size_t line_stop(const struct conf_source *src, uint32_t line)
{
	size_t start = src->lines[line - 1];
	size_t stop = line < src->line_count ? src->lines[line] : src->text.n;

	if (stop > start && src->text.p[stop - 1] == '\n')
		stop--;
	if (stop > start && src->text.p[stop - 1] == '\r' && line < src->line_count)
		stop--;
	return stop;
}

static uint32_t line_of(const struct conf_source *src, size_t byte)
{
	uint32_t low = 0, high = src->line_count;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (src->lines[mid] <= byte)
			low = mid;
		else
			high = mid;
	}
	return low + 1;
}

struct conf_mark conf_source_mark(const struct conf_source *src, size_t byte)
{
	uint32_t line;
	size_t start;

	if (byte > src->text.n)
		byte = src->text.n;
	line = line_of(src, byte);
	start = src->lines[line - 1];
	if (byte <= start) /* also inside a byte-order mark */
		return (struct conf_mark){line, 1};
	if (src->ascii)
		return (struct conf_mark){line, (uint32_t)(byte - start) + 1};
	return (struct conf_mark){
		line, (uint32_t)utf8_count((struct str){src->text.p + start, byte - start}) + 1};
}

size_t conf_source_byte(const struct conf_source *src, struct conf_mark mark)
{
	size_t at, stop;
	uint32_t cp;

	if (mark.line == 0)
		return 0;
	if (mark.line > src->line_count)
		return src->text.n;
	at = src->lines[mark.line - 1];
	stop = line_stop(src, mark.line);
	if (src->ascii)
		return mark.column - 1 < stop - at ? at + mark.column - 1 : stop;
	for (uint32_t c = 1; c < mark.column && at < stop; c++)
		at += utf8_next(src->text.p + at, src->text.p + src->text.n, &cp);
	return at;
}

struct str conf_source_line(const struct conf_source *src, uint32_t line)
{
	size_t start;

	if (line == 0 || line > src->line_count)
		return (struct str){"", 0};
	start = src->lines[line - 1];
	return (struct str){src->text.p + start, line_stop(src, line) - start};
}

uint32_t conf_source_utf16_column(const struct conf_source *src, struct conf_mark mark)
{
	const char *p, *end;
	uint32_t column = mark.column, cp;

	if (mark.line == 0 || mark.line > src->line_count || src->ascii)
		return column;
	p = src->text.p + src->lines[mark.line - 1];
	end = src->text.p + conf_source_byte(src, mark);
	while (p < end) {
		p += utf8_next(p, end, &cp);
		if (cp != UTF8_BAD && cp > 0xffff)
			column++;
	}
	return column;
}
