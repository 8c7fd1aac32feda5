/* gamesrvd/config/change.c
 * The pipeline. Up to the record everything may refuse, and then nothing has happened; the record is one
 * transaction; what follows cannot fail.
 */
#include <errno.h>
#include <inttypes.h>
#include <time.h>

#include "base/digest.h"
#include "base/log.h"
#include "base/time.h"
#include "gamesrvd/config/effects.h"
#include "gamesrvd/config/state.h"

enum { SETTLE_US = 5000000 };

static int64_t lap(struct config_change *ch)
{
	int64_t now = time_mono_us(), took = now - ch->stage_us;

	ch->stage_us = now;
	return took;
}

static int parse(struct config_change *ch)
{
	struct conf_load how = {.caps = ch->c->caps, .previous = ch->c->now};
	int rc = conf_set_load(ch->inputs, ch->input_count, &how, &ch->next, &ch->diags);

	ch->took.parse = lap(ch);
	if (rc < 0) {
		answer_fail(ch->out, ch->mem, 503, "unavailable", NULL, "out of memory");
		return rc;
	}
	conf_set_in_use(ch->c->now, ch->next, &ch->diags);
	if (ch->diags.errors == 0)
		return 0;
	diags_sort(&ch->diags);
	atomic_fetch_add(&ch->c->invalid, 1);
	if (!ch->plan_only && !ch->req->dry_run)
		config_record_failure(ch, "invalid", NULL);
	answer_invalid(ch, NULL);
	return -EINVAL;
}

/* An empty tree, or more than a fifth of what there was: more often a mistake than a wish. */
static int64_t deletions_to_allow(const struct config_change *ch)
{
	uint32_t had = ch->c->now->doc_count, gone = ch->diff.docs_removed;
	bool mass = gone > 0 && (ch->next->doc_count == 0 || (uint64_t)gone * 5 > had);

	return mass && !ch->unguarded && gone > ch->req->allow_delete ? gone : 0;
}

static void refuse_mass_delete(struct config_change *ch, int64_t gone)
{
	atomic_fetch_add(&ch->c->refused, 1);
	if (!ch->req->dry_run)
		config_record_failure(ch, "refused",
				      arena_printf(ch->mem,
						   "%" PRId64 " of %" PRIu32
						   " documents would be removed",
						   gone, ch->c->now->doc_count)
					      .p);
	answer_fail(ch->out, ch->mem, 422, "mass_delete",
		    json_pack("{s:I, s:I}", "documents_removed", (json_int_t)gone, "documents",
			      (json_int_t)ch->c->now->doc_count),
		    "this would remove %" PRId64 " of %" PRIu32
		    " documents; allow the deletion of %" PRId64 " if that is meant",
		    gone, ch->c->now->doc_count, gone);
}

static bool base_moved(const struct config_change *ch)
{
	return ch->req->base_revision >= 0 && ch->req->base_revision != ch->c->revision;
}

static void drop_json(void *json)
{
	json_decref(json);
}

/* 0: go on; else answered. */
static int plan(struct config_change *ch)
{
	bool same = digest_eq(ch->next->digest, ch->c->now->digest);
	int64_t gone;

	if (!same && base_moved(ch)) {
		atomic_fetch_add(&ch->c->conflicts, 1);
		answer_conflict(ch);
		return -ESTALE;
	}
	conf_diff(ch->mem, ch->c->now, ch->next, &ch->diff);
	ch->effects = effects_json(ch);
	if (ch->effects == NULL) {
		answer_fail(ch->out, ch->mem, 503, "unavailable", NULL, "out of memory");
		return -ENOMEM;
	}
	arena_defer(ch->mem, drop_json, ch->effects);
	gone = deletions_to_allow(ch);
	ch->took.plan = lap(ch);
	if (ch->plan_only) {
		answer_plan(ch, same ? "nothing" : "apply", gone);
		return -EALREADY;
	}
	if (same && ch->takes_back == 0) {
		atomic_fetch_add(&ch->c->unchanged, 1);
		answer_applied(ch, "unchanged");
		return -EALREADY;
	}
	if (gone > 0) {
		refuse_mass_delete(ch, gone);
		return -EPERM;
	}
	if (ch->req->dry_run) {
		answer_applied(ch, "dry-run");
		return -EALREADY;
	}
	return 0;
}

static void abandon(struct config_change *ch, struct conf_publish *swap, size_t parts)
{
	while (parts-- > 0)
		ch->c->parts[parts].abandon(ch->c->parts[parts].self);
	publish_abandon(swap);
}

static int prepare(struct config_change *ch, struct conf_publish **swap)
{
	struct config *c = ch->c;

	*swap = publish_prepare(c->publication, ch->next, (uint64_t)c->revision + 1);
	if (*swap == NULL) {
		answer_fail(ch->out, ch->mem, 503, "unavailable", NULL, "out of memory");
		return -ENOMEM;
	}
	for (size_t i = 0; i < c->part_count; i++) {
		if (c->parts[i].prepare(c->parts[i].self, ch->next, &ch->diags) == 0)
			continue;
		abandon(ch, *swap, i);
		atomic_fetch_add(&c->refused, 1);
		config_record_failure(ch, "refused", c->parts[i].name);
		answer_invalid(ch, NULL);
		return -EINVAL;
	}
	ch->took.prepare = lap(ch);
	return 0;
}

