/* lib/base/arena.h
 * Bump allocation: everything of one request, one file or one snapshot lives and dies together.
 *
 * Thread: one at a time; an arena handed to another thread is moved. Blocks double up to 2 MiB.
 * Out of memory: control jumps back to the innermost arena_try() of this thread, which returns -ENOMEM;
 * outside of one the process aborts with a message.
 */
#pragma once
#include "base/buf.h"

struct arena;

struct arena *arena_new(const char *name); /* `name`: static string, for messages and tests */
void arena_free(struct arena *mem);        /* runs deferred calls last-in first-out; NULL is fine */
void arena_freep(struct arena **mem);      /* for CLEANUP() */
void arena_reset(struct arena *mem); /* empties it, keeps its largest block for the next round */
size_t arena_bytes(const struct arena *mem); /* bytes taken from malloc */

/* 16-byte aligned; never NULL. arena_alloc leaves the bytes undefined, arena_zalloc clears them. */
void *arena_alloc(struct arena *mem, size_t size)
	__attribute__((malloc, alloc_size(2), returns_nonnull));
void *arena_zalloc(struct arena *mem, size_t size)
	__attribute__((malloc, alloc_size(2), returns_nonnull));
/* `align` is a power of two up to 16: for many small things. */
void *arena_alloc_aligned(struct arena *mem, size_t size, size_t align);
#define ARENA_NEW(mem, type)      ((type *)arena_zalloc((mem), sizeof(type)))
#define ARENA_ARRAY(mem, type, n) ((type *)arena_zalloc((mem), sizeof(type) * (size_t)(n)))

struct str arena_str(struct arena *mem, struct str s); /* copy, NUL behind it */
char *arena_cstr(struct arena *mem, struct str s);
/* Copies the buffer's text and frees the buffer, also when that ends in a jump. */
struct str arena_take(struct arena *mem, struct buf *b);
struct str arena_printf(struct arena *mem, const char *fmt, ...) PRINTF(2, 3);
struct str arena_vprintf(struct arena *mem, const char *fmt, va_list args) PRINTF(2, 0);

/* fn(arg) runs at arena_free() and arena_reset(): how a libyaml parser or a descriptor joins an
 * arena. */
void arena_defer(struct arena *mem, void (*fn)(void *arg), void *arg);
/* Takes the newest such call back without running it; the caller has released `arg` by itself. */
void arena_undefer(struct arena *mem, void (*fn)(void *arg), void *arg);

/* Runs fn(ctx) and gives back its result, or -ENOMEM when an arena of this thread got no memory on the way: then
 * fn was left by a jump, so what it owned must hang on an arena that the caller frees, or on its arena_defer().
 * An arena that fn made for itself is lost then. Never jump past a locked mutex or a started thread. */
MUST_USE int arena_try(int (*fn)(void *ctx), void *ctx);
/* The same way out for what another allocator (malloc, libyaml) failed to give to mem's owner. */
NORETURN void arena_oom(struct arena *mem, size_t size);
