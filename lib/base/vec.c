/* lib/base/vec.c */
#include "base/vec.h"

void *vec_regrow(struct arena *mem, const void *items, size_t count, size_t *room, size_t size)
{
	size_t next = *room ? *room * 2 : 8;
	void *grown = arena_alloc(mem, next * size);

	if (count)
		memcpy(grown, items, count * size);
	*room = next;
	return grown;
}
