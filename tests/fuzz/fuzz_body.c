/* tests/fuzz/fuzz_body.c
 * Any bytes as a request's body: refused with a reason, or an object that is no deeper than allowed and that
 * comes back the same when it is written and read again.
 */
#include <stdlib.h>

#include "admin/json_write.h"
#include "fuzz.h"
#include "gamesrvd/control/json.h"

static void must(bool holds)
{
	if (!holds)
		abort();
}

static int depth_of(json_t *v)
{
	int deepest = 0, d;
	const char *key;
	json_t *child;
	size_t i;

	json_object_foreach(v, key, child)
	{
		d = depth_of(child);
		deepest = d > deepest ? d : deepest;
	}
	json_array_foreach(v, i, child)
	{
		d = depth_of(child);
		deepest = d > deepest ? d : deepest;
	}
	return json_is_object(v) || json_is_array(v) ? deepest + 1 : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(buf_free) struct buf why = {0}, text = {0};
	int status = 0;
	json_t *body = json_body_read((struct str){(const char *)data, size}, &status, &why),
	       *again;

	if (body == NULL) {
		must(status == 400 && why.n > 0);
		return 0;
	}
	must(json_is_object(body) && depth_of(body) <= JSON_BODY_DEPTH);
	json_write(&text, body);
	again = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);
	must(again != NULL && json_equal(body, again));
	json_decref(again);
	json_decref(body);
	return 0;
}
