/* gamesrvd/control/ops/op_pending.c */
#include "gamesrvd/control/config_call.h"

static int pending(struct op_call *call)
{
	return op_reply(call, config_pending(call->daemon->config));
}

const struct op op_pending = {
	.route = "GET /v1/pending",
	.access = OP_READ,
	.thread = OP_ON_STORE,
	.run = pending,
	.summary = "Fields that are in force and run after the next restart",
	.answer = "Pending",
};
