/* gamesrvd/control/ops/op_server_cordon.c */
#include "gamesrvd/control/live_call.h"

static int server_cordon(struct op_call *call)
{
	struct drain_target t = drain_target_server();

	return live_call_cordon(call, &t, true);
}

const struct op op_server_cordon = {
	.route = "POST /v1/server/cordon",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = server_cordon,
	.summary = "Let nobody new into the server; whoever is there plays on",
	.params =
		(const struct op_param[]){
			LIVE_CALL_MESSAGE,
			CONFIG_CALL_END,
		},
	.answer = "Cordoned",
};
