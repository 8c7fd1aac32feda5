/* gamesrvd/control/route.h
 * Which operation a request means. Thread: any; the table of operations is constant.
 */
#pragma once
#include "gamesrvd/control/target.h"

enum { ROUTE_VALUES_MAX = TARGET_SEGMENTS_MAX + TARGET_QUERY_MAX };

struct route {
	const struct op *op; /* NULL: nothing fits */
	bool path_known;     /* some operation has this path, under another method */
	char allow[64];      /* then: the methods that do, "GET, POST" */
	struct op_value values[ROUTE_VALUES_MAX]; /* path parameters, then the query */
	size_t value_count;
};

/* HEAD means GET. Of several that fit, the one with the fewest {parameters} wins. */
void route_find(struct str method, const struct target *target, struct route *out);
/* Method and path template of a row: "GET", "/v1/revisions/{n}". */
void route_split(const struct op *op, struct str *method, struct str *path);
/* A query parameter the operation does not know, or NULL: a misspelt one must not be passed over. */
const struct op_value *route_stranger(const struct route *route);
