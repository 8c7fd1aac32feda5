/* gamesrvd/control/ops/op_status.c */
#include <errno.h>
#include <unistd.h>

#include "admin/version.h"
#include "base/time.h"
#include "gamesrvd/config/config.h"
#include "gamesrvd/control/daemon.h"
#include "gamesrvd/control/op.h"
#include "gamesrvd/drain/drain.h"
#include "gamesrvd/loop/loop.h"
#include "gamesrvd/net/net.h"
#include "gamesrvd/rooms/room.h"

static json_t *overrides(const struct daemon *d)
{
	json_t *list = json_array();

	for (size_t i = 0; i < d->override_count; i++)
		json_array_append_new(list,
				      json_pack("{s:s, s:s, s:s}", "option", d->overrides[i].option,
						"field", d->overrides[i].field, "value",
						d->overrides[i].value));
	return list;
}

static json_t *listening(const struct daemon *d)
{
	struct str rest = net_where(d->net), url;
	json_t *list = json_array();

	while (rest.n > 0 && str_cut(&rest, ' ', &url))
		json_array_append_new(list, json_stringn(url.p, url.n));
	return list;
}

/* Numbers that any thread may read: no loop is asked. */
static json_t *players(const struct daemon *d)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:o}", "connections",
			 (json_int_t)net_connections(d->net), "sessions",
			 (json_int_t)net_sessions(d->net), "rooms",
			 (json_int_t)rooms_open(d->rooms), "seated",
			 (json_int_t)rooms_seated(d->rooms), "loops", (json_int_t)d->loops->count,
			 "listening", listening(d));
}

static json_t *drain(const struct daemon *d)
{
	struct drain_brief brief = drain_brief(d->drain);
	int64_t left = brief.deadline_us - time_mono_us();

	return json_pack("{s:s, s:b, s:o, s:I}", "phase", drain_phase_name(brief.phase), "cordoned",
			 brief.cordoned, "remaining_ms",
			 brief.deadline_us ? json_integer(left > 0 ? left / 1000 : 0) : json_null(),
			 "others", (json_int_t)brief.others);
}

static int status(struct op_call *call)
{
	const struct daemon *d = call->daemon;
	char started[TIME_TEXT];
	json_t *reply;

	/* Files may be looked at on work alone; when that is busy, what is known must do. */
	if (thread_is_here(d->work))
		config_disk_refresh(d->config, call->mem);
	reply = json_pack("{s:s, s:I, s:s, s:I, s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "version",
			  GAMESRV_VERSION, "pid", (json_int_t)getpid(), "started",
			  time_text(d->started_wall_us, started), "uptime_ms",
			  (json_int_t)((time_mono_us() - d->started_mono_us) / 1000), "state",
			  daemon_state_name((enum daemon_state)atomic_load(&d->state)), "socket",
			  d->socket, "data", d->data, "builtin_fingerprint",
			  admin_builtin_fingerprint(), "overrides", overrides(d), "players",
			  players(d), "drain", drain(d));
	if (reply != NULL && config_status(d->config, reply) < 0) {
		json_decref(reply);
		reply = NULL;
	}
	return op_reply(call, reply);
}

const struct op op_status = {
	.route = "GET /v1/status",
	.access = OP_READ,
	.thread = OP_ON_WORK,
	.at_once = true,
	.run = status,
	.summary = "Health, revision in force, the bundle on disk, what waits, alarms",
	.answer = "Status",
};
