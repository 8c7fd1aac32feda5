/* gamesrvd/config/settings.c */
#include "conf/value.h"
#include "gamesrvd/config/state.h"

enum watch_mode config_watch_mode(struct str text)
{
	return str_is(text, "auto")        ? WATCH_AUTO
	       : str_is(text, "plan-only") ? WATCH_PLAN_ONLY
					   : WATCH_OFF;
}

/* The record of the one Server document, or one with every default. */
static const void *server_record(const struct conf_set *set, const struct conf_kind *kind)
{
	uint32_t count = 0;
	const struct conf_doc *const *docs = conf_docs_of(set, kind->top.name, &count);

	return count ? docs[0]->record : kind->top.blank;
}

struct field {
	const struct conf_type *type;
	const void *value;
};

static struct field field_of(const struct conf_struct *s, const void *record, const char *name)
{
	const struct conf_field *f = conf_field_find(s, str_of(name));

	return (struct field){f->type, conf_at(record, f)};
}

static int64_t duration_of(const struct conf_struct *s, const void *record, const char *name)
{
	return ((const struct dur *)field_of(s, record, name).value)->us;
}

void config_settings_of(const struct config *c, const struct conf_set *set,
			struct config_settings *out)
{
	const struct conf_kind *kind = conf_kind_find(set->schema, STR("Server"));
	const void *record = server_record(set, kind), *history;
	struct field f = field_of(&kind->top, record, "history");
	const struct conf_struct *s = f.type->fields;

	out->watch =
		c->watch_given
			? c->watch_option
			: config_watch_mode(
				  *(const struct str *)field_of(&kind->top, record, "watch").value);
	out->watch_quiet_us = duration_of(&kind->top, record, "watch_quiet");
	out->watch_rescan_us = duration_of(&kind->top, record, "watch_rescan");
	history = conf_record(f.type, f.value);
	f = field_of(s, history, "count");
	out->history.count = conf_int(f.type, f.value);
	out->history.age_us = duration_of(s, history, "age");
	f = field_of(s, history, "bytes");
	out->history.bytes = (int64_t)conf_uint(f.type, f.value);
}

void config_obey(struct config *c)
{
	config_settings_of(c, c->now, &c->settings);
	pthread_mutex_lock(&c->lock);
	c->settings_shown = c->settings;
	pthread_mutex_unlock(&c->lock);
	if (!c->booting)
		watch_tune(c->watch, c->settings.watch != WATCH_OFF, c->settings.watch_quiet_us,
			   c->settings.watch_rescan_us);
}
