/* gamesrvd/config/revisions.c
 * Former revisions, read back from the history and checked with today's schemas.
 */
#include <errno.h>
#include <inttypes.h>

#include "base/digest.h"
#include "conf/bundle.h"
#include "gamesrvd/config/state.h"

enum { CANDIDATES_MAX = 64 };

struct reading {
	struct arena *mem;
	int64_t revision;
	struct history_attempt attempt;
	history_files files;
};

static int read_files(struct store_db *db, void *ctx)
{
	struct reading *r = ctx;
	int rc = history_revision(db, r->mem, r->revision, &r->attempt);

	return rc < 0 ? rc : history_read_files(db, r->mem, r->revision, true, &r->files);
}

/* A text that went bad on the disk must not come back as configuration. */
static int check_texts(const struct reading *r, const struct conf_input *all, struct str *why)
{
	size_t count = r->files.count;
	uint8_t(*digests)[DIGEST_SIZE] = arena_alloc(r->mem, count * DIGEST_SIZE);

	bundle_digests(all, count, digests);
	for (size_t i = 0; i < count; i++) {
		if (digest_eq(digests[i], all[i].digest))
			continue;
		*why = arena_printf(r->mem,
				    "the history is damaged: the text of " STR_FMT
				    " in revision %" PRId64 " has another digest",
				    STR_ARG(all[i].path), r->revision);
		return -EUCLEAN;
	}
	return 0;
}

int config_revision_inputs(struct config *c, struct arena *mem, int64_t revision,
			   const struct conf_input **inputs, size_t *count, struct str *why)
{
	struct reading r = {.mem = mem, .revision = revision};
	struct conf_input *all;
	int rc;

	*inputs = NULL;
	*count = 0;
	if (revision == 0)
		return 0;
	rc = config_ask(c, mem, read_files, &r, why);
	if (rc == -ENOENT)
		*why = arena_printf(mem, "there is no revision %" PRId64, revision);
	if (rc < 0)
		return rc;
	all = ARENA_ARRAY(mem, struct conf_input, r.files.count + 1);
	for (size_t i = 0; i < r.files.count; i++)
		all[i] = (struct conf_input){r.files.items[i].path, r.files.items[i].text,
					     r.files.items[i].digest};
	rc = check_texts(&r, all, why);
	if (rc < 0)
		return rc;
	*inputs = all;
	*count = r.files.count;
	return 0;
}

int config_revision_set(struct config *c, struct arena *mem, int64_t revision,
			struct conf_set **out, struct diags *d, struct str *why)
{
	struct conf_load how = {.caps = c->caps, .previous = c->now};
	const struct conf_input *inputs;
	size_t count;
	int rc = config_revision_inputs(c, mem, revision, &inputs, &count, why);

	if (rc == 0 && (rc = conf_set_load(inputs, count, &how, out, d)) < 0)
		*why = STR("out of memory");
	return rc;
}

static bool acceptable(struct config *c, int64_t revision)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("candidate");
	struct diags d = diags_into(mem);
	struct conf_set *set = NULL;
	struct str why;
	bool fine = config_revision_set(c, mem, revision, &set, &d, &why) == 0 && d.errors == 0;

	conf_set_unref(set);
	return fine;
}

/* Outwards from `from`, the younger one first: it is closer to what players know. */
int64_t config_nearest_acceptable(struct config *c, int64_t from)
{
	int tried = 0;

	for (int64_t step = 1; tried < CANDIDATES_MAX; step++) {
		int64_t younger = from + step, older = from - step;

		if (younger >= c->revision && older < 1)
			return 0;
		if (younger < c->revision && tried++ < CANDIDATES_MAX && acceptable(c, younger))
			return younger;
		if (older >= 1 && tried++ < CANDIDATES_MAX && acceptable(c, older))
			return older;
	}
	return 0;
}
