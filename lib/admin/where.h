/* lib/admin/where.h
 * A condition over JSON objects, the --where of listings: kind == "Arena" && (spec.hp > 100 || !spec.final).
 *
 *	or    = and { "||" and }
 *	and   = not { "&&" not }
 *	not   = "!" not | "(" or ")" | value [ ("==" | "!=" | "<" | "<=" | ">" | ">=" | "~") value ]
 *	value = path | "text" | 'text' | number | 30s | 4KiB | 12.5% | true | false | null
 *	path  = name { "." name | "[" index "]" | "[" "key" "]" }
 *
 * A path that leads nowhere is null. Values of different types are unequal and have no order; `a ~ b`: text a holds
 * text b, any case; list a holds b. A quantity (30s) compares with texts that are quantities of the same sort.
 *
 * Thread: any; a parsed condition is immutable and lives in its arena. Never recurses deeper than 32.
 */
#pragma once
#include <jansson.h>

#include "base/arena.h"

struct where;

struct where_error {
	size_t column; /* from 1, in bytes */
	char message[160];
};

/* NULL: error tells. An empty text holds for everything. */
const struct where *where_parse(struct arena *mem, struct str text, struct where_error *error);
bool where_holds(const struct where *w, const json_t *item);

/* Sorting of listings: "-revision,name". */
struct sort_keys;
const struct sort_keys *sort_parse(struct arena *mem, struct str text, struct where_error *error);
/* null first, then booleans, numbers, texts (quantities by size), the rest equal. */
int sort_compare(const struct sort_keys *keys, const json_t *a, const json_t *b);
