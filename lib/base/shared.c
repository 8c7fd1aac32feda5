/* lib/base/shared.c
 * A pool keeps free pieces in one list a class. Its owner takes from them and gives back without any atomic operation
 * but the piece's own count; another thread pushes onto a stack that the owner empties in one exchange. When the pool
 * is freed the stack's head becomes CLOSED: who finds that frees his piece by himself.
 */
#include "base/shared.h"

#include <stdlib.h>

enum {
	SMALLEST_LOG2 = 7, /* 128 bytes, struct shared included */
	CLASSES = 14,      /* up to 1 MiB; what is larger is not kept */
	LARGEST_ROOM = 1 << 30,
};

struct shared_pool {
	_Atomic(struct mail *) returned; /* from other threads */
	_Atomic(const char *) owner;
	_Atomic uint32_t alive; /* pieces taken from malloc, and 1 for the owner */
	size_t keep_bytes, kept_bytes;
	struct mail *kept[CLASSES];
};

static _Thread_local char here; /* its address is the thread's name */
static struct mail closed;

struct shared_pool *shared_pool_new(size_t keep_bytes)
{
	struct shared_pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		return NULL;
	pool->keep_bytes = keep_bytes;
	atomic_init(&pool->owner, &here);
	atomic_init(&pool->alive, 1);
	return pool;
}

static void pool_drop(struct shared_pool *pool)
{
	if (atomic_fetch_sub_explicit(&pool->alive, 1, memory_order_acq_rel) == 1)
		free(pool);
}

static struct shared *piece_of(struct mail *mail)
{
	return CONTAINER_OF(mail, struct shared, mail);
}

static void piece_free(struct shared *s)
{
	struct shared_pool *pool = s->pool;

	free(s);
	pool_drop(pool);
}

static void free_all(struct mail *m)
{
	while (m != NULL) {
		struct shared *s = piece_of(m);

		m = m->next;
		piece_free(s);
	}
}

static size_t piece_bytes(const struct shared *s)
{
	return sizeof(*s) + s->room;
}

/* CLASSES: too large for any. */
static unsigned class_for(size_t bytes)
{
	unsigned class = 0;

	while (class < CLASSES && ((size_t)1 << (class + SMALLEST_LOG2)) < bytes)
		class ++;
	return class;
}

static void keep(struct shared_pool *pool, struct shared *s)
{
	size_t bytes = piece_bytes(s);
	unsigned class = class_for(bytes);

	if (class == CLASSES || pool->kept_bytes + bytes > pool->keep_bytes) {
		piece_free(s);
		return;
	}
	s->mail.next = pool->kept[class];
	pool->kept[class] = &s->mail;
	pool->kept_bytes += bytes;
}

static void collect(struct shared_pool *pool)
{
	struct mail *m = atomic_load_explicit(&pool->returned, memory_order_relaxed);

	if (LIKELY(m == NULL))
		return;
	m = atomic_exchange_explicit(&pool->returned, NULL, memory_order_acquire);
	while (m != NULL) {
		struct shared *s = piece_of(m);

		m = m->next;
		keep(pool, s);
	}
}

void shared_pool_free(struct shared_pool *pool)
{
	if (pool == NULL)
		return;
	atomic_store_explicit(&pool->owner, NULL, memory_order_relaxed);
	free_all(atomic_exchange_explicit(&pool->returned, &closed, memory_order_acquire));
	for (unsigned i = 0; i < CLASSES; i++)
		free_all(pool->kept[i]);
	pool_drop(pool);
}

static struct shared *piece_new(struct shared_pool *pool, size_t bytes)
{
	struct shared *s = malloc(bytes);

	if (s == NULL)
		return NULL;
	atomic_fetch_add_explicit(&pool->alive, 1, memory_order_relaxed);
	s->pool = pool;
	s->room = (uint32_t)(bytes - sizeof(*s));
	return s;
}

struct shared *shared_new(struct shared_pool *pool, uint32_t room)
{
	size_t bytes = sizeof(struct shared) + room;
	unsigned class = class_for(bytes);
	struct shared *s = NULL;

	if (room > LARGEST_ROOM)
		return NULL;
	collect(pool);
	if (class < CLASSES) {
		bytes = (size_t)1 << (class + SMALLEST_LOG2);
		if (pool->kept[class] != NULL) {
			s = piece_of(pool->kept[class]);
			pool->kept[class] = s->mail.next;
			pool->kept_bytes -= bytes;
		}
	}
	if (s == NULL)
		s = piece_new(pool, bytes);
	if (s == NULL)
		return NULL;
	atomic_init(&s->refs, 1);
	s->n = 0;
	return s;
}

bool shared_reserve(struct shared **s, uint32_t more)
{
	struct shared *old = *s, *bigger;
	uint64_t wanted = (uint64_t)old->n + more;

	if (LIKELY(wanted <= old->room))
		return true;
	if (wanted > LARGEST_ROOM)
		return false;
	bigger = shared_new(old->pool, (uint32_t)wanted);
	if (bigger == NULL)
		return false;
	memcpy(bigger->bytes, old->bytes, old->n);
	bigger->n = old->n;
	shared_unref(old);
	*s = bigger;
	return true;
}

static void give_back(struct shared *s)
{
	struct shared_pool *pool = s->pool;
	struct mail *newest;

	if (atomic_load_explicit(&pool->owner, memory_order_relaxed) == &here) {
		keep(pool, s);
		return;
	}
	newest = atomic_load_explicit(&pool->returned, memory_order_relaxed);
	do {
		if (newest == &closed) {
			piece_free(s);
			return;
		}
		s->mail.next = newest;
	} while (!atomic_compare_exchange_weak_explicit(
		&pool->returned, &newest, &s->mail, memory_order_release, memory_order_relaxed));
	/* The pool may be gone from here on: this piece no longer keeps it. */
}

void shared_unref(struct shared *s)
{
	if (s == NULL)
		return;
	/* Only one reference is left: nobody else can count it up meanwhile, so no locked operation is needed. */
	if (atomic_load_explicit(&s->refs, memory_order_acquire) == 1 ||
	    atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) == 1)
		give_back(s);
}
