/* lib/conf/source.c
 * One pass over the text finds line ends, bytes beyond ASCII and control characters, a chunk of bytes at a
 * time, so that reading a clean file costs next to nothing on top of libyaml.
 */
#include "conf/source.h"

#include "base/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>

#define CHUNK 16

/* A bit for each byte that is a control character, DEL or beyond ASCII. */
static uint32_t special_bytes(const char *p)
{
	__m128i w = _mm_loadu_si128((const __m128i *)p);
	__m128i control =
		_mm_cmplt_epi8(w, _mm_set1_epi8(' ')); /* signed: beyond ASCII is below 0 */

	return (uint32_t)_mm_movemask_epi8(
		_mm_or_si128(control, _mm_cmpeq_epi8(w, _mm_set1_epi8(0x7f))));
}
/* Bytes of a chunk that are above `bound`, as signed numbers. */
static unsigned count_above(const char *p, signed char bound)
{
	__m128i w = _mm_loadu_si128((const __m128i *)p);

	return (unsigned)__builtin_popcount(
		(unsigned)_mm_movemask_epi8(_mm_cmpgt_epi8(w, _mm_set1_epi8(bound))));
}
#else
#define CHUNK 8

static unsigned count_above(const char *p, signed char bound)
{
	unsigned n = 0;

	for (int i = 0; i < CHUNK; i++)
		n += (signed char)p[i] > bound;
	return n;
}

static uint32_t special_bytes(const char *p)
{
	uint32_t bits = 0;

	for (int i = 0; i < CHUNK; i++)
		bits |= (uint32_t)((unsigned char)p[i] - 0x20u > 0x5e) << i;
	return bits;
}
#endif

/* At most this many lines begin in the text: every CR and LF counted for itself. */
static size_t count_line_ends(struct str s)
{
	size_t n = 0, i = 0;

	for (; i + CHUNK <= s.n; i += CHUNK)
		for (uint32_t bits = special_bytes(s.p + i); bits != 0; bits &= bits - 1) {
			char c = s.p[i + (size_t)__builtin_ctz(bits)];

			n += c == '\n' || c == '\r';
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
	size_t n = src->text.n, seen = at;

	while (at + CHUNK <= n) {
		uint32_t bits = special_bytes(p + at);

		for (; bits != 0; bits &= bits - 1) {
			size_t special = at + (size_t)__builtin_ctz(bits);

			/* A code point or CRLF of several bytes is looked at once, at its first. */
			if (special >= seen)
				seen = scan_special(src, special);
		}
		at += CHUNK;
	}
	for (; at < n; at++)
		if ((unsigned char)p[at] - 0x20u > 0x5e && at >= seen)
			seen = scan_special(src, at);
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

/* In good UTF-8 every byte but 0x80..0xbf begins a code point: they can be counted by the chunk. A long line
 * with a thousand findings on it would else be decoded a thousand times. */
#define BELOW_FIRST_BYTES ((signed char)0xbf)

static size_t count_code_points(const struct conf_source *src, struct str s)
{
	size_t n = 0, i = 0;

	if (src->ascii)
		return s.n;
	if (src->suspect)
		return utf8_count(s);
	for (; i + CHUNK <= s.n; i += CHUNK)
		n += count_above(s.p + i, BELOW_FIRST_BYTES);
	for (; i < s.n; i++)
		n += (signed char)s.p[i] > BELOW_FIRST_BYTES;
	return n;
}

/* Bytes of the first `count` code points, at most all. */
static size_t bytes_of(const struct conf_source *src, struct str s, size_t count)
{
	const char *p = s.p, *end = s.p + s.n;
	uint32_t cp;

	if (src->ascii)
		return count < s.n ? count : s.n;
	while (!src->suspect && count > CHUNK && end - p > CHUNK) {
		count -= count_above(p, BELOW_FIRST_BYTES);
		p += CHUNK;
	}
	while (!src->suspect && p < end &&
	       (signed char)*p <= BELOW_FIRST_BYTES) /* cut by the chunk */
		p++;
	for (; count > 0 && p < end; count--)
		p += utf8_next(p, end, &cp);
	return (size_t)(p - s.p);
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
	return (struct conf_mark){
		line,
		(uint32_t)count_code_points(src, (struct str){src->text.p + start, byte - start}) +
			1};
}

struct str conf_source_line(const struct conf_source *src, uint32_t line)
{
	size_t start;

	if (line == 0 || line > src->line_count)
		return (struct str){"", 0};
	start = src->lines[line - 1];
	return (struct str){src->text.p + start, line_stop(src, line) - start};
}

size_t conf_source_byte(const struct conf_source *src, struct conf_mark mark)
{
	if (mark.line == 0)
		return 0;
	if (mark.line > src->line_count)
		return src->text.n;
	return src->lines[mark.line - 1] + bytes_of(src, conf_source_line(src, mark.line),
						    mark.column > 0 ? mark.column - 1 : 0);
}

static bool begins_wide(const char *p, const char *end)
{
	uint32_t cp;

	return utf8_next(p, end, &cp) == 4;
}

uint32_t conf_source_utf16_column(const struct conf_source *src, struct conf_mark mark)
{
	uint32_t column = mark.column;
	const char *p, *end;

	if (mark.line == 0 || mark.line > src->line_count || src->ascii)
		return column;
	p = src->text.p + src->lines[mark.line - 1];
	end = src->text.p + conf_source_byte(src, mark);
	for (; p < end; p++) /* the bytes that begin a code point above U+FFFF */
		column += (unsigned char)*p >= 0xf0 && (!src->suspect || begins_wide(p, end));
	return column;
}
