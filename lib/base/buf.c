/* lib/base/buf.c */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

static bool reserve(struct buf *b, size_t more)
{
	size_t room = b->room ? b->room : 256;
	char *p;

	if (b->failed)
		return false;
	if (more < b->room - b->n) /* one byte stays for the NUL */
		return true;
	while (room - b->n <= more) {
		if (room > SIZE_MAX / 4)
			goto failed;
		room *= 2;
	}
	p = realloc(b->p, room);
	if (p == NULL)
		goto failed;
	b->p = p;
	b->room = room;
	return true;
failed:
	b->failed = true;
	return false;
}

void buf_add(struct buf *b, struct str s)
{
	if (s.n == 0 || !reserve(b, s.n))
		return;
	memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	b->p[b->n] = '\0';
}

void buf_addc(struct buf *b, char c)
{
	buf_add(b, (struct str){&c, 1});
}

void buf_fill(struct buf *b, char c, size_t count)
{
	while (count-- > 0)
		buf_addc(b, c);
}

void buf_vprintf(struct buf *b, const char *fmt, va_list args)
{
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	if (n > 0 && reserve(b, (size_t)n)) {
		vsnprintf(b->p + b->n, b->room - b->n, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	buf_vprintf(b, fmt, args);
	va_end(args);
}

void buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){0};
}
