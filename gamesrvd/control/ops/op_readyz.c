/* gamesrvd/control/ops/op_readyz.c */
#include "gamesrvd/control/daemon.h"
#include "gamesrvd/control/op.h"

static int readyz(struct op_call *call)
{
	int state = atomic_load(&call->daemon->state);

	if (state == DAEMON_READY)
		return op_text(call, STR("ok\n"));
	return op_fail(call, 503, "unavailable", NULL, "gamesrvd is %s",
		       daemon_state_name((enum daemon_state)state));
}

const struct op op_readyz = {
	.route = "GET /readyz",
	.access = OP_READ,
	.plain = true,
	.run = readyz,
	.summary = "A configuration is in force and requests are served",
};
