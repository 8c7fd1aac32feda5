/* gamesrvd/control/ops/op_revisions.c */
#include <inttypes.h>
#include <stdio.h>

#include "gamesrvd/config/shapes.h"
#include "gamesrvd/control/config_call.h"
#include "gamesrvd/store/history.h"

/* The cursor is the last attempt shown; it stays good while newer ones come. */
static int revisions(struct op_call *call)
{
	history_attempts list = {0};
	struct history_attempt *a;
	json_t *items, *next;
	int64_t limit, before;
	char cursor[24];
	int rc;

	if (!op_int(call, "limit", 1, 10000, 50, &limit) ||
	    !op_int(call, "cursor", 1, INT64_MAX, 0, &before))
		return -1;
	rc = history_list(store_here(call->daemon->store), call->mem, before, (size_t)limit + 1,
			  &list);
	if (rc < 0)
		return config_call_storage(call, rc);
	next = json_null();
	if (list.count > (size_t)limit) {
		list.count = (size_t)limit;
		snprintf(cursor, sizeof(cursor), "%" PRId64, list.items[limit - 1].id);
		next = json_string(cursor);
	}
	items = json_array();
	VEC_EACH (&list, a)
		json_array_append_new(items, shape_revision(a));
	return op_reply(call, json_pack("{s:o, s:o}", "revisions", items, "next_cursor", next));
}

const struct op op_revisions = {
	.route = "GET /v1/revisions",
	.access = OP_READ,
	.thread = OP_ON_STORE,
	.run = revisions,
	.summary = "Revisions and failed attempts, newest first",
	.params =
		(const struct op_param[]){
			{"limit", "query", "integer", "At most this many, 1 to 10000", false},
			{"cursor", "query", "string", "next_cursor of the page before", false},
			CONFIG_CALL_END,
		},
	.answer = "Revisions",
};
