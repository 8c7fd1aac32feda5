/* lib/base/arena.c */
#include "base/arena.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Under AddressSanitizer what arena_reset() took back is poisoned: use after reset is found like use after
 * free. */
#if defined(__SANITIZE_ADDRESS__)
#define POISONED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISONED 1
#endif
#endif
#ifdef POISONED
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size)   ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

#define FIRST_BLOCK 4096u
#define MAX_BLOCK   (1u << 20)
#define ALIGN       16u
#define HUGE_BLOCK  (2u << 20) /* with its header: one huge page */

struct block {
	struct block *older;
	size_t size; /* of data[] */
	_Alignas(16) char data[];
};

struct deferred {
	struct deferred *older;
	void (*fn)(void *arg);
	void *arg;
};

struct arena {
	const char *name;
	char *at, *end; /* free part of the newest block */
	struct block *newest;
	struct deferred *deferred;
	size_t bytes;
};

static _Thread_local jmp_buf *on_oom; /* of the innermost arena_try() */

void arena_oom(struct arena *mem, size_t size)
{
	if (on_oom != NULL)
		longjmp(*on_oom, 1);
	fprintf(stderr, "gamesrv: out of memory: %zu bytes for %s\n", size,
		mem ? mem->name : "a new arena");
	abort();
}

struct arena *arena_new(const char *name)
{
	struct arena *mem = calloc(1, sizeof(*mem));

	if (mem == NULL)
		arena_oom(NULL, sizeof(*mem));
	mem->name = name;
	mem->bytes = sizeof(*mem);
	return mem;
}

static void run_deferred(struct arena *mem)
{
	struct deferred *d;

	while ((d = mem->deferred) != NULL) {
		mem->deferred = d->older;
		d->fn(d->arg);
	}
}

static void free_blocks(struct block *b)
{
	while (b != NULL) {
		struct block *older = b->older;

		ASAN_UNPOISON_MEMORY_REGION(b->data, b->size);
		free(b);
		b = older;
	}
}

void arena_free(struct arena *mem)
{
	if (mem == NULL)
		return;
	run_deferred(mem);
	free_blocks(mem->newest);
	free(mem);
}

void arena_freep(struct arena **mem)
{
	arena_free(*mem);
	*mem = NULL;
}

void arena_reset(struct arena *mem)
{
	struct block *keep = mem->newest;

	run_deferred(mem);
	if (keep == NULL)
		return;
	free_blocks(keep->older);
	keep->older = NULL;
	ASAN_POISON_MEMORY_REGION(keep->data, keep->size);
	mem->at = keep->data;
	mem->end = keep->data + keep->size;
	mem->bytes = sizeof(*mem) + sizeof(*keep) + keep->size;
}

size_t arena_bytes(const struct arena *mem)
{
	return mem->bytes;
}

/* An arena that has come this far gets huge pages where the system has them: filling a tree of 30 MB by
 * pages of 4 KiB takes longer in page faults than in making it. */
static struct block *take_block(size_t *room)
{
	struct block *b;

	if (*room < HUGE_BLOCK - sizeof(*b))
		return malloc(sizeof(*b) + *room);
	if (*room > SIZE_MAX / 2)
		return NULL;
	*room = (*room + sizeof(*b) + HUGE_BLOCK - 1) / HUGE_BLOCK * HUGE_BLOCK - sizeof(*b);
	b = aligned_alloc(HUGE_BLOCK, sizeof(*b) + *room);
	if (b != NULL)
		(void)madvise(b, sizeof(*b) + *room, MADV_HUGEPAGE);
	return b;
}

/* A request above half a block gets a block of its own behind the newest one, whose rest stays in
 * use. */
static void *new_block(struct arena *mem, size_t size)
{
	size_t room = mem->newest ? mem->newest->size * 2 : FIRST_BLOCK;
	bool own;
	struct block *b;

	if (room > MAX_BLOCK)
		room = HUGE_BLOCK - sizeof(*b);
	own = size > room / 2;
	if (own)
		room = size;
	b = take_block(&room);
	if (b == NULL)
		arena_oom(mem, size);
	b->size = room;
	mem->bytes += sizeof(*b) + room;
	if (own && mem->newest != NULL) {
		b->older = mem->newest->older;
		mem->newest->older = b;
		return b->data;
	}
	b->older = mem->newest;
	mem->newest = b;
	mem->at = b->data + size;
	mem->end = b->data + room;
	return b->data;
}

void *arena_alloc_aligned(struct arena *mem, size_t size, size_t align)
{
	char *at = (char *)(((uintptr_t)mem->at + (align - 1)) & ~(uintptr_t)(align - 1));

	if (LIKELY(at <= mem->end && size <= (size_t)(mem->end - at) && mem->at != NULL)) {
		mem->at = at + size;
		ASAN_UNPOISON_MEMORY_REGION(at, size);
		return at;
	}
	return new_block(mem, size);
}

void *arena_alloc(struct arena *mem, size_t size)
{
	return arena_alloc_aligned(mem, size, ALIGN);
}

void *arena_zalloc(struct arena *mem, size_t size)
{
	return memset(arena_alloc_aligned(mem, size, ALIGN), 0, size);
}

struct str arena_str(struct arena *mem, struct str s)
{
	char *p;

	if (s.n == SIZE_MAX)
		arena_oom(mem, s.n);
	p = arena_alloc_aligned(mem, s.n + 1, 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct str){p, s.n};
}

char *arena_cstr(struct arena *mem, struct str s)
{
	return (char *)arena_str(mem, s).p;
}

struct taking {
	struct arena *mem;
	const struct buf *from;
	struct str text;
};

static int take(void *arg)
{
	struct taking *t = arg;

	t->text = arena_str(t->mem, buf_str(t->from));
	return 0;
}

struct str arena_take(struct arena *mem, struct buf *b)
{
	struct taking t = {.mem = mem, .from = b};
	size_t size = b->n;
	int rc = arena_try(take, &t);

	buf_free(b);
	if (rc < 0)
		arena_oom(mem, size);
	return t.text;
}

struct str arena_vprintf(struct arena *mem, const char *fmt, va_list args)
{
	va_list again;
	int n;
	char *p;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	if (n < 0)
		n = 0;
	p = arena_alloc_aligned(mem, (size_t)n + 1, 1);
	p[0] = '\0';
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return (struct str){p, (size_t)n};
}

struct str arena_printf(struct arena *mem, const char *fmt, ...)
{
	va_list args;
	struct str s;

	va_start(args, fmt);
	s = arena_vprintf(mem, fmt, args);
	va_end(args);
	return s;
}

void arena_defer(struct arena *mem, void (*fn)(void *arg), void *arg)
{
	struct deferred *d = arena_alloc(mem, sizeof(*d));

	*d = (struct deferred){mem->deferred, fn, arg};
	mem->deferred = d;
}

void arena_undefer(struct arena *mem, void (*fn)(void *arg), void *arg)
{
	struct deferred **at = &mem->deferred;

	while (*at != NULL && ((*at)->fn != fn || (*at)->arg != arg))
		at = &(*at)->older;
	if (*at != NULL)
		*at = (*at)->older;
}

int arena_try(int (*fn)(void *ctx), void *ctx)
{
	jmp_buf here, *outer = on_oom;
	int rc;

	if (setjmp(here) != 0) {
		on_oom = outer;
		return -ENOMEM;
	}
	on_oom = &here;
	rc = fn(ctx);
	on_oom = outer;
	return rc;
}
