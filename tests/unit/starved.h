/* tests/unit/starved.h
 * malloc(), calloc() and realloc() of ours that fail on purpose; the build links test_*_starved programs so that they come
 * first. Include it once a program, behind the world whose own allocations are spared (world_allocates).
 */
#pragma once
#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static long left = -1; /* allocations that still succeed; below 0: all do */
static bool failed;

static bool fails(void)
{
	if (left < 0 || world_allocates || left-- > 0)
		return false;
	failed = true;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}
