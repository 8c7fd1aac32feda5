/* gamesrvd/control/ops/op_room_drain.c */
#include "gamesrvd/control/live_call.h"

static int room_drain(struct op_call *call)
{
	struct drain_target t;
	struct id id;

	if (!live_call_id(call, 'r', &id))
		return -1;
	t = drain_target_room(id);
	return live_call_drain(call, &t);
}

const struct op op_room_drain = {
	.route = "POST /v1/rooms/{id}/drain",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = room_drain,
	.summary = "Empty a room: nobody new gets in, the match may end, then it is closed",
	.params =
		(const struct op_param[]){
			{"id", "path", "string", "r-2000ck", true},
			LIVE_CALL_DRAIN,
			CONFIG_CALL_END,
		},
	.answer = "DrainAsked",
};
