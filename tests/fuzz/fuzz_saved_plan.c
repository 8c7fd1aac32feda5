/* tests/fuzz/fuzz_saved_plan.c
 * Any bytes as a saved plan. The digest would turn nearly every mutation away at the door, so each JSON object is
 * tried once more with the digest that fits it.
 */
#include <stdlib.h>

#include "conf/bundle.h"
#include "fuzz.h"
#include "saved_plan.h"

/* What was let in holds what its header promises. */
static void check_plan(const struct saved_plan *plan)
{
	const char *path;
	json_t *v;

	if (plan->base_revision < 0 || strlen(plan->digest) != 64 || !plan->bundle ||
	    !plan->created)
		abort();
	json_object_foreach(plan->files, path, v)
	{
		if (bundle_path_problem(str_of(path)) || !json_is_string(v))
			abort();
	}
	json_object_foreach(plan->unchanged, path, v)
	{
		if (bundle_path_problem(str_of(path)) || json_string_length(v) != 64)
			abort();
	}
}

static void parse(struct str text)
{
	struct saved_plan plan;
	CLEANUP(buf_free) struct buf problem = {0};

	if (saved_plan_parse(text, &plan, &problem)) {
		check_plan(&plan);
		saved_plan_free(&plan);
	} else if (problem.n == 0) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	json_t *root = json_loadb(text.p, text.n, 0, NULL);
	char *sealed = NULL;

	parse(text);
	if (json_is_object(root) && saved_plan_seal(root))
		sealed = json_dumps(root, JSON_COMPACT);
	if (sealed)
		parse(str_of(sealed));
	free(sealed);
	json_decref(root);
	return 0;
}
