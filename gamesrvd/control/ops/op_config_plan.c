/* gamesrvd/control/ops/op_config_plan.c */
#include "gamesrvd/control/config_call.h"

static int config_op_plan(struct op_call *call)
{
	struct config_answer answer = {0};
	struct config_request req;

	if (!config_call_bundle(call, &req))
		return -1;
	config_plan(call->daemon->config, call->mem, &req, &answer);
	return config_call_answer(call, &answer);
}

const struct op op_config_plan = {
	.route = "POST /v1/config/plan",
	.access = OP_READ,
	.thread = OP_ON_WORK,
	.body = OP_BUNDLE_BODY,
	.run = config_op_plan,
	.summary = "What applying a bundle would change",
	.params = (const struct op_param[]){CONFIG_CALL_BUNDLE,
					    CONFIG_CALL_WRITE,
					    {"confirm_ms", "body", "integer", "Has no effect here",
					     false},
					    CONFIG_CALL_END},
	.answer = "Plan",
};