void config_check_loops(struct config *c)
{
	if (!publish_settled(c->publication))
		return;
	pthread_mutex_lock(&c->lock);
	c->running = c->revision;
	pthread_mutex_unlock(&c->lock);
	config_alarm_clear(c, ALARM_LOOPS);
}

/* Until every loop runs the new revision; a loop that hangs is an alarm and does not hold the answer for ever. */
static void settle(struct config *c)
{
	int64_t until = time_mono_us() + SETTLE_US;
	struct timespec pause = {.tv_nsec = 50000};

	if (c->host.published != NULL)
		c->host.published(c->host.ctx);
	while (!publish_settled(c->publication) && time_mono_us() < until) {
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 2000000)
			pause.tv_nsec *= 2;
	}
	if (time_mono_us() >= until)
		config_alarm_set(
			c, ALARM_LOOPS, "loops-late",
			"a thread still ran the former revision %d s after revision %" PRId64
			" came into force",
			SETTLE_US / 1000000, c->revision);
	config_check_loops(c);
}

static void commit(struct config_change *ch, struct conf_publish *swap)
{
	struct config *c = ch->c;

	publish_commit(swap);
	for (size_t i = 0; i < c->part_count; i++)
		c->parts[i].commit(c->parts[i].self);
	config_swap(c, conf_set_ref(ch->next), ch->revision);
	if (c->booting)
		config_check_loops(c); /* nobody reads yet */
	else
		settle(c);
	config_obey(c);
	ch->took.commit = lap(ch);
}

struct recording {
	struct config_change *ch;
	struct history_confirm confirm;
};

static int record(void *ctx)
{
	struct recording *r = ctx;
	struct config_change *ch = r->ch;
	char boot_id[64];
	bool wanted = ch->req->confirm_ms > 0;
	int rc;

	if (wanted)
		r->confirm = (struct history_confirm){
			.base = ch->c->revision,
			.wall_us = time_wall_us() + ch->req->confirm_ms * 1000,
			.boottime_us = time_mono_us() + ch->req->confirm_ms * 1000,
			.boot_id = str_of(config_boot_id(boot_id)),
		};
	rc = config_record(ch, wanted ? &r->confirm : NULL);
	r->confirm.revision = wanted ? ch->revision : 0;
	r->confirm.boot_id = (struct str){NULL, 0};
	ch->took.record = lap(ch);
	return rc;
}

static void finish(struct config_change *ch, const struct history_confirm *confirm)
{
	struct config *c = ch->c;

	c->confirm = *confirm;
	config_show_confirm(c);
	if (!c->booting)
		config_find_pending(c);
	atomic_fetch_add(&c->applied, 1);
	log_info("revision %" PRId64 " is in force: %s by %s: %" PRIu32 " added, %" PRIu32
		 " changed, %" PRIu32 " removed%s",
		 c->revision, ch->origin, ch->req->actor, ch->diff.docs_added,
		 ch->diff.docs_changed, ch->diff.docs_removed,
		 confirm->revision ? "; waits for confirmation" : "");
	if (strcmp(ch->origin, "watch") != 0 && strcmp(ch->origin, "reload") != 0)
		config_disk_compare(c); /* those two know the disk better than the last look does */
	answer_applied(ch, "applied");
	config_prune(c);
}

static void change_to(struct config_change *ch)
{
	struct recording r = {.ch = ch};
	struct conf_publish *swap;
	int rc;

	if (prepare(ch, &swap) < 0)
		return;
	rc = arena_try(record, &r); /* what was prepared must be put back in any case */
	if (rc == 0) {
		commit(ch, swap);
		finish(ch, &r.confirm);
		return;
	}
	abandon(ch, swap, ch->c->part_count);
	atomic_fetch_add(&ch->c->failed, 1);
	if (rc == -ENOMEM)
		answer_fail(ch->out, ch->mem, 503, "unavailable", NULL, "out of memory");
}

static void unref_set(void *set)
{
	conf_set_unref(set);
}

void config_change_run(struct config_change *ch)
{
	/* The diff and the findings look into both sets, and callers speak of them long after the former set went
	 * out of force and the refused one was dropped: both live as long as the request. */
	arena_defer(ch->mem, unref_set, conf_set_ref(ch->c->now));
	if (ch->diags.mem == NULL)
		ch->diags = diags_into(ch->mem);
	ch->base = ch->revision = ch->c->revision;
	ch->started_us = ch->stage_us = time_mono_us();
	if (parse(ch) == 0 && plan(ch) == 0)
		change_to(ch);
	arena_defer(ch->mem, unref_set, ch->next);
	ch->next = NULL;
}
