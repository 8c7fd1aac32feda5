/* gamesrvd/control/live_select.c
 * Sessions and rooms by a condition: listings, and what one order does to many.
 */
#include <errno.h>

#include "admin/where.h"
#include "gamesrvd/control/live_call.h"

enum { BULK_IDS_SHOWN = 100 };

struct gathering {
	struct op_call *call;
	const struct where *where; /* NULL: all */
	json_t *items;             /* a listing */
	live_ids *ids;             /* or a selection */
	size_t enough;             /* of the listing: no more are wanted; 0: all are */
};

static void drop(void *json)
{
	json_decref(json);
}

/* False: that was enough, or no memory (items is NULL then). */
static bool gather(struct gathering *g, json_t *item, struct id id)
{
	if (item == NULL || (g->where != NULL && !where_holds(g->where, item))) {
		json_decref(item);
		return true;
	}
	if (g->ids != NULL) {
		vec_add(g->call->mem, g->ids, id);
		json_decref(item);
		return true;
	}
	json_array_append_new(g->items, item);
	return g->enough == 0 || json_array_size(g->items) < g->enough;
}

static bool gather_sessions(void *ctx, struct loop *loop, const struct session_row *rows, size_t n)
{
	bool more = true;

	for (size_t i = 0; more && i < n; i++)
		more = gather(ctx, live_call_session(&rows[i]), rows[i].id);
	return more;
}

static bool gather_rooms(void *ctx, struct loop *loop, const struct room_row *rows, size_t n)
{
	bool more = true;

	for (size_t i = 0; more && i < n; i++)
		more = gather(ctx, live_call_room(&rows[i]), rows[i].id);
	return more;
}

static int gather_all(struct gathering *g, char kind)
{
	struct loops *loops = g->call->daemon->loops;

	return kind == 's' ? slices_sessions(loops, gather_sessions, g)
			   : slices_rooms(loops, gather_rooms, g);
}

static bool parse_where(struct op_call *call, struct str text, const struct where **out)
{
	struct where_error error;

	*out = where_parse(call->mem, text, &error);
	if (*out == NULL)
		op_fail(call, 400, "bad_request", NULL, "where, column %zu: %s", error.column,
			error.message);
	return *out != NULL;
}

int live_call_list(struct op_call *call, char kind, const char *key)
{
	struct gathering g = {.call = call};
	struct str where = op_arg(call, "where");
	int64_t limit, cursor;

	if (!op_int(call, "limit", 1, 10000, 0, &limit) ||
	    !op_int(call, "cursor", 0, INT64_MAX / 2, 0, &cursor) ||
	    (where.p != NULL && !parse_where(call, where, &g.where)))
		return -1;
	if (op_arg(call, "sort").p == NULL && limit > 0 && cursor < 1 << 24)
		g.enough = (size_t)(cursor + limit + 1);
	g.items = json_array();
	arena_defer(call->mem, drop, g.items);
	if (gather_all(&g, kind) < 0)
		return op_fail(call, 503, "unavailable", NULL, "out of memory");
	return op_page(call, json_object(), key, json_incref(g.items));
}

bool live_call_select(struct op_call *call, char kind, live_ids *out)
{
	struct gathering g = {.call = call, .ids = out};
	struct str where;

	if (!config_call_body(call))
		return false;
	where = live_call_text(call, "where");
	if ((where.n == 0) != config_call_flag(call, "all")) {
		op_fail(call, 400, "bad_request", NULL,
			"either where (for which ones) or all must be given");
		return false;
	}
	if (where.n > 0 && !parse_where(call, where, &g.where))
		return false;
	if (gather_all(&g, kind) == 0)
		return true;
	op_fail(call, 503, "unavailable", NULL, "out of memory");
	return false;
}

int live_call_bulk(struct op_call *call, char kind, const live_ids *ids, size_t done)
{
	json_t *list = json_array();
	char text[ID_TEXT];

	for (size_t i = 0; i < ids->count && i < BULK_IDS_SHOWN; i++)
		json_array_append_new(list, json_string(id_text(kind, ids->items[i], text)));
	return op_reply(call, json_pack("{s:I, s:I, s:b, s:o}", "matched", (json_int_t)ids->count,
					"done", (json_int_t)done, "dry_run",
					config_call_flag(call, "dry_run"), "ids", list));
}
