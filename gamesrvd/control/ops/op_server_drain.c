/* gamesrvd/control/ops/op_server_drain.c */
#include "gamesrvd/control/live_call.h"

static int server_drain(struct op_call *call)
{
	struct drain_target t = drain_target_server();

	return live_call_drain(call, &t);
}

const struct op op_server_drain = {
	.route = "POST /v1/server/drain",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = server_drain,
	.summary = "Empty the server: nobody new gets in, matches may end, then the rest is closed",
	.params =
		(const struct op_param[]){
			LIVE_CALL_DRAIN,
			{"lb_wait_ms", "body", "integer",
			 "readyz fails for so long before anybody is refused: "
			 "Server.shutdown.lb_wait",
			 false},
			CONFIG_CALL_END,
		},
	.answer = "DrainAsked",
};
