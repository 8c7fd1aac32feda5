/* gamesrvd/config/settings.c */
#include "gamesrvd/config/state.h"
#include "schemas/builtin.h"

enum watch_mode config_watch_mode(struct str text)
{
	return str_is(text, "auto")        ? WATCH_AUTO
	       : str_is(text, "plan-only") ? WATCH_PLAN_ONLY
					   : WATCH_OFF;
}

void config_obey(struct config *c)
{
	const struct conf_server *server = conf_server_of(c->now);

	c->settings = (struct config_settings){
		.watch = c->watch_given ? c->watch_option : config_watch_mode(server->watch),
		.watch_quiet_us = server->watch_quiet.us,
		.watch_rescan_us = server->watch_rescan.us,
		.history = {.count = server->history.count,
			    .age_us = server->history.age.us,
			    .bytes = (int64_t)server->history.bytes},
	};
	pthread_mutex_lock(&c->lock);
	c->settings_shown = c->settings;
	pthread_mutex_unlock(&c->lock);
	if (!c->booting)
		watch_tune(c->watch, c->settings.watch != WATCH_OFF, c->settings.watch_quiet_us,
			   c->settings.watch_rescan_us);
}
