/* gamesrvd/config/state.c
 * What others may see of the configuration: the set in force, alarms, what waits. Work writes it under the
 * lock, in one piece; readers take references or copies.
 */
#include "gamesrvd/config/state.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"
#include "base/time.h"
#include "gamesrvd/config/shapes.h"

void config_alarm_set(struct config *c, enum config_alarm_kind kind, const char *code,
		      const char *fmt, ...)
{
	struct config_alarm *alarm = &c->alarms[kind];
	char message[sizeof(alarm->message)];
	bool news;
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	pthread_mutex_lock(&c->lock);
	news = alarm->code != code || strcmp(alarm->message, message) != 0;
	if (alarm->code != code)
		alarm->since_us = time_wall_us();
	alarm->code = code;
	memcpy(alarm->message, message, sizeof(message));
	pthread_mutex_unlock(&c->lock);
	if (news)
		log_warn("alarm %s: %s", code, message);
}

void config_alarm_clear(struct config *c, enum config_alarm_kind kind)
{
	const char *code;

	pthread_mutex_lock(&c->lock);
	code = c->alarms[kind].code;
	c->alarms[kind].code = NULL;
	pthread_mutex_unlock(&c->lock);
	if (code != NULL)
		log_info("alarm %s is over", code);
}

void config_swap(struct config *c, struct conf_set *next, int64_t revision)
{
	struct conf_set *old;

	pthread_mutex_lock(&c->lock);
	old = c->now;
	c->now = next;
	c->revision = revision;
	pthread_mutex_unlock(&c->lock);
	atomic_store(&c->documents, next->doc_count);
	conf_set_unref(old);
}

struct conf_set *config_snapshot(struct config *c, uint64_t *revision)
{
	struct conf_set *set;

	pthread_mutex_lock(&c->lock);
	set = conf_set_ref(c->now);
	if (revision != NULL)
		*revision = (uint64_t)c->revision;
	pthread_mutex_unlock(&c->lock);
	return set;
}

static void show(struct config *c, json_t **place, json_t *fresh)
{
	json_t *old;

	pthread_mutex_lock(&c->lock);
	old = *place;
	*place = fresh;
	pthread_mutex_unlock(&c->lock);
	json_decref(old);
}

void config_show_revision(struct config *c, const struct history_attempt *a)
{
	show(c, &c->revision_json, shape_revision(a));
}

void config_show_confirm(struct config *c)
{
	pthread_mutex_lock(&c->lock);
	c->confirm_shown = c->confirm;
	pthread_mutex_unlock(&c->lock);
	atomic_store(&c->confirm_due_us, c->confirm.revision ? c->confirm.boottime_us : 0);
	atomic_store(&c->confirm_posted, false);
	c->host.rearm(c->host.ctx);
}

static int64_t waits_since(const struct config *c, struct str path, struct str desired)
{
	const struct config_waits *w;

	VEC_EACH (&c->waits, w)
		if (str_eq(w->path, path) && str_eq(w->desired, desired))
			return w->since;
	return c->revision;
}

static json_t *waits_json(const struct config *c)
{
	json_t *list = json_array();
	const struct config_waits *w;

	VEC_EACH (&c->waits, w)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:s, s:I}", "path",
						      shape_text(w->path), "running",
						      shape_text(w->running), "desired",
						      shape_text(w->desired), "reload", "restart",
						      "since_revision", (json_int_t)w->since));
	return list;
}

static struct str kept(struct arena *mem, struct str text)
{
	return text.n ? arena_str(mem, text) : (struct str){NULL, 0};
}

void config_find_pending(struct config *c)
{
	struct arena *mem = arena_new("pending");
	struct conf_diff diff = {0};
	VEC(struct config_waits) waits = {0};
	const struct conf_change *ch;

	conf_diff(mem, c->booted, c->now, &diff);
	VEC_EACH (&diff.changes, ch) {
		struct str path;

		if (ch->reload != CONF_RESTART)
			continue;
		path = arena_printf(mem, STR_FMT "/" STR_FMT "%s" STR_FMT, STR_ARG(ch->kind),
				    STR_ARG(ch->name), ch->field.n ? "." : "", STR_ARG(ch->field));
		vec_add(mem, &waits,
			((struct config_waits){path, kept(mem, ch->before), kept(mem, ch->after),
					       0}));
		waits.items[waits.count - 1].since =
			waits_since(c, path, waits.items[waits.count - 1].desired);
	}
	arena_free(c->waits_mem);
	c->waits_mem = mem;
	c->waits.items = waits.items;
	c->waits.count = waits.count;
	c->waits.room = waits.room;
	atomic_store(&c->pending_total, (uint32_t)waits.count);
	show(c, &c->pending_json, waits_json(c));
}
