/* gamesrvd/control/ops/op_status.c */
#include <errno.h>
#include <unistd.h>

#include "admin/version.h"
#include "base/time.h"
#include "gamesrvd/config/config.h"
#include "gamesrvd/control/daemon.h"
#include "gamesrvd/control/op.h"
#include "gamesrvd/loop/thread.h"

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

static int status(struct op_call *call)
{
	const struct daemon *d = call->daemon;
	char started[TIME_TEXT];
	json_t *reply;

	/* Files may be looked at on work alone; when that is busy, what is known must do. */
	if (thread_is_here(d->work))
		config_disk_refresh(d->config, call->mem);
	reply = json_pack("{s:s, s:I, s:s, s:I, s:s, s:s, s:s, s:s, s:o}", "version",
			  GAMESRV_VERSION, "pid", (json_int_t)getpid(), "started",
			  time_text(d->started_wall_us, started), "uptime_ms",
			  (json_int_t)((time_mono_us() - d->started_mono_us) / 1000), "state",
			  daemon_state_name((enum daemon_state)atomic_load(&d->state)), "socket",
			  d->socket, "data", d->data, "builtin_fingerprint",
			  admin_builtin_fingerprint(), "overrides", overrides(d));
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
