/* gamesrvd/control/ops/op_config_reload.c */
#include "gamesrvd/control/config_call.h"

static int config_op_reload(struct op_call *call)
{
	struct config_answer answer = {0};
	struct config_request req;

	if (!config_call_body(call))
		return -1;
	req = config_call_request(call);
	config_reload(call->daemon->config, call->mem, &req, &answer);
	return config_call_answer(call, &answer);
}

const struct op op_config_reload = {
	.route = "POST /v1/config/reload",
	.access = OP_WRITE,
	.thread = OP_ON_WORK,
	.body = OP_BODY,
	.run = config_op_reload,
	.summary = "Read the bundle on disk again and bring it into force",
	.params = (const struct op_param[]){CONFIG_CALL_WRITE,
					    {"max_findings", "body", "integer",
					     "Show at most so many; 0: all", false},
					    CONFIG_CALL_END},
	.answer = "Applied",
};
