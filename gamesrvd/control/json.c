/* gamesrvd/control/json.c */
#include "gamesrvd/control/json.h"

#include <stdlib.h>

static _Thread_local bool starved;

static void *watched_malloc(size_t size)
{
	void *p = malloc(size);

	if (p == NULL)
		starved = true;
	return p;
}

void json_watch_memory(void)
{
	json_set_alloc_funcs(watched_malloc, free);
}

int json_body_depth(struct str text, int max)
{
	int depth = 0, deepest = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.n && deepest <= max; i++) {
		char c = text.p[i];

		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			if (++depth > deepest)
				deepest = depth;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return deepest;
}

static json_t *refuse(int *status, int code, struct buf *why, const char *text)
{
	*status = code;
	buf_add(why, str_of(text));
	return NULL;
}

json_t *json_body_read(struct str text, int *status, struct buf *why)
{
	json_error_t error;
	json_t *body;

	if (text.n == 0) {
		body = json_object();
		return body ? body : refuse(status, 503, why, "out of memory");
	}
	if (json_body_depth(text, JSON_BODY_DEPTH) > JSON_BODY_DEPTH) {
		*status = 400;
		buf_printf(why, "the body nests deeper than %d levels", JSON_BODY_DEPTH);
		return NULL;
	}
	starved = false;
	body = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &error);
	if (starved) { /* whatever it made of it */
		json_decref(body);
		return refuse(status, 503, why, "out of memory");
	}
	if (body == NULL) {
		*status = 400;
		buf_printf(why, "the body is not JSON as it should be: line %d, column %d: %s",
			   error.line, error.column, error.text);
		return NULL;
	}
	if (!json_is_object(body)) {
		json_decref(body);
		return refuse(status, 400, why, "the body is not a JSON object: {…}");
	}
	return body;
}
