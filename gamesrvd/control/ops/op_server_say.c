/* gamesrvd/control/ops/op_server_say.c */
#include "gamesrvd/control/live_call.h"

static int say(struct loop *loop, void *ctx)
{
	struct live_words *w = ctx;

	w->reached += net_say_all(loop->net, w->kind, w->text, w->in_ms);
	return 0;
}

static int server_say(struct op_call *call)
{
	struct live_words w = {.reached = 0};

	if (!live_call_words(call, &w))
		return -1;
	(void)slices_each(call->daemon->loops, say, &w);
	return live_call_said(call, "server", &w);
}

const struct op op_server_say = {
	.route = "POST /v1/server/say",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = server_say,
	.summary = "Say something to everybody",
	.params =
		(const struct op_param[]){
			LIVE_CALL_SAY,
			CONFIG_CALL_END,
		},
	.answer = "Done",
};
