/* gamesrvd/config/disk.c
 * What lies in the bundle on disk, compared with what is in force. Content decides: a tree is believed once two
 * readings, a quiet period apart, found the same bytes; what was taken or refused once is not
 * taken again because somebody touched a file.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/log.h"
#include "base/time.h"
#include "conf/bundle.h"
#include "gamesrvd/config/state.h"
#include "gamesrvd/config/watch.h"

enum { REFRESH_US = 1000000 };

static void show_disk(struct config *c, const char *state, const uint8_t *digest, size_t findings,
		      const char *message)
{
	pthread_mutex_lock(&c->lock);
	c->disk.state = state;
	c->disk.has_digest = digest != NULL;
	if (digest != NULL)
		memmove(c->disk.digest, digest, 32);
	c->disk.checked_us = time_wall_us();
	c->disk.findings_total = findings;
	snprintf(c->disk.message, sizeof(c->disk.message), "%s", message);
	pthread_mutex_unlock(&c->lock);
}

static void note_acted(struct store_db *db, void *ctx)
{
	if (history_set_note(db, "bundle-acted", str_of(ctx)) < 0)
		log_warn("what the watch saw cannot be noted: %s", store_problem(db));
}

void config_disk_acted(struct config *c, const uint8_t digest[32])
{
	char hex[DIGEST_HEX_SIZE];

	if (c->has_acted && digest_eq(c->acted, digest))
		return;
	c->has_acted = true;
	memcpy(c->acted, digest, 32);
	digest_hex(digest, hex);
	store_call(c->store, note_acted, hex);
}

static void in_sync(struct config *c, const uint8_t digest[32], const char *message)
{
	config_disk_acted(c, digest);
	show_disk(c, "in-sync", digest, 0, message);
	config_alarm_clear(c, ALARM_BUNDLE);
}

static const char *differs_text(struct config *c, struct arena *mem, const struct conf_diff *diff)
{
	return arena_printf(mem,
			    "the bundle on disk differs from revision %" PRId64 ": %" PRIu32
			    " added, %" PRIu32 " changed, %" PRIu32 " removed",
			    c->revision, diff->docs_added, diff->docs_changed, diff->docs_removed)
		.p;
}

static const char *first_finding(struct arena *mem, const struct diags *d)
{
	const struct conf_finding *f;

	VEC_EACH (&d->list, f) {
		if (f->severity != CONF_ERROR)
			continue;
		if (f->at.source == NULL)
			return arena_printf(mem, STR_FMT, STR_ARG(f->message)).p;
		return arena_printf(mem, STR_FMT ":%" PRIu32 ":%" PRIu32 ": " STR_FMT,
				    STR_ARG(f->at.source->path), f->at.start.line,
				    f->at.start.column, STR_ARG(f->message))
			.p;
	}
	return "";
}

static void invalid(struct config *c, struct arena *mem, const uint8_t *digest,
		    const struct diags *d)
{
	const char *first = first_finding(mem, d);

	show_disk(c, "invalid", digest, d->list.count, first);
	config_alarm_set(c, ALARM_BUNDLE, "bundle-invalid",
			 "the bundle on disk has %zu error%s: %s", d->errors,
			 d->errors == 1 ? "" : "s", first);
}

static void differs(struct config *c, const uint8_t *digest, const char *message)
{
	show_disk(c, "differs", digest, 0, message);
	config_alarm_set(c, ALARM_BUNDLE, "bundle-differs", "%s", message);
}

/* What the digest on disk leads to is final, so that the same bytes need no second judgement. */
static bool is_final(const struct config_answer *out)
{
	return out->code == NULL || strcmp(out->code, "invalid") == 0 ||
	       strcmp(out->code, "mass_delete") == 0;
}

static void judge(struct config *c, struct arena *mem, const struct bundle *b, struct diags *d,
		  bool take)
{
	struct config_request who = {
		.uid = getuid(),
		.actor = "gamesrvd",
		.message = STR("the bundle on disk changed"),
		.base_revision = -1,
		.max_findings = 1000,
	};
	struct config_answer out = {0};
	struct config_change ch = {
		.c = c,
		.mem = mem,
		.req = &who,
		.origin = "watch",
		.plan_only = !take,
		.inputs = b->files.items,
		.input_count = b->files.count,
		.diags = *d,
		.out = &out,
	};

	if (!take || !config_refused_while_pending(c, mem, &out))
		config_change_run(&ch);
	json_decref(out.body);
	c->disk_final = is_final(&out);
	if (take && c->disk_final)
		config_disk_acted(c, b->digest);
	if (ch.diags.errors > 0)
		invalid(c, mem, b->digest, &ch.diags);
	else if (take && out.code == NULL)
		in_sync(c, b->digest,
			arena_printf(mem, "applied as revision %" PRId64, c->revision).p);
	else if (out.code != NULL)
		differs(c, b->digest, arena_printf(mem, STR_FMT, STR_ARG(out.message)).p);
	else
		differs(c, b->digest, differs_text(c, mem, &ch.diff));
}

static void unreadable(struct config *c, struct arena *mem, int rc, const struct diags *d)
{
	bool missing = rc == -ENOENT || rc == -ENOTDIR;
	const char *first = first_finding(mem, d);

	if (first[0] == '\0')
		first = strerrordesc_np(-rc);
	c->disk_seen = false;
	show_disk(c, missing ? "missing" : "unreadable", NULL, d->list.count, first);
	config_alarm_set(c, ALARM_BUNDLE, missing ? "bundle-missing" : "bundle-unreadable",
			 "%s: %s", c->bundle, first);
}

