/* lib/base/buf.h
 * A growing text on the heap, for output whose size nobody knows. Thread: one at a time.
 * An allocation failure sticks: later calls do nothing and .failed stays set.
 */
#pragma once
#include "base/base.h"

struct buf {
	char *p; /* NUL-terminated once anything was added */
	size_t n, room;
	bool failed;
};

void buf_add(struct buf *b, struct str s);
void buf_addc(struct buf *b, char c);
void buf_fill(struct buf *b, char c, size_t count);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list args) PRINTF(2, 0);
static inline struct str buf_str(const struct buf *b)
{
	return (struct str){b->p ? b->p : "", b->n};
}
void buf_free(struct buf *b); /* also the CLEANUP() function; leaves an empty buf */
