/* gamesrvd/control/ops/op_config_cancel.c */
#include "gamesrvd/control/config_call.h"

static int config_op_cancel(struct op_call *call)
{
	struct config_answer answer = {0};
	struct config_request req;

	if (!config_call_body(call))
		return -1;
	req = config_call_request(call);
	config_cancel(call->daemon->config, call->mem, &req, &answer);
	return config_call_answer(call, &answer);
}

const struct op op_config_cancel = {
	.route = "POST /v1/config/cancel",
	.access = OP_WRITE,
	.thread = OP_ON_WORK,
	.body = OP_BODY,
	.run = config_op_cancel,
	.summary = "Take the revision that waits for its confirmation back at once",
	.params = (const struct op_param[]){{"message", "body", "string", "Why", false},
					    CONFIG_CALL_END},
	.answer = "Applied",
};
