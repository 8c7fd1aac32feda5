/* gamesrvd/control/ops/op_drain.c */
#include "gamesrvd/control/live_call.h"

enum { FOLLOW_MS = 1000 };

static int follow(struct op_call *call, const struct drain_target *t)
{
	bool over = true;
	json_t *drain = drain_one(call->daemon->drain, call->mem, t, &over);

	if (drain == NULL)
		return op_fail(call, 404, "not_found", NULL, "no drain of %s is known", t->text);
	if (!over)
		op_again(call, FOLLOW_MS);
	return op_reply(call, drain);
}

static int drain_look(struct op_call *call)
{
	struct str target = op_arg(call, "target");
	struct drain_target t;

	if (!drain_target_parse(&t, target.p ? target : STR("server")))
		return op_fail(call, 400, "bad_request", NULL,
			       "target: is none of server, roomtype/NAME, room/ID");
	if (str_is(op_arg(call, "follow"), "1"))
		return follow(call, &t);
	return op_reply(call, drain_list(call->daemon->drain, call->mem));
}

const struct op op_drain = {
	.route = "GET /v1/drain",
	.access = OP_READ,
	.thread = OP_ON_LIVE,
	.run = drain_look,
	.summary = "Cordons and drains; followed: one drain a line each second, until it is over",
	.params =
		(const struct op_param[]){
			{"follow", "query", "string", "1: a stream of lines, each a Drain", false},
			{"target", "query", "string",
			 "Of follow: server, roomtype/NAME or room/ID: server", false},
			CONFIG_CALL_END,
		},
	.answer = "Drains",
};
