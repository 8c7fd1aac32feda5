/* gamesrvd/control/ops/op_roomtype_drain.c */
#include "gamesrvd/control/live_call.h"

static int roomtype_drain(struct op_call *call)
{
	struct drain_target t;

	if (!live_call_type(call, &t))
		return -1;
	return live_call_drain(call, &t);
}

const struct op op_roomtype_drain = {
	.route = "POST /v1/roomtypes/{name}/drain",
	.access = OP_WRITE,
	.thread = OP_ON_LIVE,
	.body = OP_BODY,
	.run = roomtype_drain,
	.summary = "Empty the rooms of a type: nobody new gets in, matches may end, then the rest "
		   "is closed",
	.params =
		(const struct op_param[]){
			{"name", "path", "string", "A document of kind RoomType", true},
			LIVE_CALL_DRAIN,
			CONFIG_CALL_END,
		},
	.answer = "DrainAsked",
};
