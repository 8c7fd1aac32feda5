/* gamesrvd/control/ops/op_config_validate.c */
#include "gamesrvd/control/config_call.h"

static int config_op_validate(struct op_call *call)
{
	struct config_answer answer = {0};
	struct config_request req;

	if (!config_call_bundle(call, &req))
		return -1;
	config_validate(call->daemon->config, call->mem, &req, &answer);
	return config_call_answer(call, &answer);
}

const struct op op_config_validate = {
	.route = "POST /v1/config/validate",
	.access = OP_READ,
	.thread = OP_ON_WORK,
	.body = OP_BUNDLE_BODY,
	.run = config_op_validate,
	.summary = "Check a bundle against its schemas and what is in force",
	.params = (const struct op_param[]){CONFIG_CALL_BUNDLE, CONFIG_CALL_END},
	.answer = "Findings",
};
