/* gamesrvd/control/ops/op_config_rollback.c */
#include "gamesrvd/control/config_call.h"

static int config_op_rollback(struct op_call *call)
{
	struct config_answer answer = {0};
	struct config_request req;

	if (!config_call_body(call))
		return -1;
	req = config_call_request(call);
	req.base_revision = config_call_int(call, "if_revision", -1);
	config_rollback(call->daemon->config, call->mem, &req,
			config_call_int(call, "revision", -1), &answer);
	return config_call_answer(call, &answer);
}

const struct op op_config_rollback = {
	.route = "POST /v1/config/rollback",
	.access = OP_WRITE,
	.thread = OP_ON_WORK,
	.body = OP_BODY,
	.run = config_op_rollback,
	.summary = "Bring the content of a former revision back as a new one",
	.params =
		(const struct op_param[]){
			{"revision", "body", "integer",
			 "Whose content; without it: the one before the one in force", false},
			{"if_revision", "body", "integer",
			 "Refuse (409 conflict) unless this revision is in force", false},
			{"max_findings", "body", "integer", "Show at most so many; 0: all", false},
			CONFIG_CALL_WRITE,
			CONFIG_CALL_END,
		},
	.answer = "Applied",
};
