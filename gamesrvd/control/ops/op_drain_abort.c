/* gamesrvd/control/ops/op_drain_abort.c */
#include "gamesrvd/control/live_call.h"

static int drain_abort_op(struct op_call *call)
{
	struct drain_answer answer = {0};
	struct drain_target t;
	struct drain_who who;
	struct str target;

	if (!config_call_body(call))
		return -1;
	target = live_call_text(call, "target");
	if (!drain_target_parse(&t, target.p ? target : STR("server")))
		return op_fail(call, 400, "bad_request", NULL,
			       "target: is none of server, roomtype/NAME, room/ID");
	who = live_call_who(call);
	op_audit(call, "abort drain of %s", t.text);
	drain_abort(call->daemon->drain, call->mem, &t, &who, &answer);
	return live_call_answer(call, &answer);
}

const struct op op_drain_abort = {
	.route = "POST /v1/drain/abort",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = drain_abort_op,
	.summary = "Call a drain off; newcomers get in again",
	.params =
		(const struct op_param[]){
			{"target", "body", "string", "server, roomtype/NAME or room/ID: server",
			 false},
			LIVE_CALL_MESSAGE,
			CONFIG_CALL_END,
		},
	.answer = "DrainAsked",
};
