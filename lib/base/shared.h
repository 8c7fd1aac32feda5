/* lib/base/shared.h
 * Bytes that are written once and then read by many, on any thread, until the last of them is done: a room's frames
 * of one tick on their way to its members.
 *
 * Thread: shared_new() and the writing by a pool's owner; from the first shared_ref() handed on nobody writes any
 * more. shared_ref() and shared_unref() from any thread. The last reference gives the memory back to the pool it came
 * from (through a mailbox when that is another thread's), so a steady state takes nothing from malloc.
 * Sizes come in classes (powers of two from 128 bytes); a pool keeps at most `keep_bytes` of free memory.
 */
#pragma once
#include <stdatomic.h>

#include "base/mailbox.h"

struct shared_pool;

struct shared {
	struct mail mail; /* the pool's, once nobody refers to it */
	struct shared_pool *pool;
	_Atomic uint32_t refs;
	uint32_t n, room; /* bytes in use, and there */
	uint8_t bytes[];
};

struct shared_pool *
shared_pool_new(size_t keep_bytes); /* NULL: out of memory; `owner` is the caller's thread */
/* The pool lives on, without an owner, until its last piece came back. NULL is fine. */
void shared_pool_free(struct shared_pool *pool);

/* One reference; at least `room` bytes of room. NULL: out of memory. */
struct shared *shared_new(struct shared_pool *pool, uint32_t room);
/* Makes room for `more` bytes; may move it (only while the caller's is the only reference). False: out of memory,
 * and nothing changed. */
bool shared_reserve(struct shared **s, uint32_t more);
static inline struct shared *shared_ref(struct shared *s)
{
	atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
	return s;
}
void shared_unref(struct shared *s); /* NULL is fine */
