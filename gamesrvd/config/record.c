/* gamesrvd/config/record.c
 * An attempt becomes a row: with its files when it succeeded, with its findings either way.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/log.h"
#include "base/time.h"
#include "conf/render.h"
#include "gamesrvd/config/state.h"

enum { FINDINGS_KEPT = 1000, PRUNE_AT_ONCE = 50 };

typedef VEC(struct history_file) written_files;
typedef VEC(struct str) removed_paths;

static void add_written(struct arena *mem, written_files *list, const struct conf_file *f)
{
	struct history_file *w = vec_push(mem, list);

	w->path = conf_file_path(f);
	w->text = conf_file_text(f);
	memcpy(w->digest, conf_file_digest(f), 32);
}

/* Both lists are sorted by path; files that two sets share are the same pointer. */
static void compare_files(struct arena *mem, const struct conf_set *old,
			  const struct conf_set *next, written_files *written,
			  removed_paths *removed)
{
	uint32_t o = 0, n = 0;

	while (o < old->file_count || n < next->file_count) {
		const struct conf_file *was = o < old->file_count ? old->files[o] : NULL;
		const struct conf_file *is = n < next->file_count ? next->files[n] : NULL;
		int order = was == NULL  ? 1
			    : is == NULL ? -1
			    : was == is  ? 0
					 : str_cmp(conf_file_path(was), conf_file_path(is));

		if (order > 0)
			add_written(mem, written, is);
		else if (order < 0)
			vec_add(mem, removed, conf_file_path(was));
		else if (was != is && !digest_eq(conf_file_digest(was), conf_file_digest(is)))
			add_written(mem, written, is);
		o += order <= 0;
		n += order >= 0;
	}
}

static size_t keep_findings(struct arena *mem, const struct diags *d, struct str **out)
{
	json_t *all = d->list.count ? conf_render_json(d, FINDINGS_KEPT) : NULL;
	json_t *list = json_object_get(all, "findings"), *finding;
	size_t i, count = json_array_size(list);

	*out = ARENA_ARRAY(mem, struct str, count + 1);
	json_array_foreach(list, i, finding)
	{
		char *text = json_dumps(finding, JSON_COMPACT);

		(*out)[i] = arena_str(mem, text ? str_of(text) : STR("{}"));
		free(text);
	}
	json_decref(all);
	return count;
}

/* Who goes back and gives no reason has given one: blame, history and status show the same. */
static struct str message_of(const struct config_change *ch)
{
	if (ch->req->message.n > 0)
		return ch->req->message;
	if (ch->rollback_of > 0)
		return arena_printf(ch->mem, "back to revision %" PRId64, ch->rollback_of);
	return ch->takes_back > 0 ? STR("back to the defaults") : STR("");
}

static void fill_attempt(const struct config_change *ch, const char *outcome,
			 struct history_attempt *a)
{
	*a = (struct history_attempt){
		.base = ch->c->revision,
		.time_us = time_wall_us(),
		.uid = (int64_t)ch->req->uid,
		.actor = str_of(ch->req->actor),
		.message = message_of(ch),
		.origin = str_of(ch->origin),
		.outcome = str_of(outcome),
		.docs_added = ch->diff.docs_added,
		.docs_removed = ch->diff.docs_removed,
		.docs_changed = ch->diff.docs_changed,
		.changes_total = (int64_t)ch->diff.changes.count,
		.findings_total = (int64_t)ch->diags.list.count,
		.rollback_of = ch->rollback_of,
	};
	if (ch->next != NULL) {
		a->has_digest = true;
		memcpy(a->digest, ch->next->digest, 32);
	}
}

static int record(struct store_db *db, void *ctx)
{
	return history_record(db, ctx);
}

int config_record(struct config_change *ch, const struct history_confirm *confirm)
{
	struct history_record rec = {
		.succeeded = true, .confirm = confirm, .takes_back = ch->takes_back};
	written_files written = {0};
	removed_paths removed = {0};
	struct str *findings, problem;
	int rc;

	fill_attempt(ch, confirm ? "pending" : "applied", &rec.attempt);
	compare_files(ch->mem, ch->c->now, ch->next, &written, &removed);
	rec.finding_count = keep_findings(ch->mem, &ch->diags, &findings);
	rec.findings = findings;
	rec.changes = ch->diff.changes.items;
	rec.change_count = ch->diff.changes.count;
	rec.written = written.items;
	rec.written_count = written.count;
	rec.removed = removed.items;
	rec.removed_count = removed.count;
	rc = config_ask(ch->c, ch->mem, record, &rec, &problem);
	if (rc < 0) {
		config_alarm_set(ch->c, ALARM_STORE, "storage", STR_FMT, STR_ARG(problem));
		config_record_failure(ch, "failed", problem.p);
		answer_storage(ch, problem.p);
		return rc;
	}
	config_alarm_clear(ch->c, ALARM_STORE);
	ch->revision = rec.attempt.revision;
	config_show_revision(ch->c, &rec.attempt);
	return 0;
}

/* After a commit whose disk failed this row also takes the place of the half-written one in the log. */
void config_record_failure(struct config_change *ch, const char *outcome, const char *error)
{
	struct history_record rec = {0};
	struct str *findings, problem;

	fill_attempt(ch, outcome, &rec.attempt);
	rec.finding_count = keep_findings(ch->mem, &ch->diags, &findings);
	rec.findings = findings;
	rec.attempt.error = str_of(error);
	if (config_ask(ch->c, ch->mem, record, &rec, &problem) < 0)
		log_warn("this attempt is not in the history: " STR_FMT, STR_ARG(problem));
	log_warn("%s by %s: %s%s%s", ch->origin, ch->req->actor, outcome, error ? ": " : "",
		 error ? error : "");
	config_prune(ch->c);
}

struct pruning {
	struct store *store;
	struct history_limits limits;
};

static void prune(struct store_db *db, void *ctx)
{
	struct pruning *p = ctx;
	size_t gone;

	if (history_prune(db, &p->limits, PRUNE_AT_ONCE, &gone) < 0)
		log_warn("former revisions cannot be removed: %s", store_problem(db));
	/* The rest behind those who wait. */
	if (gone < PRUNE_AT_ONCE || store_post(p->store, prune, p) < 0)
		free(p);
}

/* Behind the answer: nobody waits for it. */
void config_prune(struct config *c)
{
	struct pruning *p = malloc(sizeof(*p));

	if (p == NULL)
		return;
	p->store = c->store;
	p->limits = c->settings.history;
	p->limits.now_us = time_wall_us();
	if (store_post(c->store, prune, p) < 0)
		free(p);
}
