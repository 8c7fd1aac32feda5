/* gamesrvd/control/ops/op_sessions.c */
#include "gamesrvd/control/live_call.h"

static int sessions(struct op_call *call)
{
	return live_call_list(call, 's', "sessions");
}

const struct op op_sessions = {
	.route = "GET /v1/sessions",
	.access = OP_READ,
	.thread = OP_ON_LIVE,
	.run = sessions,
	.summary = "Players who are there, suspended ones too",
	.params =
		(const struct op_param[]){
			OP_PAGE_PARAMS,
			CONFIG_CALL_END,
		},
	.answer = "Sessions",
};
