/* gamesrvd/config/status.c
 * What config has to say in GET /v1/status. Everything is copied under the lock and told afterwards.
 */
#include <errno.h>

#include "admin/version.h"
#include "base/digest.h"
#include "gamesrvd/config/shapes.h"
#include "gamesrvd/config/state.h"

struct view {
	struct conf_set *set;
	int64_t revision, running;
	json_t *revision_json, *pending;
	struct config_disk disk;
	struct config_alarm alarms[ALARM_COUNT];
	struct history_confirm confirm;
	enum watch_mode watch;
};

/* When the revision came into force and its row found no memory, the number is known all the same. */
static json_t *revision_json(const struct config *c)
{
	if (c->revision_json != NULL || c->revision == 0)
		return c->revision_json ? json_deep_copy(c->revision_json) : json_null();
	return json_pack("{s:I}", "revision", (json_int_t)c->revision);
}

static void look(struct config *c, struct view *v)
{
	pthread_mutex_lock(&c->lock);
	v->set = conf_set_ref(c->now);
	v->revision = c->revision;
	v->running = c->running;
	v->revision_json = revision_json(c);
	v->pending = json_deep_copy(c->pending_json);
	v->disk = c->disk;
	memcpy(v->alarms, c->alarms, sizeof(v->alarms));
	v->confirm = c->confirm_shown;
	v->watch = c->settings_shown.watch;
	pthread_mutex_unlock(&c->lock);
}

static const char *mode_name(enum watch_mode mode)
{
	return mode == WATCH_AUTO ? "auto" : mode == WATCH_PLAN_ONLY ? "plan-only" : "off";
}

static json_t *bundle_json(struct config *c, const struct view *v)
{
	return json_pack("{s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:I}", "path",
			 shape_text(str_of(c->bundle)), "watch", mode_name(v->watch), "mechanism",
			 watch_mechanism(c->watch), "state", v->disk.state, "digest",
			 v->disk.has_digest ? shape_digest(v->disk.digest) : json_null(), "checked",
			 v->disk.checked_us ? shape_time(v->disk.checked_us) : json_null(),
			 "message", shape_text(str_of(v->disk.message)), "findings_total",
			 (json_int_t)v->disk.findings_total);
}

static json_t *alarms_json(const struct view *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ALARM_COUNT; i++) {
		if (v->alarms[i].code != NULL)
			json_array_append_new(
				list,
				json_pack("{s:s, s:o, s:o}", "code", v->alarms[i].code, "since",
					  shape_time(v->alarms[i].since_us), "message",
					  shape_text(str_of(v->alarms[i].message))));
	}
	return list;
}

/* The first ones; GET /v1/pending has all. */
static json_t *first_of(json_t *list, size_t count)
{
	json_t *first = json_array(), *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		if (i < count)
			json_array_append(first, item);
	}
	return first;
}

int config_status(struct config *c, json_t *into)
{
	struct view v;
	json_t *mine;
	int rc;

	look(c, &v);
	mine = json_pack("{s:o, s:s, s:o, s:I, s:I, s:o, s:{s:o, s:I, s:I}, s:o, s:I, s:o, s:o}",
			 "schema_fingerprint", shape_digest(v.set->schema->fingerprint),
			 "builtin_fingerprint", admin_builtin_fingerprint(), "revision",
			 v.revision_json, "documents", (json_int_t)v.set->doc_count, "bytes",
			 (json_int_t)v.set->bytes, "bundle", bundle_json(c, &v), "drift", "disk",
			 v.disk.has_digest ? shape_digest(v.disk.digest) : json_null(), "desired",
			 (json_int_t)v.revision, "running", (json_int_t)v.running, "confirm",
			 config_confirm_json(&v.confirm), "pending_total",
			 (json_int_t)json_array_size(v.pending), "pending",
			 first_of(v.pending, CONFIG_STATUS_PENDING), "alarms", alarms_json(&v));
	rc = mine == NULL || json_object_update(into, mine) < 0 ? -ENOMEM : 0;
	json_decref(mine);
	json_decref(v.pending);
	conf_set_unref(v.set);
	return rc;
}
