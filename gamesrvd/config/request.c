/* gamesrvd/config/request.c
 * From what a client sent to the whole bundle: texts that travelled, and texts it named by digest because
 * the daemon has them already.
 */
#include <stdlib.h>

#include "base/digest.h"
#include "conf/bundle.h"
#include "gamesrvd/config/shapes.h"
#include "gamesrvd/config/state.h"

static int by_path(const void *a, const void *b)
{
	return str_cmp(((const struct conf_input *)a)->path, ((const struct conf_input *)b)->path);
}

void config_sort_inputs(struct conf_input *inputs, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (by_path(&inputs[i - 1], &inputs[i]) > 0) {
			qsort(inputs, count, sizeof(*inputs), by_path);
			return;
		}
	}
}

static bool check_paths(struct arena *mem, const struct conf_input *inputs, size_t count,
			struct config_answer *out)
{
	for (size_t i = 0; i < count; i++) {
		const char *problem = bundle_path_problem(inputs[i].path);

		if (problem == NULL && i > 0 && str_eq(inputs[i - 1].path, inputs[i].path))
			problem = "is given twice";
		if (problem != NULL) {
			answer_fail(out, mem, 400, "bad_request", NULL, "path \"" STR_FMT "\": %s",
				    STR_ARG(inputs[i].path), problem);
			return false;
		}
	}
	return true;
}

/* Both sides are sorted, so one walk finds every file that the client left out. */
static const struct conf_file *walk_to(const struct conf_set *set, uint32_t *at, struct str path)
{
	while (*at < set->file_count) {
		const struct conf_file *file = set->files[*at];
		int order = str_cmp(conf_file_path(file), path);

		if (order >= 0)
			return order == 0 ? file : NULL;
		++*at;
	}
	return NULL;
}

static int unchanged_by_path(const void *a, const void *b)
{
	return str_cmp(((const struct config_unchanged *)a)->path,
		       ((const struct config_unchanged *)b)->path);
}

static bool find_unchanged(struct config *c, struct arena *mem, const struct config_request *req,
			   struct conf_input *inputs, json_t *missing)
{
	struct config_unchanged *sorted =
		arena_alloc(mem, req->unchanged_count * sizeof(*sorted) + 1);
	uint32_t at = 0;

	if (req->unchanged_count != 0)
		memcpy(sorted, req->unchanged, req->unchanged_count * sizeof(*sorted));
	qsort(sorted, req->unchanged_count, sizeof(*sorted), unchanged_by_path);
	for (size_t i = 0; i < req->unchanged_count; i++) {
		const struct conf_file *file = walk_to(c->now, &at, sorted[i].path);

		if (file != NULL && digest_eq(conf_file_digest(file), sorted[i].digest))
			inputs[i] = (struct conf_input){sorted[i].path, conf_file_text(file),
							conf_file_digest(file)};
		else
			json_array_append_new(missing, shape_text(sorted[i].path));
	}
	return json_array_size(missing) == 0;
}

bool config_request_inputs(struct config *c, struct arena *mem, const struct config_request *req,
			   const struct conf_input **inputs, size_t *count,
			   struct config_answer *out)
{
	size_t total = req->file_count + req->unchanged_count;
	struct conf_input *all = ARENA_ARRAY(mem, struct conf_input, total + 1);
	json_t *missing = json_array();

	if (!find_unchanged(c, mem, req, all + req->file_count, missing)) {
		size_t lacking = json_array_size(missing);

		answer_fail(
			out, mem, 409, "missing_files", json_pack("{s:o}", "files", missing),
			"%zu of the files named by digest are not those of the revision in force;"
			" send their texts",
			lacking);
		return false;
	}
	json_decref(missing);
	for (size_t i = 0; i < req->file_count; i++)
		all[i] = req->files[i];
	config_sort_inputs(all, total);
	*inputs = all;
	*count = total;
	return check_paths(mem, all, total, out);
}
