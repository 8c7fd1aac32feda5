/* gamesrvd/control/ops/op_config_apply.c */
#include "gamesrvd/control/config_call.h"

static int config_op_apply(struct op_call *call)
{
	struct config_answer answer = {0};
	struct config_request req;

	if (!config_call_bundle(call, &req))
		return -1;
	config_apply(call->daemon->config, call->mem, &req, &answer);
	return config_call_answer(call, &answer);
}

const struct op op_config_apply = {
	.route = "POST /v1/config/apply",
	.access = OP_WRITE,
	.thread = OP_ON_WORK,
	.body = OP_BUNDLE_BODY,
	.run = config_op_apply,
	.summary = "Bring a bundle into force as the next revision",
	.params = (const struct op_param[]){CONFIG_CALL_BUNDLE,
					    CONFIG_CALL_WRITE,
					    {"confirm_ms", "body", "integer",
					     "Comes back by itself unless confirmed within so many "
					     "milliseconds; 0: final",
					     false},
					    CONFIG_CALL_END},
	.answer = "Applied",
};
