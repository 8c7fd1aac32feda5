/* gamesrvd/control/ops/op_session_say.c */
#include "gamesrvd/control/live_call.h"

static int say(struct loop *loop, void *ctx)
{
	struct live_words *w = ctx;

	w->reached = net_session_say(loop->net, w->id, w->kind, w->text, w->in_ms);
	return 0;
}

static int session_say(struct op_call *call)
{
	struct live_words w = {.reached = 0};
	char id[ID_TEXT];

	if (!live_call_words(call, &w) || !live_call_id(call, 's', &w.id))
		return -1;
	if (slices_ask(call->daemon->loops, w.id, say, &w) < 0 || w.reached == 0)
		return live_call_gone(call, 's', w.id);
	return live_call_said(call, id_text('s', w.id, id), &w);
}

const struct op op_session_say = {
	.route = "POST /v1/sessions/{id}/say",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = session_say,
	.summary = "Say something to one player",
	.params =
		(const struct op_param[]){
			{"id", "path", "string", "s-2000ck", true},
			LIVE_CALL_SAY,
			CONFIG_CALL_END,
		},
	.answer = "Done",
};
