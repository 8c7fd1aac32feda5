/* gamectl/listing.c */
#include "listing.h"

#include <inttypes.h>

#include "remote.h"

enum { PAGE = 1000 };

static const char *page_path(struct cmd_call *call, const struct listing *l, const char *cursor,
			     int64_t count)
{
	CLEANUP(buf_free) struct buf path = {0};

	buf_printf(&path, "%s?limit=%" PRId64, l->path, count < PAGE ? count : PAGE);
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
