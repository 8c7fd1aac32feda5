/* tests/fuzz/fuzz_where.c
 * Any bytes as a condition and as sort keys: an error with a place, or something that can be asked of an item.
 */
#include <stdlib.h>

#include "admin/where.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static json_t *item;
	CLEANUP(arena_freep) struct arena *mem = arena_new("fuzz");
	struct str text = {(const char *)data, size};
	struct where_error error;
	const struct where *w = where_parse(mem, text, &error);
	const struct sort_keys *keys;

	if (item == NULL)
		item = json_pack("{s:s, s:i, s:[{s:s}], s:{s:f, s:n}}", "a", "1m30s", "n", 3, "l",
				 "k", "x", "o", "f", 0.5, "z");
	if (w != NULL)
		(void)where_holds(w, item);
	else if (error.message[0] == '\0' || error.column == 0 || error.column > size + 1)
		abort();
	keys = sort_parse(mem, text, &error);
	if (keys != NULL && sort_compare(keys, item, item) != 0)
		abort();
	return 0;
}
