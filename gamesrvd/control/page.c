/* gamesrvd/control/page.c
 * One page of a listing: filter, sort, cut. The cursor is the place in the filtered and sorted listing; it is opaque
 * to clients, so that it may become something else.
 */
#include <errno.h>
#include <stdlib.h>

#include "admin/where.h"
#include "gamesrvd/control/op.h"

enum { LIMIT_MAX = 10000 };

struct page {
	const struct where *where;
	const struct sort_keys *sort;
	int64_t limit; /* 0: all */
	int64_t from;
};

static bool read_page(struct op_call *call, struct page *out)
{
	struct str where = op_arg(call, "where"), sort = op_arg(call, "sort");
	struct where_error error;

	*out = (struct page){0};
	if (!op_int(call, "limit", 1, LIMIT_MAX, 0, &out->limit) ||
	    !op_int(call, "cursor", 0, INT64_MAX / 2, 0, &out->from))
		return false;
	out->where = where_parse(call->mem, where.p ? where : STR(""), &error);
	if (out->where == NULL) {
		op_fail(call, 400, "bad_request", NULL, "where, column %zu: %s", error.column,
			error.message);
		return false;
	}
	if (sort.p == NULL)
		return true;
	out->sort = sort_parse(call->mem, sort, &error);
	if (out->sort == NULL)
		op_fail(call, 400, "bad_request", NULL, "sort, column %zu: %s", error.column,
			error.message);
	return out->sort != NULL;
}

struct row {
	json_t *item;
	size_t place; /* equal keys keep their order */
};

static int compare_rows(const void *a, const void *b, void *keys)
{
	const struct row *x = a, *y = b;
	int order = keys ? sort_compare(keys, x->item, y->item) : 0;

	return order ? order : x->place < y->place ? -1 : x->place > y->place;
}

static size_t choose(struct op_call *call, const struct page *page, json_t *items, struct row **out)
{
	struct row *rows = ARENA_ARRAY(call->mem, struct row, json_array_size(items) + 1);
	size_t i, n = 0;
	json_t *item;

	json_array_foreach(items, i, item)
	{
		if (where_holds(page->where, item)) {
			rows[n] = (struct row){item, n};
			n++;
		}
	}
	if (page->sort != NULL)
		qsort_r(rows, n, sizeof(*rows), compare_rows, (void *)page->sort);
	*out = rows;
	return n;
}

/* NULL: out of memory. */
static json_t *cut(struct op_call *call, const struct page *page, json_t *items, json_t **cursor)
{
	json_t *list = json_array();
	struct row *rows;
	size_t n = choose(call, page, items, &rows);
	size_t from = (uint64_t)page->from < n ? (size_t)page->from : n;
	size_t to =
		page->limit && (uint64_t)page->limit < n - from ? from + (size_t)page->limit : n;

	for (size_t i = from; i < to; i++) {
		if (json_array_append(list, rows[i].item) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	*cursor = to < n ? json_string(arena_printf(call->mem, "%zu", to).p) : json_null();
	return list;
}

int op_page(struct op_call *call, json_t *reply, const char *key, json_t *items)
{
	json_t *list, *cursor = NULL;
	struct page page;

	if (!read_page(call, &page)) {
		json_decref(items);
		json_decref(reply);
		return -1;
	}
	list = items ? cut(call, &page, items, &cursor) : NULL;
	json_decref(items);
	if (json_object_set_new(reply, key, list) < 0 ||
	    json_object_set_new(reply, "next_cursor", cursor) < 0) {
		json_decref(reply);
		reply = NULL;
	}
	return op_reply(call, reply);
}
