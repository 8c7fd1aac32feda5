/* gamesrvd/control/ops/op_readyz.c */
#include "gamesrvd/control/daemon.h"
#include "gamesrvd/control/op.h"
#include "gamesrvd/drain/drain.h"

static int readyz(struct op_call *call)
{
	int state = atomic_load(&call->daemon->state);
	struct drain_brief drain = drain_brief(call->daemon->drain);

	if (state != DAEMON_READY)
		return op_fail(call, 503, "unavailable", NULL, "gamesrvd is %s",
			       daemon_state_name((enum daemon_state)state));
	if (drain.phase != DRAIN_ACTIVE || drain.cordoned)
		return op_fail(
			call, 503, "unavailable", NULL, "gamesrvd takes in no new players: %s",
			drain.phase != DRAIN_ACTIVE ? drain_phase_name(drain.phase) : "cordoned");
	return op_text(call, STR("ok\n"));
}

const struct op op_readyz = {
	.route = "GET /readyz",
	.access = OP_READ,
	.plain = true,
	.run = readyz,
	.summary = "A configuration is in force and new players are let in: no cordon, no drain",
};
