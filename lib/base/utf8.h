/* lib/base/utf8.h
 * One code point at a time, strictly: no overlong forms, no surrogates, nothing above U+10FFFF.
 *
 * Thread: any; no state.
 */
#pragma once
#include "base/base.h"

#define UTF8_BAD UINT32_MAX

/* Decodes the code point at `p` (p < end) and gives its length; a byte that begins none is one unit of
 * length 1 with *cp == UTF8_BAD, so that a walk always moves on. */
static inline size_t utf8_next(const char *p, const char *end, uint32_t *cp)
{
	const unsigned char *s = (const unsigned char *)p;
	size_t left = (size_t)(end - p);
	uint32_t c = s[0];

	*cp = c;
	if (c < 0x80)
		return 1;
	*cp = UTF8_BAD;
	if (c < 0xc2 || c > 0xf4 || left < 2 || (s[1] & 0xc0) != 0x80)
		return 1;
	if (c < 0xe0) {
		*cp = (c & 0x1f) << 6 | (s[1] & 0x3fu);
		return 2;
	}
	if (left < 3 || (s[2] & 0xc0) != 0x80)
		return 1;
	if (c < 0xf0) {
		c = (c & 0x0f) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu);
		if (c < 0x800 || (c >= 0xd800 && c <= 0xdfff))
			return 1;
		*cp = c;
		return 3;
	}
	if (left < 4 || (s[3] & 0xc0) != 0x80)
		return 1;
	c = (c & 0x07) << 18 | (s[1] & 0x3fu) << 12 | (s[2] & 0x3fu) << 6 | (s[3] & 0x3fu);
	if (c < 0x10000 || c > 0x10ffff)
		return 1;
	*cp = c;
	return 4;
}

/* Units as utf8_next() counts them: code points, and each bad byte on its own. */
static inline size_t utf8_count(struct str s)
{
	const char *p = s.p, *end = s.p + s.n;
	size_t n = 0;
	uint32_t cp;

	while (p < end) {
		p += utf8_next(p, end, &cp);
		n++;
	}
	return n;
}
