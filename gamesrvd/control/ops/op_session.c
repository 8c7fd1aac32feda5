/* gamesrvd/control/ops/op_session.c */
#include "gamesrvd/control/live_call.h"

struct asked {
	struct id id;
	struct arena *mem;
	struct session_row row;
	bool found;
};

static int describe(struct loop *loop, void *ctx)
{
	struct asked *a = ctx;

	a->found = net_session_describe(loop->net, a->mem, a->id, &a->row);
	return 0;
}

static int session(struct op_call *call)
{
	struct asked a = {.mem = call->mem};

	if (!live_call_id(call, 's', &a.id))
		return -1;
	if (slices_ask(call->daemon->loops, a.id, describe, &a) < 0 || !a.found)
		return live_call_gone(call, 's', a.id);
	return op_reply(call, live_call_session(&a.row));
}

const struct op op_session = {
	.route = "GET /v1/sessions/{id}",
	.access = OP_READ,
	.thread = OP_ON_LIVE,
	.run = session,
	.summary = "One session",
	.params =
		(const struct op_param[]){
			{"id", "path", "string", "s-2000ck", true},
			CONFIG_CALL_END,
		},
	.answer = "Session",
};
