/* gamesrvd/control/ops/op_session_kick.c */
#include "gamesrvd/control/live_call.h"

struct kick {
	struct id id;
	struct str why;
	bool done;
};

static int end(struct loop *loop, void *ctx)
{
	struct kick *k = ctx;

	k->done = net_session_end(loop->net, k->id, GAMESRV__V1__REASON__REASON_KICKED, k->why);
	return 0;
}

static int session_kick(struct op_call *call)
{
	struct kick k = {.why = STR("")};
	char id[ID_TEXT];

	if (!config_call_body(call) || !live_call_id(call, 's', &k.id))
		return -1;
	k.why = live_call_message(call, k.why);
	if (slices_ask(call->daemon->loops, k.id, end, &k) < 0 || !k.done)
		return live_call_gone(call, 's', k.id);
	return live_call_done(call, id_text('s', k.id, id), "kicked", 1);
}

const struct op op_session_kick = {
	.route = "POST /v1/sessions/{id}/kick",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = session_kick,
	.summary = "Send a player away; the seat is given up",
	.params =
		(const struct op_param[]){
			{"id", "path", "string", "s-2000ck", true},
			LIVE_CALL_MESSAGE,
			CONFIG_CALL_END,
		},
	.answer = "Done",
};
