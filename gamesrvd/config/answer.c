/* gamesrvd/config/answer.c
 * What the caller hears. Shapes and codes: docs/admin-api.md.
 */
#include <inttypes.h>
#include <stdarg.h>

#include "base/digest.h"
#include "base/time.h"
#include "conf/render.h"
#include "gamesrvd/config/shapes.h"
#include "gamesrvd/config/state.h"

void answer_fail(struct config_answer *out, struct arena *mem, int status, const char *code,
		 json_t *details, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	*out = (struct config_answer){.status = status,
				      .code = code,
				      .message = arena_vprintf(mem, fmt, args),
				      .body = details};
	va_end(args);
}

void answer_invalid(struct config_change *ch, json_t *extra)
{
	json_t *details = conf_render_json(&ch->diags, ch->req->max_findings);

	if (details != NULL && extra != NULL)
		json_object_update(details, extra);
	json_decref(extra);
	answer_fail(ch->out, ch->mem, 422, "invalid", details,
		    "the configuration has %zu error%s; nothing was changed", ch->diags.errors,
		    ch->diags.errors == 1 ? "" : "s");
}

void answer_storage(struct config_change *ch, const char *problem)
{
	answer_fail(ch->out, ch->mem, 507, "storage", NULL,
		    "the change could not be recorded and was not made: %s", problem);
}

/* The first to change what the loser started from. */
struct winning {
	struct arena *mem;
	int64_t revision;
	struct history_attempt winner;
};

static int find_winner(struct store_db *db, void *ctx)
{
	struct winning *w = ctx;

	return history_revision(db, w->mem, w->revision, &w->winner);
}

static json_t *clashes_json(const conf_clashes *clashes)
{
	json_t *list = json_array();
	const struct conf_clash *c;

	VEC_EACH (clashes, c)
		json_array_append_new(
			list, json_pack("{s:o, s:o, s:o, s:o}", "path", shape_text(c->path), "base",
					shape_text(c->base), "mine", shape_text(c->mine), "theirs",
					shape_text(c->theirs)));
	return list;
}

static size_t shown(size_t count)
{
	return count < CONFIG_CHANGES_SHOWN ? count : CONFIG_CHANGES_SHOWN;
}

void answer_conflict(struct config_change *ch)
{
	struct config *c = ch->c;
	struct winning w = {.mem = ch->mem, .revision = ch->req->base_revision + 1};
	struct diags d = diags_into(ch->mem);
	struct conf_set *base = NULL;
	struct conf_diff theirs = {0};
	conf_clashes clashes = {0};
	struct str why;
	json_t *details;
	bool known;

	known = config_ask(c, ch->mem, find_winner, &w, &why) == 0;
	/* Without the base's texts (pruned, or never there) the two changes cannot be compared. */
	if (config_revision_set(c, ch->mem, ch->req->base_revision, &base, &d, &why) == 0) {
		conf_diff3(ch->mem, base, ch->next, c->now, &clashes);
		conf_diff(ch->mem, base, c->now, &theirs);
	}
	details = json_pack("{s:I, s:I, s:o, s:o, s:o, s:I}", "base_revision",
			    (json_int_t)ch->req->base_revision, "revision", (json_int_t)c->revision,
			    "winner", known ? shape_revision(&w.winner) : json_null(), "clashes",
			    clashes_json(&clashes), "theirs",
			    shape_changes(theirs.changes.items, shown(theirs.changes.count)),
			    "theirs_total", (json_int_t)theirs.changes.count);
	conf_set_unref(base);
	answer_fail(ch->out, ch->mem, 409, "conflict", details,
		    "revision %" PRId64 " is in force, not %" PRId64
		    " from which this change started",
		    c->revision, ch->req->base_revision);
	if (!ch->plan_only && !ch->req->dry_run)
		config_record_failure(ch, "refused", ch->out->message.p);
}

static json_t *plan_json(struct config_change *ch, const char *would, int64_t needs_allow_delete)
{
	const struct conf_diff *diff = &ch->diff;
	json_t *findings = conf_render_json(&ch->diags, ch->req->max_findings);
	json_t *body = json_pack(
		"{s:b, s:I, s:o, s:s, s:I, s:I, s:I, s:o, s:I, s:o, s:I, s:O, s:O}", "valid", 1,
		"base_revision", (json_int_t)ch->base, "digest", shape_digest(ch->next->digest),
		"would", would, "documents_added", (json_int_t)diff->docs_added,
		"documents_removed", (json_int_t)diff->docs_removed, "documents_changed",
		(json_int_t)diff->docs_changed, "changes",
		shape_changes(diff->changes.items, shown(diff->changes.count)), "changes_total",
		(json_int_t)diff->changes.count, "effects", json_incref(ch->effects),
		"needs_allow_delete", (json_int_t)needs_allow_delete, "findings",
		json_object_get(findings, "findings"), "total", json_object_get(findings, "total"));

	json_decref(findings);
	return body;
}

static void answer(struct config_change *ch, json_t *body)
{
	if (body == NULL)
		answer_fail(ch->out, ch->mem, 503, "unavailable", NULL, "out of memory");
	else
		*ch->out = (struct config_answer){.status = 200, .body = body};
}

void answer_plan(struct config_change *ch, const char *would, int64_t needs_allow_delete)
{
	answer(ch, plan_json(ch, would, needs_allow_delete));
}

static json_int_t ms(int64_t us)
{
	return (us + 500) / 1000;
}

static json_t *stages_json(const struct config_change *ch)
{
	int64_t total = time_mono_us() - ch->started_us;

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "parse_ms", ms(ch->took.parse),
			 "plan_ms", ms(ch->took.plan), "prepare_ms", ms(ch->took.prepare),
			 "record_ms", ms(ch->took.record), "commit_ms", ms(ch->took.commit),
			 "total_ms", ms(total), "total_us", (json_int_t)total);
}

void answer_applied(struct config_change *ch, const char *outcome)
{
	struct config *c = ch->c;
	json_t *body = plan_json(ch,
				 c->revision == ch->base && ch->diff.changes.count == 0 &&
						 digest_eq(ch->next->digest, c->now->digest)
					 ? "nothing"
					 : "apply",
				 0);
	json_t *more =
		json_pack("{s:s, s:I, s:o, s:I, s:o}", "outcome", outcome, "revision",
			  (json_int_t)ch->revision, "confirm", config_confirm_json(&c->confirm),
			  "pending_total", (json_int_t)c->waits.count, "stages", stages_json(ch));

	if (body == NULL || more == NULL || json_object_update(body, more) < 0) {
		json_decref(body);
		body = NULL;
	}
	json_decref(more);
	answer(ch, body);
}