/* The same bytes were judged before, and nothing that the judgement hung on has changed. */
static bool judged(const struct config *c, const uint8_t digest[32], bool take)
{
	return c->disk_final && c->judged_revision == c->revision && (!take || c->judged_taking) &&
	       digest_eq(c->judged, digest);
}

static void conclude(struct config *c, struct arena *mem, const struct bundle *b, struct diags *d)
{
	bool acted = c->has_acted && digest_eq(c->acted, b->digest);
	bool take = c->settings.watch == WATCH_AUTO && !acted && !c->booting;

	if (d->errors > 0) {
		invalid(c, mem, b->digest, d);
		return;
	}
	if (digest_eq(b->digest, c->now->digest)) {
		bool was = strcmp(c->disk.state, "in-sync") == 0;

		in_sync(c, b->digest, was ? arena_cstr(mem, str_of(c->disk.message)) : "");
		return;
	}
	if (judged(c, b->digest, take)) {
		pthread_mutex_lock(&c->lock);
		c->disk.checked_us = time_wall_us();
		pthread_mutex_unlock(&c->lock);
		return;
	}
	judge(c, mem, b, d, take);
	memcpy(c->judged, b->digest, 32);
	c->judged_revision = c->revision;
	c->judged_taking = take;
}

/* True: the reading before this one found the same. */
static bool seen_twice(struct config *c, int rc, const uint8_t digest[32])
{
	bool same = c->disk_seen && c->disk_seen_rc == rc &&
		    (rc < 0 || digest_eq(c->disk_seen_digest, digest));

	c->disk_seen = true;
	c->disk_seen_rc = rc;
	if (rc == 0)
		memcpy(c->disk_seen_digest, digest, 32);
	return same;
}

void config_disk_look(struct config *c, bool settle, struct diags *d)
{
	struct bundle bundle = {0};
	int64_t began = time_mono_us();
	int rc = bundle_read(d->mem, c->bundle, &c->caps, &bundle, d);

	atomic_fetch_add(&c->scans, 1);
	if (settle && !seen_twice(c, rc, bundle.digest))
		watch_look_again(c->watch);
	else if (rc < 0)
		unreadable(c, d->mem, rc, d);
	else
		conclude(c, d->mem, &bundle, d);
	c->looked_us = time_mono_us();
	c->look_took_us = c->looked_us - began;
	watch_looked(c->watch, bundle.dirs.items, bundle.dirs.count, c->look_took_us);
}

void config_disk_due(void *arg)
{
	CLEANUP(arena_freep) struct arena *mem = arena_new("watch");
	struct diags d = diags_into(mem);
	struct config *c = arg;

	config_check_loops(c);
	config_disk_look(c, c->settings.watch != WATCH_OFF, &d);
}

/* Who asks again and again must not keep this thread busy: a look a second, and a twentieth of its time. */
static bool looked_lately(const struct config *c)
{
	int64_t rest = c->look_took_us * 20;

	if (rest < REFRESH_US)
		rest = REFRESH_US;
	return c->looked_us != 0 && time_mono_us() - c->looked_us < rest;
}

void config_disk_refresh(struct config *c, struct arena *mem)
{
	struct diags d = diags_into(mem);

	if (c->bundle != NULL && c->settings.watch == WATCH_OFF && !looked_lately(c))
		config_disk_look(c, false, &d);
}

void config_disk_compare(struct config *c)
{
	if (c->bundle == NULL || !c->disk.has_digest || c->booting)
		return;
	if (digest_eq(c->disk.digest, c->now->digest)) {
		in_sync(c, c->disk.digest, "");
	} else if (strcmp(c->disk.state, "in-sync") == 0) {
		CLEANUP(arena_freep) struct arena *mem = arena_new("compare");

		differs(c, c->disk.digest,
			arena_printf(mem,
				     "revision %" PRId64 " did not come from the bundle on disk",
				     c->revision)
				.p);
	}
}

/* The bundle is taken now, as it lies there: one consistent reading, on somebody's word. */
void config_reload(struct config *c, struct arena *mem, const struct config_request *who,
		   struct config_answer *out)
{
	struct config_change ch = {.c = c,
				   .mem = mem,
				   .req = who,
				   .origin = "reload",
				   .diags = diags_into(mem),
				   .out = out};
	struct bundle bundle = {0};
	int rc;

	if (c->bundle == NULL) {
		answer_fail(out, mem, 409, "wrong_state", NULL,
			    "this daemon was started without --bundle; apply a directory instead");
		return;
	}
	if (!who->dry_run && config_refused_while_pending(c, mem, out))
		return;
	rc = bundle_read(mem, c->bundle, &c->caps, &bundle, &ch.diags);
	if (rc < 0) {
		unreadable(c, mem, rc, &ch.diags);
		answer_invalid(&ch, NULL);
		return;
	}
	ch.inputs = bundle.files.items;
	ch.input_count = bundle.files.count;
	config_change_run(&ch);
	if (who->dry_run)
		return;
	config_disk_acted(c, bundle.digest);
	if (ch.diags.errors > 0)
		invalid(c, mem, bundle.digest, &ch.diags);
	else if (out->code == NULL)
		in_sync(c, bundle.digest, "reloaded");
	else
		differs(c, bundle.digest, arena_printf(mem, STR_FMT, STR_ARG(out->message)).p);
}
