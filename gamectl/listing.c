/* gamectl/listing.c */
#include "listing.h"

#include <inttypes.h>
#include <stdlib.h>

#include "admin/where.h"
#include "remote.h"

enum { PAGE = 1000 };

static const char *page_path(struct cmd_call *call, const struct listing *l, const char *cursor,
			     int64_t count)
{
	CLEANUP(buf_free) struct buf path = {0};
	int64_t page = l->page ? l->page : PAGE;

	buf_printf(&path, "%s?limit=%" PRId64, l->path, count < page ? count : page);
	if (l->where) {
		buf_add(&path, STR("&where="));
		admin_escape(&path, str_of(l->where));
	}
	if (l->sort) {
		buf_add(&path, STR("&sort="));
		admin_escape(&path, str_of(l->sort));
	}
	if (cursor) {
		buf_add(&path, STR("&cursor="));
		admin_escape(&path, str_of(cursor));
	}
	return arena_cstr(call->mem, buf_str(&path));
}

int listing_get(struct cmd_call *call, const struct listing *l, json_t **reply)
{
	int64_t wanted = l->limit > 0 ? l->limit : INT64_MAX;
	const char *cursor = NULL;
	json_t *all = NULL;

	*reply = NULL;
	do {
		json_t *page = NULL;
		int64_t have = (int64_t)json_array_size(all);
		int code = remote_get(call, page_path(call, l, cursor, wanted - have), &page);

		if (code != EXIT_DONE) {
			json_decref(*reply);
			*reply = NULL;
			return code;
		}
		cursor = json_string_value(json_object_get(page, "next_cursor"));
		cursor = cursor ? arena_cstr(call->mem, str_of(cursor)) : NULL;
		if (!*reply) {
			*reply = page;
			all = json_object_get(page, l->key);
			continue;
		}
		if (json_array_size(json_object_get(page, l->key)) == 0)
			cursor = NULL; /* a page without items would have us ask for ever */
		(void)json_array_extend(all, json_object_get(page, l->key));
		(void)json_object_set(*reply, "next_cursor", json_object_get(page, "next_cursor"));
		json_decref(page);
	} while (cursor && (int64_t)json_array_size(all) < wanted);
	return EXIT_DONE;
}

static int wrong_option(struct cmd_call *call, const char *option, const struct where_error *error)
{
	return cmd_error(
		call, EXIT_USAGE,
		strcmp(option, "sort") == 0
			? "as in: --sort spec.rank,-spec.price"
			: "as in: outcome == 'invalid' && revision > 3; there are == != < <= "
			  "> >= ~ && || ! ( )",
		"--%s, column %zu: %s", option, error->column, error->message);
}

static int by_keys(const void *a, const void *b, void *keys)
{
	return sort_compare(keys, *(json_t *const *)a, *(json_t *const *)b);
}

int listing_select(struct cmd_call *call, json_t *reply, const char *key, size_t fallback,
		   size_t *left)
{
	const char *condition = cmd_opt(call, "where"), *order = cmd_opt(call, "sort");
	size_t limit = cmd_has(call, "limit") ? (size_t)cmd_int(call, "limit") : fallback;
	json_t *all = json_object_get(reply, key), *kept = json_array();
	const struct where *where = NULL;
	const struct sort_keys *keys = NULL;
	VEC(json_t *) items = {0};
	struct where_error error;

	if (condition && !(where = where_parse(call->mem, str_of(condition), &error)))
		return wrong_option(call, "where", &error);
	if (order && !(keys = sort_parse(call->mem, str_of(order), &error)))
		return wrong_option(call, "sort", &error);
	for (size_t i = 0; i < json_array_size(all); i++)
		if (!where || where_holds(where, json_array_get(all, i)))
			vec_add(call->mem, &items, json_array_get(all, i));
	if (keys)
		qsort_r(items.items, items.count, sizeof(json_t *), by_keys, (void *)keys);
	for (size_t i = 0; i < items.count && (limit == 0 || i < limit); i++)
		(void)json_array_append(kept, items.items[i]);
	if (left)
		*left = items.count - json_array_size(kept);
	(void)json_object_set_new(reply, key, kept);
	return EXIT_DONE;
}
