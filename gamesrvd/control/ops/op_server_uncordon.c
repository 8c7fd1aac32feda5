/* gamesrvd/control/ops/op_server_uncordon.c */
#include "gamesrvd/control/live_call.h"

static int server_uncordon(struct op_call *call)
{
	struct drain_target t = drain_target_server();

	return live_call_cordon(call, &t, false);
}

const struct op op_server_uncordon = {
	.route = "POST /v1/server/uncordon",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = server_uncordon,
	.summary = "Open the server to newcomers again",
	.params =
		(const struct op_param[]){
			LIVE_CALL_MESSAGE,
			CONFIG_CALL_END,
		},
	.answer = "Cordoned",
};
